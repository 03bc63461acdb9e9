"""Which expansions come next."""

from dataclasses import dataclass

from matchmaking.loosening import CLOCK_EPSILON_SECONDS, at_level, level_at, thresholds
from matchmaking.ruleset import Expansion, RuleSet, RuleTarget


@dataclass(frozen=True, slots=True)
class NextStep:
    """What an expansion's target has now, what it has next, and in how many seconds. Numbers, or a rule's text."""

    target: str
    value_now: float | str | None
    value_next: float | str
    in_seconds: float


def next_steps(rule_set: RuleSet, age_seconds: float) -> tuple[NextStep, ...]:
    """Give the next step of each expansion for a ticket of that age, the soonest first."""
    now = at_level(rule_set, level_at(age_seconds, thresholds(rule_set)))
    steps = []
    for expansion in rule_set.expansions:
        later = [step for step in expansion.steps if step.wait_seconds > age_seconds + CLOCK_EPSILON_SECONDS]
        if later:
            steps.append(
                NextStep(
                    expansion.target_text,
                    _value(now, expansion),
                    later[0].value,
                    later[0].wait_seconds - age_seconds,
                )
            )
    return tuple(sorted(steps, key=lambda step: step.in_seconds))


def _value(rule_set: RuleSet, expansion: Expansion) -> float | str | None:
    target = expansion.target
    owners = (
        [rule for rule in rule_set.rules if rule.name == target.rule]
        if isinstance(target, RuleTarget)
        else [team for team in rule_set.teams if team.name in target.teams]
    )
    value: float | str | None = getattr(owners[0], target.field)
    return value
