"""Seats: reserved, claimed once, left, timed out; never more than there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session.peer import Seat
from session.seats import REMEMBERED, NoSeat, PlayerSessionState, Seats
from session.values import GameSessionId, PlayerId, PlayerSessionId

GAME = GameSessionId("game")
OTHER = GameSessionId("other")


def seat(player_session: str, player: str = "") -> Seat:
    return Seat(PlayerSessionId(player_session), PlayerId(player or f"player of {player_session}"), "gold")


def opened(max_players: int = 2) -> Seats:
    seats = Seats()
    seats.open(GAME, max_players)
    return seats


def claimed(seats: Seats, player_session: str, now: float = 0.0) -> Seat:
    found = seats.claim(PlayerSessionId(player_session), now)
    assert found is not None
    assert found.state is PlayerSessionState.ACTIVE
    return found.seat


def test_a_player_session_is_claimed_once_and_brings_what_was_reserved() -> None:
    seats = opened()
    assert seats.reserve(GAME, seat("a", "ann"), until=60) == []
    assert claimed(seats, "a", 59) == seat("a", "ann")
    with pytest.raises(NoSeat, match="has been used"):
        seats.claim(PlayerSessionId("a"), 59)


def test_what_was_never_reserved_is_nobodys() -> None:
    assert opened().claim(PlayerSessionId("a"), 0) is None


def test_a_seat_counts_from_the_reservation_on_and_is_free_when_its_player_has_left() -> None:
    seats = opened(1)
    seats.reserve(GAME, seat("a"), until=60)
    with pytest.raises(NoSeat, match="full"):
        seats.reserve(GAME, seat("b"), until=60)
    claimed(seats, "a")
    with pytest.raises(NoSeat, match="full"):
        seats.reserve(GAME, seat("b"), until=60)
    assert seats.leave(PlayerSessionId("a")) is not None
    assert seats.leave(PlayerSessionId("a")) is None
    assert seats.reserve(GAME, seat("b"), until=60) == []


def test_another_number_of_seats_counts_for_who_comes_then() -> None:
    seats = opened(2)
    seats.reserve(GAME, seat("a"), until=60)
    seats.reserve(GAME, seat("b"), until=60)
    seats.resize(GAME, 1)
    claimed(seats, "a")
    claimed(seats, "b")
    seats.leave(PlayerSessionId("b"))
    with pytest.raises(NoSeat, match="full"):
        seats.reserve(GAME, seat("c"), until=60)
    seats.resize(GAME, 2)
    seats.reserve(GAME, seat("c"), until=60)
    seats.resize(OTHER, 5)
    with pytest.raises(NoSeat, match="does not run"):
        seats.reserve(OTHER, seat("d"), until=60)


def test_a_reservation_ends_at_its_time_and_not_before() -> None:
    seats = opened(1)
    seats.reserve(GAME, seat("a"), until=60)
    assert seats.wake_at() == 60
    assert seats.expired(59.9) == []
    (late,) = seats.expired(60)
    assert late.seat == seat("a")
    assert (seats.wake_at(), seats.taken(GAME)) == (None, 0)
    with pytest.raises(NoSeat, match="not used in time"):
        seats.claim(PlayerSessionId("a"), 60)


def test_a_claim_at_the_last_moment_does_not_wait_for_the_clock_to_be_looked_at() -> None:
    seats = opened()
    seats.reserve(GAME, seat("a"), until=60)
    with pytest.raises(NoSeat, match="not used in time"):
        seats.claim(PlayerSessionId("a"), 60)


def test_a_player_who_comes_back_needs_no_second_seat() -> None:
    seats = opened(1)
    seats.reserve(GAME, seat("a", "ann"), until=60)
    claimed(seats, "a")
    assert seats.reserve(GAME, seat("b", "ann"), until=60) == []
    assert seats.taken(GAME) == 1
    claimed(seats, "b")
    seats.leave(PlayerSessionId("a"))
    assert seats.taken(GAME) == 1, "the later one still holds it"


def test_a_later_reservation_replaces_an_unused_one_of_the_same_player() -> None:
    seats = opened(1)
    seats.reserve(GAME, seat("a", "ann"), until=60)
    assert seats.reserve(GAME, seat("b", "ann"), until=60) == [PlayerSessionId("a")]
    with pytest.raises(NoSeat, match="a later one replaced it"):
        seats.claim(PlayerSessionId("a"), 0)
    claimed(seats, "b")


def test_game_sessions_have_seats_of_their_own_and_lose_them_at_their_end() -> None:
    seats = opened(1)
    seats.open(OTHER, 1)
    seats.reserve(GAME, seat("a", "ann"), until=60)
    seats.reserve(OTHER, seat("b", "ann"), until=60)
    seats.close(GAME)
    with pytest.raises(NoSeat, match="has ended"):
        seats.claim(PlayerSessionId("a"), 0)
    with pytest.raises(NoSeat, match="does not run"):
        seats.reserve(GAME, seat("c"), until=60)
    claimed(seats, "b")
    seats.close(GAME)


def test_an_id_is_never_given_twice() -> None:
    seats = opened()
    seats.reserve(GAME, seat("a"), until=60)
    with pytest.raises(NoSeat, match="already"):
        seats.reserve(GAME, seat("a", "bob"), until=60)


def test_what_is_over_is_remembered_within_bounds() -> None:
    seats = opened()
    for number in range(REMEMBERED + 1):
        seats.reserve(GAME, seat(str(number)), until=0)
        seats.expired(0)
    assert seats.claim(PlayerSessionId("0"), 0) is None
    with pytest.raises(NoSeat):
        seats.claim(PlayerSessionId("1"), 0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "claim", "leave", "expire"]),
        st.integers(0, 7),
        st.integers(0, 3),
        st.integers(0, 9),
    ),
    max_size=60,
)


@given(STEPS, st.integers(1, 3))
def test_there_are_never_more_seats_than_there_are_and_each_id_is_let_in_once(
    steps: list[tuple[str, int, int, int]], max_players: int
) -> None:
    seats, let_in, here, now = opened(max_players), [], set(), 0
    for what, session, player, later in steps:
        identity = PlayerSessionId(str(session))
        now += later
        try:
            if what == "reserve":
                seats.reserve(GAME, seat(identity, f"p{player}"), until=now + 5)
            elif what == "claim" and (found := seats.claim(identity, now)):
                let_in.append(identity)
                here.add((identity, found.seat.player_id))
            elif what == "leave" and (left := seats.leave(identity)):
                here.remove((identity, left.seat.player_id))
            elif what == "expire":
                assert all(one.until <= now for one in seats.expired(now))
        except NoSeat:
            pass
        assert len({player_id for _, player_id in here}) <= seats.taken(GAME) <= max_players
    assert len(let_in) == len(set(let_in))
