"""Cases of our own: what the documentation's cases leave open, and the points that are our choice."""

import random
from dataclasses import replace
from typing import Any, cast

import pytest

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.matching import form_matches
from matchmaking.pool import Matches, Player, PotentialMatch, Ticket
from tests.matchmaking.world import Json, evaluate, rule_set

ALL = "flatten(teams[*].players.attributes[{}])"
SKILL, MAPS = ALL.format("skill"), ALL.format("maps")
ATTRIBUTES = [
    {"name": "skill", "type": "number", "default": 0},
    {"name": "maps", "type": "string_list", "default": []},
    {"name": "likes", "type": "string_number_map", "default": {}},
]


def rules(*given: Json, teams: str = "red 1-1, blue 1-1", **parts: Any) -> Json:
    """Make a rule set; teams as "name least-most" or "name least-most xquantity"."""
    made = []
    for text in teams.split(", "):
        name, sizes, *quantity = text.split()
        least, most = sizes.split("-")
        made.append({"name": name, "minPlayers": int(least), "maxPlayers": int(most)})
        if quantity:
            made[-1]["quantity"] = int(quantity[0][1:])
    named = [{"name": f"r{number}", **rule} for number, rule in enumerate(given)]
    return {"ruleLanguageVersion": "1.0", "teams": made, "playerAttributes": ATTRIBUTES, "rules": named, **parts}


def t(name: str, at: float = 0, size: int = 1, latency: dict[str, float] | None = None, **attributes: Any) -> Ticket:
    """Make a ticket of players with the same attributes; lists of them are one for each player."""

    def of(number: int) -> dict[str, Any]:
        return {key: each[number] if isinstance(each, list) else each for key, each in attributes.items()}

    players = tuple(Player(f"{name}{number}", of(number), latency or {}) for number in range(size))
    return Ticket(name, players, at)


def backfill(name: str, at: float, **teams: int) -> Ticket:
    players = [Player(f"{name}-{team}{number}", team=team) for team, count in teams.items() for number in range(count)]
    return Ticket(name, tuple(players), at, backfill=True)


def search(given: Json, *tickets: Ticket, now: float = 100, choices: Choices = DEFAULT_CHOICES) -> Matches:
    return form_matches(rule_set(given), tickets, now, random.Random(1), choices)


def matched(given: Json, *tickets: Ticket, now: float = 100, choices: Choices = DEFAULT_CHOICES) -> list[str]:
    """Give each match as its tickets' names, in the order in which they joined."""
    found = search(given, *tickets, now=now, choices=choices).matches
    return ["".join(each.ticket_id for each in match.tickets) for match in found]


def distance(measurement: str, reference: Any, **limits: Any) -> Json:
    return {"type": "distance", "measurements": [measurement], "referenceValue": reference, **limits}


def at_50(target: str, value: float) -> list[Json]:
    return [{"target": target, "steps": [{"waitTimeSeconds": 50, "value": value}]}]


def comparison(measurement: str, operation: str, reference: Any = None) -> Json:
    rule = {"type": "comparison", "measurements": [measurement], "operation": operation}
    return rule if reference is None else {**rule, "referenceValue": reference}


SPREAD_10 = distance(f"max({SKILL})", f"min({SKILL})", maxDistance=10)
SUM = "sum(teams[{}].players.attributes[skill])"
EVEN = distance(SUM.format("red"), SUM.format("blue"), maxDistance=0)
ONE_HEALER: Json = {"type": "collection", "operation": "contains", "referenceValue": "healer", "minCount": 1}
SHARED: Json = {"type": "collection", "operation": "intersection", "minCount": 1, "measurements": [MAPS]}
X = ("x",)
FAIR_10 = distance("avg(teams[*].players.attributes[skill])", f"avg({SKILL})", maxDistance=10)
LATENCY_100: Json = {"type": "latency", "maxLatency": 100}
NEAR_FIRST: Json = {"type": "distanceSort", "sortAttribute": "skill", "sortDirection": "ascending"}

