"""Cases drawn from FlexMatch's documentation: each says in the file what decides it (`why`, `source`)."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from matchmaking.faults import BadRuleSet
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import PotentialMatch
from matchmaking.shapes import fill_sizes
from tests.matchmaking.world import HERE, Json, Pool, evaluate, rule_set, ticket

CASES: list[Json] = json.loads((HERE / "flexmatch-cases.json").read_text())


def of_kind(kind: str) -> list[object]:
    return [pytest.param(case, id=case["name"]) for case in CASES if case["kind"] == kind]


@pytest.mark.parametrize("case", of_kind("expr"))
def test_expressions(case: Json) -> None:
    assert evaluate(case["expression"], case["teams"]) == case["expected"]["value"]


@pytest.mark.parametrize("case", of_kind("validate"))
def test_validation(case: Json) -> None:
    text = json.dumps(case["rule_set"])
    if case["expected"]["valid"]:
        parse_rule_set(text)
    else:
        with pytest.raises(BadRuleSet):
            parse_rule_set(text)


@pytest.mark.parametrize("case", of_kind("fill"))
def test_team_sizes(case: Json) -> None:
    rules = rule_set(case["rule_set"])
    bounds = [(team.min_players, team.max_players) for team in rules.teams for _ in team.team_names]
    sizes = fill_sizes(bounds, case["players"])
    assert dict(zip(rules.team_names, sizes, strict=True)) == case["expected"]["sizes"]


@pytest.mark.parametrize("case", of_kind("match"))
def test_matches(case: Json) -> None:
    pool = Pool(rule_set(case["rule_set"]), map(ticket, case["tickets"]))
    for check in case["expected"]["checks"]:
        left = list(pool.tick(check["at"]))
        assert len(left) == len(check["new_matches"])
        for expected in check["new_matches"]:
            fitting = [match for match in left if is_as_expected(match, expected)]
            assert fitting, expected
            left.remove(fitting[0])
        assert_waiting(pool.waiting_at(check["at"]), check["waiting"])


def assert_waiting(waiting: set[str], expected: Sequence[str] | Json) -> None:
    if isinstance(expected, dict):
        assert len(waiting) == expected["count"]
    else:
        assert waiting == set(expected)


def is_as_expected(match: PotentialMatch, expected: Json) -> bool:
    ids = {each.ticket_id for each in match.tickets}
    teams = {name: {player.player_id for player in players} for name, players in match.teams.items()}
    sizes = {name: len(players) for name, players in teams.items()}
    verdicts: dict[str, Callable[[Any], bool]] = {
        "tickets": lambda value: ids == set(value),
        "size": lambda value: sum(sizes.values()) == value,
        "contains": lambda value: ids >= set(value),
        "excludes": lambda value: not ids & set(value),
        "teams": lambda value: all(teams[name] == set(players) for name, players in value.items()),
        "team_sizes": lambda value: all(sizes[name] == size for name, size in value.items()),
        "team_names": lambda value: set(teams) == set(value),
        "same_team": lambda value: all(any(team >= set(each) for team in teams.values()) for each in value),
    }
    return all(verdicts[key](value) for key, value in expected.items())
