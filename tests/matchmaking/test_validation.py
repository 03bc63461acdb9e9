"""Every fault of a rule set is told, with its path and a way out, all at once."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.faults import BadRuleSet
from matchmaking.parsing import MAX_BODY_CHARACTERS, parse_rule_set
from matchmaking.ruleset import BatchDistance, Collection, Comparison, Distance, Latency, Step, TeamTarget
from tests.matchmaking.world import Json

SKILL = "flatten(teams[*].players.attributes[skill])"
MAPS = "flatten(teams[*].players.attributes[maps])"
TEAMS: Json = {"ruleLanguageVersion": "1.0", "teams": [{"name": "red", "minPlayers": 1, "maxPlayers": 2}]}
ATTRIBUTES = [
    {"name": "skill", "type": "number"},
    {"name": "mode", "type": "string"},
    {"name": "maps", "type": "string_list"},
    {"name": "likes", "type": "string_number_map"},
]


def with_(**parts: Any) -> Json:
    return {**TEAMS, "playerAttributes": ATTRIBUTES, **parts}


def with_rule(**rule: Any) -> Json:
    return with_(rules=[{"name": "r", **rule}])


def team(**parts: Any) -> Json:
    return {"name": "red", "minPlayers": 1, "maxPlayers": 2, **parts}


def expansion(target: str, *steps: tuple[float, Any]) -> Json:
    rules = [
        {"name": "d", "type": "distance", "measurements": ["teams[red].players.attributes[skill]"], "referenceValue": 1,
         "maxDistance": 3},
        {"name": "l", "type": "latency", "maxLatency": 100},
        {"name": "c", "type": "compound", "statement": "and(d, l)"},
        {"name": "b", "type": "batchDistance", "batchAttribute": "mode"},
        {"name": "h", "type": "collection", "operation": "contains", "measurements": [MAPS], "referenceValue": "x",
         "minCount": 1},
        {"name": "m", "type": "comparison", "operation": "=", "referenceValue": "x",
         "measurements": ["teams[red].players.attributes[mode]"]},
    ]  # fmt: skip
    return with_(
        rules=rules,
        expansions=[{"target": target, "steps": [{"waitTimeSeconds": at, "value": value} for at, value in steps]}],
    )


#: A rule set, and the faults that it has: path and a piece of what is told.
FAULTS: list[tuple[Json, dict[str, str]]] = [
    ({**TEAMS, "teams": [team(name="\ud800")]}, {"$": "half of a letter"}),
    ({**TEAMS, "teams": []}, {"$.teams": "at least one item"}),
    ({"ruleLanguageVersion": 1.0, "teams": "red"}, {"$.ruleLanguageVersion": '"1.0"', "$.teams": "array"}),
    ({**TEAMS, "teams": [team(minPlayers=3)]}, {"$.teams[0].minPlayers": "more than maxPlayers"}),
    ({**TEAMS, "teams": [team(maxPlayers=1.5)]}, {"$.teams[0].maxPlayers": "whole"}),
    ({**TEAMS, "teams": [team(minPlayers=-1)]}, {"$.teams[0].minPlayers": "less than 0"}),
    ({**TEAMS, "teams": [team(quantity=0)]}, {"$.teams[0].quantity": "less than 1"}),
    ({**TEAMS, "teams": [team(), team()]}, {"$.teams[1].name": "already"}),
    ({**TEAMS, "teams": [team(quantity=2), team(name="red_1")]}, {"$.teams[1].name": "already"}),
    ({**TEAMS, "teams": [team(maxPlayers=41)]}, {"$.teams": "balanced"}),
    ({**TEAMS, "teams": [True]}, {"$.teams[0]": "object"}),
    (with_(playerAttributes=[{"name": "a", "type": "numbr"}]), {"$.playerAttributes[0].type": "did you mean number"}),
    (with_(playerAttributes=[{"name": "a", "type": "number", "default": 1e101}]),
     {"$.playerAttributes[0].default": "is no number"}),
    (with_(playerAttributes=[{"name": "a", "type": "string_list", "default": [1]}]),
     {"$.playerAttributes[0].default": "string_list"}),
    (with_(playerAttributes=[{"name": "a", "type": "string_number_map", "default": {"x": "1"}}]),
     {"$.playerAttributes[0].default": "string_number_map"}),
    (with_(algorithm={"strategy": "balanced"}), {"$.algorithm.balancedAttribute": "missing"}),
    (with_(algorithm={"batchingPreference": "fastestRegion"}), {"$.algorithm.batchingPreference": "random or sorted"}),
    (with_(algorithm={"batchingPreference": "balanced"}), {"$.algorithm.batchingPreference": "is not one of"}),
    (with_(algorithm={"batchingPreference": "sorted"}), {"$.algorithm.sortByAttributes": "missing"}),
    (with_rule(type="not_a_type"), {"$.rules[0].type": "no rule type"}),
    (with_rule(type=[]), {"$.rules[0].type": "no rule type"}),
    (with_(algorithm={"sortByAttributes": [[]]}), {"$.algorithm.sortByAttributes[0]": "not in playerAttributes"}),
    (with_rule(type="distanc"), {"$.rules[0].type": "did you mean distance"}),
    (with_rule(type="comparison", operation="="), {"$.rules[0].measurements": "missing"}),
    (with_rule(type="comparison", operation="<", measurements=[SKILL]), {"$.rules[0].referenceValue": "compare with"}),
    (with_rule(type="comparison", operation="=", measurements=[SKILL], referenceValue="x"),
     {"$.rules[0].referenceValue": "a string is compared with a number"}),
    (with_rule(type="comparison", operation="=", measurements=["teams[*].players"]),
     {"$.rules[0].measurements": "count"}),
    (with_rule(type="comparison", operation="=", measurements=["teams[green].players[playerId]"]),
     {"$.rules[0].measurements[0]": "no team 'green'"}),
    (with_rule(type="comparison", operation="=", measurements=["teams[red].players.attributes[skil]"]),
     {"$.rules[0].measurements[0]": "not in playerAttributes"}),
    (with_rule(type="comparison", operation="=", measurements=["agv(teams[red].players.attributes[skill])"]),
     {"$.rules[0].measurements[0]": "did you mean avg"}),
    (with_rule(type="distance", measurements=[MAPS], referenceValue=1, maxDistance=1),
     {"$.rules[0].measurements[0]": "takes numbers"}),
    (with_rule(type="distance", measurements=[f"avg({MAPS})"], referenceValue=1, maxDistance=1),
     {"$.rules[0].measurements[0]": "avg takes numbers"}),
    (with_rule(type="distance", measurements=[SKILL], maxDistance=1), {"$.rules[0].referenceValue": "missing"}),
    (with_rule(type="distance", measurements=[SKILL], referenceValue=1), {"$.rules[0].maxDistance": "limits nothing"}),
    (with_rule(type="distance", measurements=[SKILL], referenceValue=1, minDistance=3, maxDistance=2),
     {"$.rules[0].minDistance": "more than maxDistance"}),
    (with_rule(type="batchDistance", batchAttribute="skill"), {"$.rules[0].maxDistance": "is a number"}),
    (with_rule(type="batchDistance", batchAttribute="mode", maxDistance=1), {"$.rules[0].maxDistance": "is a string"}),
    (with_rule(type="batchDistance", batchAttribute="maps"), {"$.rules[0].batchAttribute": "string_list"}),
    (with_rule(type="collection", operation="not_contains", measurements=[MAPS], referenceValue="x", maxCount=0),
     {"$.rules[0].operation": "write contains, and maxCount 0"}),
    (with_rule(type="collection", operation="contains", measurements=[MAPS], maxCount=1),
     {"$.rules[0].referenceValue": "needs it"}),
    (with_rule(type="collection", operation="intersection", measurements=[MAPS]), {"$.rules[0].maxCount": "nothing"}),
    (with_rule(type="collection", operation="intersection", measurements=[SKILL], minCount=1),
     {"$.rules[0].measurements[0]": "takes strings"}),
    (with_rule(type="collection", operation="intersection", measurements=[MAPS], minCount=1, partyAggregation="avg"),
     {"$.rules[0].partyAggregation": "union, intersection"}),
    (with_rule(type="latency"), {"$.rules[0].maxLatency": "limits nothing"}),
    (with_rule(type="latency", maxDistance=5), {"$.rules[0].distanceReference": "missing"}),
    (with_rule(type="latency", distanceReference="min", maxLatency=5), {"$.rules[0].maxDistance": "missing"}),
    (with_rule(type="distanceSort", sortAttribute="mode", sortDirection="ascending"),
     {"$.rules[0].sortAttribute": "number or string_number_map"}),
    (with_rule(type="absoluteSort", sortAttribute="likes", sortDirection="up"),
     {"$.rules[0].sortDirection": "ascending or descending", "$.rules[0].mapKey": "is a map"}),
    (with_rule(type="compound", statement="and(a)"), {"$.rules[0].statement": "two arguments"}),
    (with_rule(type="compound", statement="nand(a, b)"), {"$.rules[0].statement": "no logic"}),
    (with_rule(type="compound", statement="or(a, b"), {"$.rules[0].statement": "')' is missing"}),
    (with_(rules=[{"name": "b", "type": "batchDistance", "batchAttribute": "mode"},
                  {"name": "c", "type": "compound", "statement": "not(b)"}]),
     {"$.rules[1].statement": "no batchDistance"}),
    (expansion("rules[d].maxDistence", (1, 2)), {"$.expansions[0].target": "did you mean maxDistance"}),
    (expansion("rules[x].maxDistance", (1, 2)), {"$.expansions[0].target": "no rule 'x'"}),
    (expansion("rules[c].statement", (1, 2)), {"$.expansions[0].target": "compound"}),
    (expansion("algorithm.strategy", (1, 2)), {"$.expansions[0].target": "nothing else expands"}),
    (expansion("teams[green].minPlayers", (1, 2)), {"$.expansions[0].target": "no team 'green'"}),
    (expansion("teams[red].minPlayers", (1, 3)), {"$.expansions": "above its maxPlayers"}),
    (expansion("rules[d].maxDistance", (5, 2), (5, 3)), {"$.expansions[0].steps": "increase"}),
    (expansion("rules[d].maxDistance"), {"$.expansions[0].steps": "at least one"}),
    (expansion("rules[d].maxDistance", (1, "wide")), {"$.expansions[0].steps[0].value": "a number"}),
    (expansion("rules[d].referenceValue", (1, f"avg({SKILL})")), {"$.expansions[0].steps[0].value": "a number"}),
    (expansion("rules[m].referenceValue", (1, 2)), {"$.expansions[0].steps[0].value": "a string"}),
    (expansion("rules[h].referenceValue", (1, 2)), {"$.expansions[0].steps[0].value": "a string"}),
    (expansion("rules[h].referenceValue", (1, MAPS)), {"$.expansions[0].steps[0].value": "cannot be a step"}),
    (expansion("rules[b].maxDistance", (1, 2)), {"$.expansions[0].target": "leave this expansion out"}),
    (expansion("rules[l].maxDistance", (1, 2)), {"$.expansions[0].target": "write one of maxLatency"}),
    ({**TEAMS, "teams": [team(maxPlayers=50)], "playerAttributes": ATTRIBUTES,
      "algorithm": {"strategy": "balanced", "balancedAttribute": "skill"},
      "rules": [{"name": "r", "type": "comparison", "operation": "=", "measurements": [SKILL]}]},
     {"$.rules[0]": "latency and batchDistance"}),
    ({**TEAMS, "teams": [team(maxPlayers=201)], "playerAttributes": ATTRIBUTES,
      "algorithm": {"strategy": "balanced", "balancedAttribute": "skill"}}, {"$.teams": "200 is the most"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule_set", "expected"), FAULTS, ids=lambda value: next(iter(value)) if value else "")
def test_each_fault_has_a_path_and_a_way_out(rule_set: Json, expected: dict[str, str]) -> None:
    with pytest.raises(BadRuleSet) as caught:
        parse_rule_set(json.dumps(rule_set))
    found = {fault.path: str(fault) for fault in caught.value.faults}
    assert set(found) == set(expected)
    for path, piece in expected.items():
        assert piece in found[path]


def test_all_faults_are_told_at_once() -> None:
    rule_set = {"teams": [team(maxPlayers=0)], "rules": [{"type": "latency"}], "expansions": [{"target": "rules[x].y"}]}
    with pytest.raises(BadRuleSet) as caught:
        parse_rule_set(json.dumps(rule_set))
    assert {fault.path for fault in caught.value.faults} == {
        "$.ruleLanguageVersion", "$.teams[0].maxPlayers", "$.rules[0].name", "$.rules[0].maxLatency",
        "$.expansions[0].target", "$.expansions[0].steps",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "0 characters"),
        (" " * (MAX_BODY_CHARACTERS + 1), "65536 characters"),
        ("{", "no JSON"),
        ("[]", "object"),
        ('{"teams": NaN}', "NaN"),
        ("[" * 30_000, "nested"),
        ('{"name": "a", "name": "b"}', "twice"),
        ('{"ruleLanguageVersion": "1.0" // the only one\n}', "JSON has no comments"),
    ],
)
def test_what_is_no_rule_set_at_all(text: str, piece: str) -> None:
    with pytest.raises(BadRuleSet, match=piece):
        parse_rule_set(text)


def test_comments_pass_where_they_are_allowed() -> None:
    text = '{ // first\n"name": "http://x", "ruleLanguageVersion": "1.0", "teams": ' + json.dumps(TEAMS["teams"]) + "}"
    assert parse_rule_set(text, comments=True).name == "http://x"


def test_values_are_read_as_they_are_meant() -> None:
    rules = parse_rule_set(json.dumps(with_(rules=[
        {"name": "a", "type": "comparison", "measurements": SKILL, "operation": ">=", "referenceValue": "7"},
        {"name": "b", "type": "batchDistance", "batchAttribute": "skill", "maxDistance": "500"},
        {"name": "c", "type": "collection", "operation": "contains", "measurements": [MAPS], "referenceValue": "teams",
         "maxCount": 2},
        {"name": "d", "type": "distance", "measurements": [SKILL], "maxDistance": 1,
         "referenceValue": "avg ( teams [red] . players . attributes [skill] )"},
        {"name": "e", "type": "latency", "maxLatency": 80},
    ]))).rules  # fmt: skip
    first, second, third, fourth, fifth = rules
    assert isinstance(first, Comparison)
    assert first.reference == 7
    assert isinstance(second, BatchDistance)
    assert second.max_distance == 500
    assert isinstance(third, Collection)
    assert third.reference == "teams"
    assert isinstance(fourth, Distance)
    assert not isinstance(fourth.reference, float | int)
    assert isinstance(fifth, Latency)


def test_an_expansion_reaches_several_teams() -> None:
    teams = [team(), team(name="blue")]
    steps = [{"waitTimeSeconds": 5, "value": 0}]
    rule_set = {**TEAMS, "teams": teams, "expansions": [{"target": "teams[red, blue].minPlayers", "steps": steps}]}
    (found,) = parse_rule_set(json.dumps(rule_set)).expansions
    assert found.target == TeamTarget(("red", "blue"), "min_players")
    assert found.steps == (Step(5, 0),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["1.0", "red", "skill", "number", "distance", "rules[r].maxDistance", SKILL, "and(r, r)"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["name", "type", "teams", "rules", "expansions", "algorithm", "playerAttributes", "measurements", "target",
         "steps", "statement", "minPlayers", "maxPlayers", "default", "referenceValue", "ruleLanguageVersion", "value"]
    ), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(JSON, st.sampled_from(["teams", "rules", "expansions", "algorithm", "playerAttributes"]))
def test_any_json_is_a_rule_set_or_has_faults(value: Any, part: str) -> None:
    with suppress(BadRuleSet):
        parse_rule_set(json.dumps(with_(**{part: value})))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_rule_set_or_has_faults(text: str) -> None:
    with pytest.raises(BadRuleSet):
        parse_rule_set(text)
