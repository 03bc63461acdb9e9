"""What is valid, but hardly meant."""

import json
from typing import Any

import pytest

from matchmaking.linting import Remark, lint
from matchmaking.parsing import parse_rule_set
from tests.matchmaking.test_validation import ATTRIBUTES, MAPS, SKILL
from tests.matchmaking.world import RULE_SETS, Json

TWO_TEAMS = [{"name": name, "minPlayers": 1, "maxPlayers": 3} for name in ("red", "blue")]
#: Reads all attributes, so that none of them is remarked on.
READER = {"name": "reader", "type": "distanceSort", "sortAttribute": "skill", "sortDirection": "ascending"}


def remarks(**parts: Any) -> list[Remark]:
    attributes = [{"name": "skill", "type": "number"}, {"name": "maps", "type": "string_list", "default": []}]
    whole = {"ruleLanguageVersion": "1.0", "teams": TWO_TEAMS, "playerAttributes": attributes, **parts}
    whole["rules"] = [READER, *parts.get("rules", [])]
    return list(lint(parse_rule_set(json.dumps(whole)), request_timeout_seconds=60))


def comparison(name: str, operation: str, reference: Any, measured: str = SKILL) -> Json:
    rule = {"name": name, "type": "comparison", "measurements": [measured]}
    return {**rule, "operation": operation, "referenceValue": reference}


def collection(operation: str, least: int) -> Json:
    rule = {"name": "m", "type": "collection", "measurements": [MAPS], "referenceValue": "x"}
    return {**rule, "operation": operation, "minCount": least}


def compound(statement: str) -> Json:
    return {"name": "c", "type": "compound", "statement": statement}


def steps(*pairs: tuple[float, float]) -> list[Json]:
    made = [{"waitTimeSeconds": at, "value": value} for at, value in pairs]
    return [{"target": "teams[red].minPlayers", "steps": made}]


RED, BLUE = "count(teams[red].players)", "count(teams[blue].players)"
BELOW_5 = comparison("a", "<", 5)

#: Parts of a rule set, where the remark is, and a piece of what it says.
FATAL: list[tuple[Json, str, str]] = [
    ({"rules": [comparison("a", "=", 4, RED)]}, "$.teams", "never a match"),
    ({"rules": [{"name": "l", "type": "latency", "maxLatency": 0}]}, "$.rules[1].maxLatency", "0 ms"),
    ({"rules": [collection("contains", 7)]}, "$.rules[1].minCount", "at most 6 players"),
    ({"rules": [collection("reference_intersection_count", 2)]}, "$.rules[1].minCount", "at most 1 string"),
    ({"rules": [BELOW_5, compound("and(a, not(a))")]}, "$.rules[2].statement", "never passes"),
    ({"rules": [BELOW_5, comparison("b", ">=", 5)]}, "$.rules[2]", "no value satisfies both 'a' and 'b'"),
]
MEANT_OTHERWISE: list[tuple[Json, str, str]] = [
    ({"rulez": []}, "$.rulez (did you mean rules?)", "nothing reads this"),
    ({"rules": [comparison("a", "<", 3, BLUE)]}, "$.teams[1].maxPlayers", "let it have 2"),
    ({"rules": [BELOW_5, compound("or(a, not(a))")]}, "$.rules[2].statement", "always passes"),
    ({"expansions": steps((60, 0))}, "$.expansions[0].steps[0].waitTimeSeconds", "never reached"),
    ({"expansions": steps((10, 1))}, "$.expansions[0].steps[0].value", "changes nothing"),
    ({"expansions": steps((0, 0))}, "$.expansions[0].steps[0].waitTimeSeconds", "due at once"),
    ({"playerAttributes": ATTRIBUTES[:2]}, "$.playerAttributes[1]", "tickets without 'mode' never match"),
    ({"algorithm": {"sortByAttributes": ["skill"]}}, "$.algorithm.sortByAttributes", "not sorted"),
    ({"algorithm": {"balancedAttribute": "skill"}}, "$.algorithm.balancedAttribute", "exhaustiveSearch"),
]
REMARKS = [(*each, True) for each in FATAL] + [(*each, False) for each in MEANT_OTHERWISE]


@pytest.mark.parametrize(("parts", "path", "piece", "fatal"), REMARKS, ids=[remark[2] for remark in REMARKS])
def test_what_is_remarked_on(parts: Json, path: str, piece: str, fatal: bool) -> None:
    (remark,) = remarks(**parts)
    assert remark.path == path
    assert piece in str(remark)
    assert remark.fatal == fatal


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [comparison("a", "=", BLUE, RED)],
        [BELOW_5, comparison("b", ">=", 4)],
        [BELOW_5, comparison("b", ">=", 5), compound("xor(a, b)")],
        [comparison("a", "!=", 5), comparison("b", "=", 4)],
    ],
)
def test_what_is_not_remarked_on(rules: list[Json]) -> None:
    assert remarks(rules=rules) == []


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_published_rule_sets_can_match(path: Any) -> None:
    assert not [remark for remark in lint(parse_rule_set(path.read_text())) if remark.fatal]
