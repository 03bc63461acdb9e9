"""What falls due does so in its order, and time passes by what is due alone; and what is over is bounded."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.pool import Player
from matchmaking.tickets.book import ENDED_REMEMBERED
from matchmaking.tickets.due import Due
from matchmaking.tickets.effects import Changed, Forget
from matchmaking.tickets.life import Status
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound
from tests.matchmaking.tickets.talk import configured

KEYS = st.sampled_from("abcdef")
MOMENTS = st.integers(0, 9).map(float)
ACTS = st.one_of(
    st.tuples(st.just("put"), KEYS, MOMENTS),
    st.tuples(st.just("strike"), KEYS, st.just(0.0)),
    st.tuples(st.just("take"), st.just(""), MOMENTS),
)


@given(st.lists(ACTS, max_size=300))
def test_keys_come_up_at_their_moments_and_at_no_others(acts: list[tuple[str, str, float]]) -> None:
    due, naive = Due(), dict[str, float]()
    for act, key, moment in acts:
        match act:
            case "put":
                due.put(key, moment)
                if naive.get(key) != moment:
                    naive.pop(key, None)  # Of equal moments the first to be put is the first to come.
                    naive[key] = moment
            case "strike":
                due.strike(key)
                naive.pop(key, None)
            case _:
                expected = sorted((each for each in naive if naive[each] <= moment), key=naive.__getitem__)
                assert list(due.taken(lambda one, until=moment: one <= until)) == expected  # type: ignore[misc]
                for each in expected:
                    del naive[each]
        assert len(due) == len(naive)


def test_what_comes_and_goes_leaves_nothing_behind() -> None:
    due = Due()
    asked = []
    for number in range(10_000):
        due.put("it", float(number))
    for number in range(1_000):
        due.put(f"key-{number}", 20_000.0)
    for number in range(1_000):
        due.strike(f"key-{number}")
    assert list(due.taken(lambda moment: not asked.append(moment))) == ["it"]  # type: ignore[func-returns-value]
    assert len(asked) < 100


def waited(count: int, **settings: str) -> Matchmakers:
    """A matchmaker "duel" with so many tickets, T0 and so on, all of which are due after a minute."""
    matchmakers = Matchmakers(random.Random(1))
    matchmakers.configure(
        *configured("duel", ["red:1-1", "blue:1-1", *(f"{key}={it}" for key, it in settings.items())])
    )
    for number in range(count):
        matchmakers.start("duel", f"T{number}", [Player(f"P{number}")], number / 1000)
    return matchmakers


def test_much_that_is_due_is_done_in_portions() -> None:
    duel = waited(10, timeout="60")["duel"]
    portions = []
    while effects := duel.pass_time(100.0, enough=4):
        portions.append([effect.ticket.id for effect in effects if isinstance(effect, Changed)])
    assert portions == [["T0", "T1"], ["T2", "T3"], ["T4", "T5"], ["T6", "T7"], ["T8", "T9"]]


def test_beyond_a_number_the_first_to_end_are_forgotten() -> None:
    matchmakers = waited(6, timeout="60", keep="1000", ended="4")
    effects = matchmakers["duel"].pass_time(100.0)
    assert [effect.ticket for effect in effects if isinstance(effect, Forget)] == ["T0", "T1"]
    assert matchmakers["duel"].pass_time(100.0) == []
    assert [matchmakers.find(f"T{number}") is None for number in range(6)] == [True, True, *[False] * 4]


def test_of_those_that_are_over_long_ago_only_the_id_is_remembered() -> None:
    matchmakers = waited(ENDED_REMEMBERED + 1, timeout="60", keep="1000")
    matchmakers["duel"].pass_time(100.0)
    latest = matchmakers.find(f"T{ENDED_REMEMBERED}")
    assert latest is not None
    assert latest.status is Status.TIMED_OUT
    assert matchmakers.find("T0") is None
    with pytest.raises(InvalidTicketRequest, match="there is a ticket T0 already"):
        matchmakers.start("duel", "T0", [Player("ann")], 101.0)
    with pytest.raises(InvalidTicketRequest, match="the ticket T0 is over"):
        matchmakers.stop("T0", 101.0)
    forgotten = matchmakers["duel"].pass_time(1100.0)
    assert forgotten == [Forget(f"T{number}") for number in range(ENDED_REMEMBERED + 1)]
    with pytest.raises(TicketNotFound):
        matchmakers.stop("T0", 1101.0)
    matchmakers.start("duel", "T0", [Player("ann")], 1101.0)
