"""The expansions of a rule set, from JSON."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from matchmaking.expressions import looks_like_expression
from matchmaking.faults import Faults, Reading, meant, shown
from matchmaking.kinds import Schema, kind_of
from matchmaking.ruleset import (
    BatchDistance,
    Collection,
    Comparison,
    Compound,
    Distance,
    Expansion,
    Latency,
    Rule,
    RuleTarget,
    Step,
    TeamDefinition,
    TeamTarget,
)

_RULE = re.compile(r"\s*rules\s*\[\s*(.+?)\s*\]\s*\.\s*(\w+)\s*")
_TEAMS = re.compile(r"\s*teams\s*\[\s*(.+?)\s*\]\s*\.\s*(\w+)\s*")

_TEAM_FIELDS = {"minPlayers": "min_players", "maxPlayers": "max_players"}
#: What of each rule may expand: the property, and the field of its value.
_RULE_FIELDS: Mapping[type, Mapping[str, str]] = {
    Comparison: {"referenceValue": "reference"},
    Distance: {"minDistance": "min_distance", "maxDistance": "max_distance", "referenceValue": "reference"},
    BatchDistance: {"maxDistance": "max_distance"},
    Collection: {"minCount": "min_count", "maxCount": "max_count", "referenceValue": "reference"},
    Latency: {"maxLatency": "max_latency", "maxDistance": "max_distance"},
}


def read_expansion(
    reading: Reading,
    rules: Mapping[str, Rule | None],
    teams: Sequence[TeamDefinition],
    schema: Schema,
    faults: Faults,
) -> Expansion | None:
    """Read an expansion; None if it is faulty, or its rule is."""
    text = reading.text("target")
    target = _target(text, reading, rules, teams) if text else None
    items = reading.items("steps", required=True)
    reading.done()
    of_strings = isinstance(target, RuleTarget) and _takes_strings(rules[target.rule], target, schema)
    steps = [_step(item, path, target, of_strings, faults) for item, path in items]
    _increasing(steps, reading)
    return Expansion(text, target, tuple(step for step in steps if step)) if target and steps else None


def _target(
    text: str, reading: Reading, rules: Mapping[str, Rule | None], teams: Sequence[TeamDefinition]
) -> RuleTarget | TeamTarget | None:
    if found := _RULE.fullmatch(text):
        return _rule_target(found[1], found[2], reading, rules)
    if found := _TEAMS.fullmatch(text):
        return _team_target([name.strip() for name in found[1].split(",")], found[2], reading, teams)
    hint = "write rules[NAME].PROPERTY or teams[NAME].minPlayers; nothing else expands"
    reading.fault("target", f"{shown(text)} is no target", hint)
    return None


def _rule_target(name: str, key: str, reading: Reading, rules: Mapping[str, Rule | None]) -> RuleTarget | None:
    if name not in rules:
        reading.fault("target", f"there is no rule {name!r}", meant(name, list(rules)) or "name one of the rules")
        return None
    rule = rules[name]
    if rule is None:
        return None
    if isinstance(rule, Compound):
        reading.fault("target", f"{name!r} is a compound, which cannot expand", "expand the rules that it names")
        return None
    fields = _fields(rule)
    if key not in fields:
        hint = meant(key, list(fields)) or (
            "write one of " + ", ".join(fields) if fields else "leave this expansion out"
        )
        reading.fault("target", f"{key} of rule {name!r} cannot expand", hint)
        return None
    return RuleTarget(name, fields[key])


def _fields(rule: Rule) -> Mapping[str, str]:
    """What of a rule may expand: strings have no distance, and a distance of latencies needs its reference."""
    fields = _RULE_FIELDS.get(type(rule), {})
    without = (isinstance(rule, BatchDistance) and rule.max_distance is None) or (
        isinstance(rule, Latency) and rule.distance_reference is None
    )
    return {key: field for key, field in fields.items() if not (without and key == "maxDistance")}


def _takes_strings(rule: Rule | None, target: RuleTarget, schema: Schema) -> bool:
    """Tell whether a target is compared with strings, and not with numbers."""
    if target.field != "reference" or isinstance(rule, Distance):
        return False
    return not isinstance(rule, Comparison) or kind_of(rule.measurements[0], schema).scalar == "string"


def _team_target(
    names: Sequence[str], key: str, reading: Reading, teams: Sequence[TeamDefinition]
) -> TeamTarget | None:
    known = [team.name for team in teams]
    for name in names:
        if name not in known:
            reading.fault("target", f"there is no team {name!r}", meant(name, known) or f"name of {', '.join(known)}")
    if key not in _TEAM_FIELDS:
        reading.fault("target", f"{key} of a team cannot expand", "write minPlayers or maxPlayers")
    return TeamTarget(tuple(names), _TEAM_FIELDS[key]) if set(names) <= set(known) and key in _TEAM_FIELDS else None


def _step(
    item: Any, path: str, target: RuleTarget | TeamTarget | None, of_strings: bool, faults: Faults
) -> Step | None:
    reading = Reading(item, path, faults)
    wait = reading.number("waitTimeSeconds", required=True, least=0)
    value = _string(reading) if of_strings else _step_value(reading, target)
    reading.done()
    return Step(wait, value) if wait is not None and value is not None else None


def _step_value(reading: Reading, target: RuleTarget | TeamTarget | None) -> float | str | None:
    if isinstance(target, TeamTarget):
        return reading.whole("value", least=0)
    least = None if isinstance(target, RuleTarget) and target.field == "reference" else 0.0
    return reading.number("value", required=True, least=least)


def _string(reading: Reading) -> str | None:
    value = reading.text("value")
    if looks_like_expression(value):
        reading.fault("value", f"{shown(value)} is an expression, which cannot be a step", "write a string")
    return value or None


def _increasing(steps: Sequence[Step | None], reading: Reading) -> None:
    waits = [step.wait_seconds for step in steps if step]
    for earlier, later in pairwise(waits):
        if later <= earlier:
            what = f"a step at {later:g} s comes after one at {earlier:g} s"
            reading.fault("steps", what, "times count from the request on: let them increase")
