"""Why a ticket waits: what is told is so, for any pool and any rule set."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.choices import Choices
from matchmaking.insight.expanding import NextStep
from matchmaking.insight.explaining import NO_ROOM, Explanation, NearestMiss, Refusal, explain
from matchmaking.insight.population import read_population
from matchmaking.insight.words import explanation_text
from matchmaking.matching import form_matches
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Player, Ticket
from matchmaking.ruleset import AttributeType
from tests.matchmaking.world import RULE_SETS, rule_set


def _steps(*told: float) -> list[dict[str, float]]:
    return [{"waitTimeSeconds": at, "value": value} for at, value in zip(told[::2], told[1::2], strict=True)]


SKILL = "players.attributes[skill]"
RULES = {
    "ruleLanguageVersion": "1.0",
    "playerAttributes": [{"name": "skill", "type": "number"}],
    "teams": [{"name": name, "minPlayers": 2, "maxPlayers": 2} for name in ("red", "blue")],
    "rules": [
        {
            "name": "Fair",
            "type": "distance",
            "measurements": [f"avg(teams[*].{SKILL})"],
            "referenceValue": f"avg(flatten(teams[*].{SKILL}))",
            "maxDistance": 10,
        },
        {"name": "Near", "type": "batchDistance", "batchAttribute": "skill", "maxDistance": 200},
        {"name": "Fast", "type": "latency", "maxLatency": 100},
    ],
    "expansions": [
        {"target": "rules[Fair].maxDistance", "steps": _steps(10, 50, 30, 200)},
        {"target": "rules[Near].maxDistance", "steps": _steps(20, 500)},
    ],
}


def ticket(name: str, skill: float, since: float = 0.0, latency: float = 50.0, size: int = 1) -> Ticket:
    players = [Player(f"{name}{number}", {"skill": skill}, {"here": latency}) for number in range(size)]
    return Ticket(name, tuple(players), since)


def explained(name: str, pool: list[Ticket], now: float, rules: dict[str, Any] = RULES) -> Explanation:
    asked = next(one for one in pool if one.ticket_id == name)
    return explain(rule_set(rules), asked, pool, now, random.Random(1))


POOL = [ticket("A", 1000), ticket("B", 1300), ticket("C", 1420), ticket("D", 1000, 3), ticket("E", 1100, 2)]


def test_what_is_in_the_way_and_when_it_goes() -> None:
    said = explained("B", POOL, 5)
    assert (said.suitable, said.candidates) == (2, 4)
    assert said.refusals == (Refusal("Near", 2),)
    assert said.next_steps == (
        NextStep("rules[Fair].maxDistance", 10, 50, 5.0),
        NextStep("rules[Near].maxDistance", 200, 500, 15.0),
    )
    assert said.matched_in == 18.0  # D came at 3, and the newest ticket's age counts: 20 s after that.
    assert said.nearest is not None
    assert {missed.rule: missed.by for missed in said.nearest.missed} == {
        "Near": 220.0,
        "Fair": 0.0,
    } or said.nearest.missed


def test_in_words() -> None:
    first, second, *others = explanation_text(explained("B", POOL, 5)).splitlines()
    lines = [first, second, *(line for line in others if not line.startswith("The search tried line-ups with it: "))]
    assert lines == [
        "B has waited for 5 s, among 4 other tickets.",
        "Taken two by two, 2 may play with it; Near refuses 2.",
        "Nearest miss, with A, C, E:",
        "  Near is missed by 220: measured 1300, 1100, 1420, 1000, compared with 200",
        "In 5 s rules[Fair].maxDistance goes from 10 to 50.",
        "In 15 s rules[Near].maxDistance goes from 200 to 500.",
        "If nobody else comes, it is matched in 18 s.",
    ]


def test_nobody_may_play_with_who_is_too_far_away() -> None:
    said = explained("F", [*POOL, ticket("F", 1000, latency=200)], 5)
    assert said.alone == ("Fast",)
    assert said.suitable == 0
    assert said.matched_in is None
    assert "Alone it misses Fast already, so that nobody may play with it as yet." in explanation_text(said)


@pytest.mark.parametrize(
    ("hopeless", "why"),
    [
        (Ticket("X", (Player("ann"),), 0), "player ann has no number for attribute 'skill'"),
        (ticket("X", 1, size=3), "its 3 players must be in one team, and no team takes more than 2"),
    ],
)
def test_never(hopeless: Ticket, why: str) -> None:
    said = explained("X", [*POOL, hopeless], 5)
    assert said.never.startswith(why)
    assert f"It can never match: {why}" in explanation_text(said)


def test_players_are_short() -> None:
    assert explained("A", [ticket("A", 1)], 5).nearest == NearestMiss((), (), 3)
    assert "The smallest match lacks 3 players." in explanation_text(explained("A", [ticket("A", 1)], 5))


def test_parties_that_have_no_room_together() -> None:
    narrow = {**RULES, "teams": [{"name": "all", "minPlayers": 2, "maxPlayers": 3}]}
    said = explained("A", [ticket("A", 1, size=2), ticket("B", 1, size=2)], 0, narrow)
    assert said.refusals == (Refusal(NO_ROOM, 1),)


def test_others_are_before_it_in_line() -> None:
    pool = [ticket("A", 1000, size=2), ticket("B", 1000), ticket("C", 1000), ticket("D", 1000, since=1)]
    said = explanation_text(explained("D", pool, 1))
    assert "It could play with A, B, if they are not matched with others, who are before it in line." in said


def test_it_is_about_to_be_matched() -> None:
    four = [ticket(name, 1000) for name in "ABCD"]
    assert explained("A", four, 0).matched_in == 0
    assert explanation_text(explained("A", four, 0)).endswith("The next search matches it.")


def test_a_backfill_ticket() -> None:
    players = (
        Player("p", {"skill": 1000.0}, {"here": 10.0}, "red"),
        Player("q", {"skill": 1000.0}, {"here": 10.0}, "blue"),
    )
    pool = [Ticket("F", players, 0.0, backfill=True), ticket("A", 1005), ticket("B", 2000)]
    said = explained("F", pool, 0)
    assert (said.suitable, said.refusals) == (1, (Refusal("Near", 1),))


def drawn(kind: AttributeType) -> object:
    return {
        AttributeType.NUMBER: {"uniform": [1, 9]},
        AttributeType.STRING: {"oneOf": ["a", "b"]},
        AttributeType.STRING_LIST: {"someOf": ["a", "b", "c"], "count": [2, 3]},
        AttributeType.STRING_NUMBER_MAP: {"map": {"a": {"uniform": [1, 9]}}},
    }[kind]


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_every_rule_set_can_be_explained(path: Path) -> None:
    rules = parse_rule_set(path.read_text(), comments=True)
    told = {"seconds": 9, "attributes": {one.name: drawn(one.type) for one in rules.attributes}}
    crowd = read_population(json.dumps({**told, "latencies": {"us-east-1": 30}})).arrivals(random.Random(1))
    pool = [Ticket(f"T{at}", arrival.players, arrival.at) for at, arrival in enumerate(crowd)]
    choices = Choices(tries_per_search=200, min_tries_per_ticket=5)
    for one in pool[:3]:
        said = explain(rules, one, pool, 10.0, random.Random(1), choices)
        assert (said.never, said.candidates) == ("", len(pool) - 1)
        assert explanation_text(said).startswith(f"{one.ticket_id} has waited for ")


@settings(deadline=None, max_examples=15)
@given(
    skills=st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 2), st.integers(0, 40), st.integers(50, 120)), max_size=7
    ),
    now=st.integers(40, 60),
)
def test_what_is_told_of_the_next_search_is_so(skills: list[tuple[int, int, int, int]], now: int) -> None:
    pool = [ticket(f"T{at}", skill, since, latency, size) for at, (skill, size, since, latency) in enumerate(skills)]
    rules = rule_set(RULES)
    matches = form_matches(rules, pool, now, random.Random(1)).matches
    for one in pool:
        said = explained(one.ticket_id, pool, now)
        explanation_text(said)
        assert said.suitable <= said.candidates
        if said.alone:
            assert said.matched_in != 0
            assert all(one.ticket_id not in {each.ticket_id for each in match.tickets} for match in matches)
        if said.nearest is not None and not said.nearest.missed and not said.nearest.players_short:
            assert said.matched_in is not None or matches, "a line-up misses nothing, so that there is a match"
