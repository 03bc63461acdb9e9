"""Expansions: which values a rule set has at which age."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matchmaking.ruleset import Expansion, RuleSet, RuleTarget

#: An age may be this little short of a step's time, as differences of clocks are rounded.
CLOCK_EPSILON_SECONDS = 1e-6


def thresholds(rule_set: RuleSet) -> tuple[float, ...]:
    """Give the ages (seconds) at which anything changes. Level n lasts from threshold n - 1 to threshold n."""
    return tuple(sorted({step.wait_seconds for expansion in rule_set.expansions for step in expansion.steps}))


def level_at(age_seconds: float, ages: Sequence[float]) -> int:
    """Give the level of an age: how many thresholds it has reached."""
    return sum(age_seconds + CLOCK_EPSILON_SECONDS >= each for each in ages) if ages else 0


def at_level(rule_set: RuleSet, level: int) -> RuleSet:
    """Give the rule set as it is at a level."""
    age = thresholds(rule_set)[level - 1] if level else -1.0
    for expansion in rule_set.expansions:
        due = [step.value for step in expansion.steps if step.wait_seconds <= age]
        if due:
            rule_set = _expanded(rule_set, expansion, due[-1])
    return rule_set


def _expanded(rule_set: RuleSet, expansion: Expansion, value: float | str) -> RuleSet:
    target = expansion.target
    changed: dict[str, Any] = {target.field: value}
    if isinstance(target, RuleTarget):
        rules = [replace(rule, **changed) if rule.name == target.rule else rule for rule in rule_set.rules]
        return replace(rule_set, rules=tuple(rules))
    teams = [replace(team, **changed) if team.name in target.teams else team for team in rule_set.teams]
    return replace(rule_set, teams=tuple(teams))