CASES: dict[str, tuple[Json, list[Ticket], list[str]]] = {
    "an old ticket without a match hinders nobody": (
        rules(FAIR_10), [t("A", 0, skill=900), t("B", 1, skill=1), t("C", 2, skill=2)], ["BC"],
    ),
    "rules on averages are demanded of the whole match only": (
        rules(FAIR_10, teams="red 2-2, blue 2-2"),
        [t("A", 0, skill=0), t("B", 1, skill=100), t("C", 2, skill=100), t("D", 3, skill=0)], ["ABCD"],
    ),
    "players change teams until a rule holds": (
        rules(EVEN, teams="red 2-2, blue 2-2"),
        [t("A", 0, skill=1), t("B", 1, skill=2), t("C", 2, skill=3), t("D", 3, skill=4)], ["ABCD"],
    ),
    "who comes later takes the place of one who does not fit": (
        rules(comparison(f"sum({SKILL})", "=", 10), teams="red 3-3"),
        [t("A", 0, skill=1), t("B", 1, skill=2), t("C", 2, skill=3), t("D", 3, skill=4), t("E", 4, skill=7)], ["ABE"],
    ),
    "contains minCount is met at the end": (
        rules({**ONE_HEALER, "measurements": [MAPS]}, teams="red 3-3"),
        [t("A"), t("B", 1), t("C", 2), t("D", 3, maps=("healer",))], ["ABD"],
    ),
    "xor wants exactly one": (
        rules(comparison(SKILL, "="), comparison(SKILL, ">=", 5),
              {"type": "compound", "statement": "xor(r0, r1)"}),
        [t("A", 0, skill=7), t("B", 1, skill=7), t("C", 2, skill=9)], ["AC"],
    ),
    "with more room later a larger match goes before one that was full earlier": (
        rules(teams="red 1-2", expansions=at_50("teams[red].maxPlayers", 5)),
        [t("A", 0), t("B", 1), t("C", 2)], ["ABC"],
    ),
    "all of several compounds hold": (
        rules(comparison(SKILL, "="), comparison(SKILL, ">", 5), comparison(SKILL, "<", 20),
              {"type": "compound", "statement": "not(r0)"}, {"type": "compound", "statement": "and(r1, r2)"}),
        [t("A", 0, skill=7), t("B", 1, skill=7), t("C", 2, skill=30), t("D", 3, skill=8)], ["AD"],
    ),
    "each way of a compound is tried": (
        rules(comparison(SKILL, "="), SHARED, {"type": "compound", "statement": "or(r0, r1)"}, teams="red 3-3"),
        [t("A", 0, skill=1, maps=X), t("B", 1, skill=1), t("C", 2, skill=2, maps=X), t("D", 3, skill=3, maps=X)],
        ["ACD"],
    ),
    "latency is inclusive": (rules(LATENCY_100), [t("A", latency={"eu": 100}), t("B", latency={"eu": 100})], ["AB"]),
    "a location must be acceptable to all, not to each pair": (
        rules(LATENCY_100, teams="red 3-3"),
        [t("A", latency={"a": 9, "b": 9}), t("B", latency={"b": 9, "c": 9}), t("C", latency={"a": 9, "c": 9})], [],
    ),
    "latencies lie near the least": (
        rules({"type": "latency", "maxDistance": 20, "distanceReference": "min"}),
        [t("A", latency={"eu": 10}), t("B", latency={"eu": 31}), t("C", latency={"eu": 30})], ["AC"],
    ),
    "latencies lie near the average": (
        rules({"type": "latency", "maxDistance": 20, "distanceReference": "avg"}),
        [t("A", latency={"eu": 10}), t("B", latency={"eu": 51}), t("C", latency={"eu": 50})], ["AC"],
    ),
    "latency rules agree on a location": (
        rules(LATENCY_100, {"type": "latency", "maxDistance": 5, "distanceReference": "min"}),
        [t("A", latency={"eu": 50, "us": 150}), t("B", latency={"eu": 90, "us": 150})], [],
    ),
    "the nearest candidates are tried first": (
        rules(NEAR_FIRST), [t("A", 0, skill=50), t("B", 1, skill=60), t("C", 2, skill=52)], ["AC"],
    ),
    "a ticket without the anchor's key comes last": (
        rules({"type": "absoluteSort", "sortAttribute": "likes", "sortDirection": "ascending", "mapKey": "maxValue"}),
        [t("A", 0, likes={"x": 9, "y": 1}), t("B", 1, likes={"y": 1}), t("C", 2, likes={"x": 5})], ["AC"],
    ),
    "the least key of the anchor counts with minValue": (
        rules({"type": "absoluteSort", "sortAttribute": "likes", "sortDirection": "ascending", "mapKey": "minValue"}),
        [t("A", 0, likes={"x": 9, "y": 1}), t("B", 1, likes={"y": 4}), t("C", 2, likes={"x": 1, "y": 3})], ["AC"],
    ),
    "a newcomer brings the strict values back": (
        rules(SPREAD_10, expansions=at_50("rules[r0].maxDistance", 99)),
        [t("A", 0, skill=0), t("B", 60, skill=20)], [],
    ),
    "old tickets together have the loose values": (
        rules(SPREAD_10, expansions=at_50("rules[r0].maxDistance", 99)),
        [t("A", 0, skill=0), t("B", 40, skill=20), t("C", 90, skill=1)], ["AB"],
    ),
    "values may tighten": (
        rules(SPREAD_10, expansions=at_50("rules[r0].maxDistance", 1)),
        [t("A", 0, skill=0), t("B", 40, skill=5), t("C", 90, skill=7)], ["AC"],
    ),
    "maxPlayers may expand": (
        rules(teams="red 1-1", expansions=at_50("teams[red].maxPlayers", 2)),
        [t("A", 0), t("B", 40), t("C", 90)], ["AB", "C"],
    ),
    "parties are packed": (
        rules(teams="red 3-3, blue 3-3"), [t("A", 0), t("B", 1), t("C", 2, size=2), t("D", 3, size=2)], ["ABCD"],
    ),
    "parties that do not fit together wait": (
        rules(teams="red 3-3, blue 3-3"), [t("A", 0, size=2), t("B", 1, size=2), t("C", 2, size=2)], [],
    ),
    "each member of a party takes the aggregate": (
        rules(comparison(f"avg({SKILL})", "=", 33.75) | {"partyAggregation": "max"}, teams="red 4-4"),
        [t("A", 0, size=3, skill=[20, 30, 35]), t("B", 1, skill=30)], ["AB"],
    ),
    "count counts players, not tickets": (
        rules(comparison("count(teams[red].players)", "=", 3), teams="red 1-3"), [t("A", size=2), t("B", 1)], ["AB"],
    ),
    "lists of a party may be intersected": (
        rules({**SHARED, "partyAggregation": "intersection"}, teams="red 3-3"),
        [t("A", 0, size=2, maps=[("x",), ("x", "y")]), t("B", 1, maps=("y",)), t("C", 2, maps=("x",))], ["AC"],
    ),
    "an empty team is left out of averages": (
        rules(FAIR_10, teams="red 0-1, blue 1-1"), [t("A", skill=50)], ["A"],
    ),
    "the largest match is preferred, and even teams": (
        rules(teams="red 1-4, blue 1-4"), [t(name, number) for number, name in enumerate("ABCDEF")], ["ABCDEF"],
    ),
    "backfill of high priority comes first": (
        rules(teams="red 2-2", algorithm={"backfillPriority": "high"}),
        [t("A", 0), t("B", 1), backfill("F", 9, red=1)], ["FA"],
    ),
    "backfill fills the teams that lack players": (
        rules(teams="red 2-2, blue 2-2"), [backfill("F", 0, red=2, blue=1), t("A", 1), t("B", 2)], ["FA"],
    ),
    "backfill may take fewer than there are slots": (
        rules(teams="red 1-4"), [backfill("F", 0, red=1), t("A", 1)], ["FA"],
    ),
    "a game with more players than a team may have is not filled": (
        rules(teams="red 2-2, blue 1-2"), [backfill("F", 0, red=3), t("A", 1)], [],
    ),
    "backfill for teams that nobody knows is left alone": (
        rules(teams="red 2-2"), [backfill("F", 0, green=1), t("A", 1), t("B", 2)], ["AB"],
    ),
    "a value of the wrong type never matches": (rules(), [t("A", skill="high"), t("B", 1), t("C", 2)], ["BC"]),
    "a ticket without players never matches": (rules(), [t("A", size=0), t("B", 1), t("C", 2)], ["BC"]),
    "nobody waits, nobody is matched": (rules(), [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    given, tickets, expected = CASES[name]
    assert matched(given, *tickets) == expected


EXCLUSIVE = replace(DEFAULT_CHOICES, latency_inclusive=False)
OWN_LOCATION = replace(DEFAULT_CHOICES, common_location=False)
EMPTY_FAILS = replace(DEFAULT_CHOICES, empty_team_fails=True)
SAMPLE = replace(DEFAULT_CHOICES, population_stddev=False)
TWO_FREE = replace(DEFAULT_CHOICES, additional_players=2)

CHOSEN: dict[str, tuple[Choices, Json, list[Ticket], list[str]]] = {
    "latency may be exclusive": (
        EXCLUSIVE, rules(LATENCY_100),
        [t("A", latency={"eu": 100}), t("B", 1, latency={"eu": 9}), t("C", 2, latency={"eu": 9})], ["BC"],
    ),
    "tickets may have locations of their own": (
        OWN_LOCATION, rules(LATENCY_100), [t("A", latency={"eu": 9}), t("B", 1, latency={"us": 9})], ["AB"],
    ),
    "the average of an empty team may fail": (
        EMPTY_FAILS, rules(FAIR_10, teams="red 0-1, blue 1-1"), [t("A", 0, skill=50), t("B", 1, skill=50)], ["AB"],
    ),
    "stddev may be of a sample": (
        SAMPLE, rules(comparison(f"stddev({SKILL})", "<", 1.1)),
        [t("A", skill=0), t("B", 1, skill=2), t("C", 2, skill=1)], ["AC"],
    ),
    "stddev is of a population": (
        DEFAULT_CHOICES, rules(comparison(f"stddev({SKILL})", "<", 1.1)), [t("A", skill=0), t("B", 1, skill=2)], ["AB"],
    ),
    "slots are kept free": (
        TWO_FREE, rules(teams="red 1-6"), [t(name, number) for number, name in enumerate("ABCDEFG")], ["ABCD", "EFG"],
    ),
    "slots that are kept free are no reason to have fewer than a step wants": (
        TWO_FREE, rules(teams="red 1-6", expansions=at_50("teams[red].minPlayers", 4)),
        [t("A"), t("B", 1), t("C", 2)], [],
    ),
    "slots that are kept free are no reason to have more than a step allows": (
        TWO_FREE, rules(teams="red 4-8", expansions=[*at_50("teams[red].maxPlayers", 5),
                                                     *at_50("teams[red].minPlayers", 2)]),
        [t("A", size=4), t("B", 1, size=4)], [],
    ),
    "slots are kept free although minPlayers says no": (
        TWO_FREE, rules(teams="red 3-3, blue 3-3"), [t(name, number) for number, name in enumerate("ABCDEFG")],
        ["ABCD"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOSEN)
def test_open_point(name: str) -> None:
    choices, given, tickets, expected = CHOSEN[name]
    assert matched(given, *tickets, choices=choices) == expected


def test_locations_are_told_the_fastest_first() -> None:
    near = {"us": 80.0, "eu": 20.0, "ap": 150.0}
    (match,) = search(rules(LATENCY_100), t("A", latency=near), t("B", 1, latency={**near, "eu": 90})).matches
    assert match.locations == ("eu", "us")


def test_without_a_rule_the_locations_are_those_that_all_have_told() -> None:
    (match,) = search(rules(), t("A", latency={"us": 80, "eu": 20}), t("B", 1, latency={"eu": 500})).matches
    assert match.locations == ("eu",)


def test_every_team_is_told_also_an_empty_one() -> None:
    (match,) = search(rules(teams="duo 0-1 x2, red 1-1"), t("A")).matches
    assert list(match.teams) == ["duo_1", "duo_2", "red"]
    assert sorted(map(len, match.teams.values())) == [0, 0, 1]


def test_tallies_tell_which_rule_refused() -> None:
    found = search(rules(SPREAD_10), t("A", skill=0), t("B", 1, skill=50))
    assert not found.matches
    (tally,) = found.tallies["A"]
    assert (tally.rule, tally.passed, tally.failed) == ("r0", 0, 1)


def test_sorted_batches_bring_similar_players_together() -> None:
    sorted_by = {"batchingPreference": "sorted", "sortByAttributes": ["skill"]}
    tickets = [t(f"t{at}", at, skill=(at * 37) % 100) for at in range(100)]
    choices = replace(DEFAULT_CHOICES, sorted_batch_tickets=10)
    found = search(rules(algorithm=sorted_by), *tickets, choices=choices).matches
    assert len(found) == 50
    assert all(max(skills) - min(skills) < 10 for match in found for skills in [skills_of(match, "red", "blue")])


def test_what_is_left_of_sorted_batches_is_tried_together() -> None:
    sorted_by = {"batchingPreference": "sorted", "sortByAttributes": ["skill"]}
    tickets = [t(f"t{at}", at, skill=at) for at in range(6)]
    choices = replace(DEFAULT_CHOICES, sorted_batch_tickets=3)
    assert len(search(rules(algorithm=sorted_by), *tickets, choices=choices).matches) == 3


def test_balanced_teams_of_a_small_match_are_about_equal_and_keep_the_rules() -> None:
    balanced = {"strategy": "balanced", "balancedAttribute": "skill"}
    tickets = [t(f"t{at}", at, skill=at * at) for at in range(20)]
    given = rules(comparison("count(teams[red].players)", "=", 10), teams="red 10-10, blue 10-10", algorithm=balanced)
    (match,) = search(given, *tickets).matches
    red, blue = skills_of(match, "red"), skills_of(match, "blue")
    assert abs(sum(red) - sum(blue)) <= 20


def skills_of(match: PotentialMatch, *teams: str) -> list[float]:
    return [cast(float, player.attributes["skill"]) for team in teams for player in match.teams[team]]


def large(batching: str = "largestPopulation", **parts: Any) -> Json:
    algorithm = {"strategy": "balanced", "balancedAttribute": "skill", "batchingPreference": batching}
    return rules(teams="red 20-21, blue 20-21", algorithm=algorithm) | parts


@pytest.mark.parametrize(("batching", "expected"), [("largestPopulation", "us"), ("fastestRegion", "eu")])
def test_large_matches_group_by_population_or_by_the_fastest_region(batching: str, expected: str) -> None:
    anywhere = [t(f"a{at}", at, latency={"us": 90, "eu": 10}) for at in range(42)]
    american = [t(f"b{at}", 50 + at / 100, latency={"us": 20}) for at in range(10)]
    given = large(batching, rules=[{"name": "l", **LATENCY_100}])
    first, *_ = search(given, *anywhere, *american).matches
    assert first.locations[0 if expected == "eu" else -1] == expected
    assert len(first.tickets) == 42


def test_large_matches_are_balanced_with_parties() -> None:
    rng = random.Random(2)
    tickets = [t(f"t{at}", at, size=rng.choice([1, 2, 3]), skill=rng.gauss(1500, 200)) for at in range(30)]
    (match,) = search(large(), *tickets).matches
    red, blue = skills_of(match, "red"), skills_of(match, "blue")
    assert abs(sum(red) / len(red) - sum(blue) / len(blue)) < 1


def test_a_large_match_takes_the_window_with_most_players() -> None:
    far = [t(f"f{at}", at, skill=10) for at in range(5)]
    near = [t(f"n{at}", 10 + at, skill=0) for at in range(40)]
    middle = t("m", 9, skill=5)
    given = large(rules=[{"name": "b", "type": "batchDistance", "batchAttribute": "skill", "maxDistance": 5}])
    (match,) = search(given, *far, *near, middle).matches
    assert {each.ticket_id for each in match.tickets} == {"m", *(each.ticket_id for each in near)}


def test_large_matches_fill_running_games_first() -> None:
    tickets = [t(f"t{at}", at) for at in range(45)]
    running = backfill("F", 50, red=20, blue=18)
    first, *_ = search(large(), *tickets, running).matches
    assert first.tickets[0] is running
    assert len(first.tickets) == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("median(teams[red].players.attributes[skill])", 15),
        ("sum(teams[*].players.attributes[skill])", [30, 30, 0]),
        ("avg(teams[green].players.attributes[skill])", None),
        ("count(teams[green].players)", 0),
        ("avg(teams[*].players.attributes[skill])", [15, 30, None]),
        ("max(avg(teams[*].players.attributes[skill]))", 30),
        ("stddev(flatten(teams[red].players.attributes[skill]))", 5),
        ("team[red].players[PLAYERID]", ["a", "b"]),
        ("count(teams[red].players.attributes[maps])", [2, 1]),
    ],
)
def test_expressions(text: str, value: Any) -> None:
    red: list[Json] = [{"playerId": "a", "attributes": {"skill": 10, "maps": ["x", "y", "x"]}}]
    red.append({"playerId": "b", "attributes": {"skill": 20, "maps": ["y"]}})
    blue: list[Json] = [{"playerId": "c", "attributes": {"skill": 30, "maps": []}}]
    assert evaluate(text, {"red": red, "blue": blue, "green": []}) == value


def test_who_may_not_be_where_somebody_has_to_be_costs_no_tries() -> None:
    """Nobody wants to be the monster: however many wait, none of them is tried with the others."""
    wants = comparison("teams[monster].players.attributes[skill]", "=", 1)
    tickets = [t(f"t{at}", at) for at in range(50)]
    found = search(rules(wants, teams="crowd 5-5, monster 1-1"), *tickets)
    assert not found.matches
    assert all(not tally.passed for tallies in found.tallies.values() for tally in tallies)
    (match,) = search(rules(wants, teams="crowd 5-5, monster 1-1"), *tickets, t("M", 60, skill=1)).matches
    assert [player.player_id for player in match.teams["monster"]] == ["M0"]
