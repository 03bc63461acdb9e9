"""Populations: what is read, what is drawn, and what is said of a file that cannot be read."""

import json
import random
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.insight.population import BadPopulation, read_population
from matchmaking.pool import Player
from matchmaking.tickets.requests import InvalidTicketRequest, check_players

EVERYTHING = {
    "seconds": 50,
    "ticketsPerSecond": 4,
    "partySizes": {"1": 3, "2": 1},
    "attributes": {
        "skill": {"normal": [1500, 200], "least": 1400, "most": 1600},
        "level": {"uniform": [1, 9]},
        "fixed": 7,
        "clan": "red",
        "mode": {"oneOf": {"ctf": 3, "race": 1}},
        "map": {"oneOf": ["dust", "snow"]},
        "maps": {"someOf": ["a", "b", "c"], "count": [1, 2]},
        "body": {"map": {"power": {"uniform": [0, 1]}, "speed": 3}},
    },
    "latencies": {"here": {"normal": [50, 60]}, "there": 90},
}


def test_what_is_drawn_is_as_it_was_told() -> None:
    arrivals = list(read_population(json.dumps(EVERYTHING)).arrivals(random.Random(1)))
    players = [player for arrival in arrivals for player in arrival.players]
    assert 150 < len(arrivals) < 250
    assert all(0 < one.at < other.at < 50 for one, other in pairwise(arrivals))
    assert {len(arrival.players) for arrival in arrivals} == {1, 2}
    assert len({player.player_id for player in players}) == len(players)
    for player in players:
        as_told(player)


def as_told(player: Player) -> None:
    match dict(player.attributes):
        case {
            "skill": float(skill),
            "level": float(level),
            "fixed": 7,
            "clan": "red",
            "mode": "ctf" | "race",
            "map": "dust" | "snow",
            "maps": tuple(maps),
            "body": {"power": float(power), "speed": 3},
        }:
            assert 1400 <= skill <= 1600
            assert 1 <= level <= 9
            assert 1 <= len(set(maps)) == len(maps) <= 2
            assert 0 <= power <= 1
        case other:
            raise AssertionError(other)
    assert player.latency_ms["here"] >= 1
    assert player.latency_ms["there"] == 90


def test_the_same_seed_draws_the_same() -> None:
    population = read_population(json.dumps(EVERYTHING))
    assert list(population.arrivals(random.Random(3))) == list(population.arrivals(random.Random(3)))


def test_recorded_tickets_come_as_they_are() -> None:
    tickets = [
        {"ticketId": "B", "at": 7, "players": [{"playerId": "bob"}]},
        {"at": 2, "players": [{"playerId": "ann", "attributes": {"maps": ["a"]}, "latencyInMs": {"here": 40}}]},
    ]
    first, second = read_population(json.dumps({"tickets": tickets})).arrivals(random.Random(1))
    assert (first.at, first.players) == (2, (Player("ann", {"maps": ("a",)}, {"here": 40}),))
    assert second.at == 7


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("{", "it is no JSON"),
        ("[]", "the file: '[]' stands where an object"),
        ('{"second": 1}', "there is no second; there are acceptShare, attributes"),
        ('{"seconds": -1}', "seconds: -1 is no number from 0.001 on"),
        ('{"seconds": 1000, "ticketsPerSecond": 1000}', "200000 are the most"),
        ('{"seconds": 1e9}', "seconds: 1000000000 s is more than a week"),
        ('{"seconds": 1%s}' % ("0" * 400), "is no number"),
        ('{"partySizes": {"11": 1}}', "partySizes: write"),
        ('{"partySizes": {"one": 1}}', "partySizes: write"),
        ('{"acceptShare": 2}', "acceptShare: 2.0 is more than 1"),
        ('{"attributes": []}', "attributes: write an object"),
        ('{"attributes": {"skill": {"normal": [1]}}}', 'attributes.skill: write a number, {"normal": [mean'),
        ('{"attributes": {"skill": {"gauss": [1, 2]}}}', "attributes.skill: there is no gauss"),
        ('{"attributes": {"mode": {"oneOf": {"a": 0}}}}', "attributes.mode.oneOf: write"),
        ('{"attributes": {"mode": {"oneOf": [["a"]]}}}', "attributes.mode.oneOf: write"),
        ('{"attributes": {"maps": {"someOf": ["a"], "count": [1, 2]}}}', "attributes.maps.someOf: write"),
        ('{"attributes": {"maps": {"someOf": [1], "count": [1, 1]}}}', "attributes.maps.someOf: write"),
        ('{"latencies": {"here": "near"}}', "latencies.here: 'near' stands where an object"),
        ('{"tickets": [{"players": []}]}', "tickets[0].players: write 1 to 10"),
        ('{"tickets": [{"players": 3}]}', "tickets[0].players: write 1 to 10"),
        ('{"tickets": [{"players": [{"playerId": 1}]}]}', "tickets[0].players[0].playerId: write a text"),
        (
            '{"tickets": [{"players": [{"playerId": "a"}, {"playerId": "a"}]}]}',
            "tickets[0]: the player 'a' is in it twice",
        ),
        ('{"tickets": [{"at": 1764000000, "players": [{"playerId": "a"}]}]}', "at: 1764000000 s is more than a week"),
        (
            '{"tickets": [{"players": [{"playerId": "a", "latencyInMs": {"here": "near"}}]}]}',
            "tickets[0].players[0].latencyInMs: write milliseconds",
        ),
    ],
)
def test_what_is_wrong_is_told(told: str, said: str) -> None:
    with pytest.raises(BadPopulation) as refusal:
        read_population(told)
    assert said in str(refusal.value)


@pytest.mark.parametrize("value", ["null", "true", "[1]", '[["a"]]', '{"S": "a"}', "NaN", "1e999"])
def test_an_attribute_that_was_recorded_is_a_value(value: str) -> None:
    with pytest.raises(BadPopulation, match=r"attributes\.b: write a text, a number"):
        read_population(
            '{"tickets": [{"players": [{"playerId": "a", "attributes": {"b": VALUE}}]}]}'.replace("VALUE", value)
        )


SIMPLE: tuple[object, ...] = (None, True, 0, -1, 2.5, 1e300, "", "x", [], [1], [1, 2], ["a"], {})
VALUES = st.sampled_from(SIMPLE)
JSON = VALUES | st.dictionaries(
    st.sampled_from(("normal", "uniform", "oneOf", "someOf", "count", "map", "1", "a")), VALUES
)
KEYS = st.sampled_from((*EVERYTHING, "tickets", "acceptShare"))


@settings(deadline=None)
@given(st.dictionaries(KEYS, JSON | st.dictionaries(st.just("a"), JSON, min_size=1), max_size=3))
def test_any_file_is_read_or_refused(told: dict[str, object]) -> None:
    try:
        population = read_population(json.dumps(told))
    except BadPopulation:
        return
    for _, arrival in zip(range(3), population.arrivals(random.Random(1)), strict=False):
        with suppress(InvalidTicketRequest):  # Which a simulation tells.
            check_players(arrival.players, 10)
