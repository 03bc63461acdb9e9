"""What is valid in a rule set, but hardly meant: rules that never pass, teams never filled, steps never reached."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from matchmaking.choices import DEFAULT_CHOICES
from matchmaking.expressions import path_of
from matchmaking.lineup import Columns
from matchmaking.loosening import at_level, thresholds
from matchmaking.rules import Demand, Miss, statement_miss
from matchmaking.ruleset import (
    BatchDistance,
    Batching,
    Collection,
    CollectionOperation,
    Comparison,
    Compound,
    Expansion,
    Latency,
    Operation,
    Rule,
    RuleSet,
    RuleTarget,
    Sort,
    Statement,
    Strategy,
    is_large,
)
from matchmaking.structure import demanded_rules, expressions_of, rule_names
from matchmaking.terms import terms_of

#: The longest that a ticket may wait, in seconds.
MAX_REQUEST_TIMEOUT_SECONDS = 43_200
#: Compounds of more rules are not looked through.
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is hardly meant, at a JSON path, and what to do; ``fatal``: nothing can ever match."""

    path: str
    what: str
    way_out: str
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.way_out}"


def lint(rule_set: RuleSet, request_timeout_seconds: float = MAX_REQUEST_TIMEOUT_SECONDS) -> tuple[Remark, ...]:
    """Give all remarks on a valid rule set; tickets are assumed to wait no longer than the timeout."""
    return (
        *(Remark(path, "nothing reads this", "leave it out, or mend its name") for path in rule_set.ignored),
        *_teams(rule_set),
        *(
            remark
            for number, rule in enumerate(rule_set.rules)
            for remark in _rule(rule_set, rule, f"$.rules[{number}]")
        ),
        *_contradictions(rule_set),
        *_expansions(rule_set, request_timeout_seconds),
        *_tickets(rule_set),
    )


def _teams(rule_set: RuleSet) -> Iterator[Remark]:
    """Team sizes that rules on counts never let come true."""
    if is_large(rule_set):
        return
    shapes = [shape for terms in terms_of(rule_set, Columns(), DEFAULT_CHOICES) for shape in terms.shapes(terms.nobody)]
    if not shapes:
        what = "no team sizes satisfy the rules that count players, so there is never a match"
        yield Remark("$.teams", what, "let the rules and the teams' sizes meet", fatal=True)
        return
    places = [at for at, team in enumerate(rule_set.teams) for _ in team.team_names]
    for at, team in enumerate(rule_set.teams):
        most = max(size for shape in shapes for size, place in zip(shape, places, strict=True) if place == at)
        if most < team.max_players:
            what = f"team {team.name!r} never has {team.max_players} players: rules that count let it have {most}"
            yield Remark(f"$.teams[{at}].maxPlayers", what, f"write {most}, or change the rules")


def _rule(rule_set: RuleSet, rule: Rule, path: str) -> Iterator[Remark]:
    match rule:
        case Collection():
            yield from _collection(rule_set, rule, path)
        case Compound():
            yield from _compound(rule, path)
        case Latency(max_latency=0):
            yield Remark(
                f"{path}.maxLatency", "nobody has a latency of 0 ms", "write milliseconds, such as 100", fatal=True
            )
        case Comparison(operation=operation) if operation not in (Operation.EQUAL, Operation.UNEQUAL):
            if isinstance(rule.reference, str):
                what = f"{operation.value} compares strings by the alphabet"
                yield Remark(f"{path}.operation", what, "use = or !=, or make the attribute a number")
        case Sort() if rule_set.max_players == 1:
            yield Remark(path, "a match of one player has no candidates to sort", "leave the rule out")
        case _:
            pass


def _collection(rule_set: RuleSet, rule: Collection, path: str) -> Iterator[Remark]:
    """Counts that no match can reach."""
    if rule.min_count is None:
        return
    most, of_what = rule_set.max_players, "players in a match"
    if rule.operation is CollectionOperation.REFERENCE_INTERSECTION_COUNT and isinstance(rule.reference, str):
        most, of_what = 1, "string in the reference"
    elif rule.operation is not CollectionOperation.CONTAINS:
        return
    expanded = [
        step.value
        for expansion in rule_set.expansions
        if expansion.target == RuleTarget(rule.name, "min_count")
        for step in expansion.steps
    ]
    if min([rule.min_count, *(value for value in expanded if isinstance(value, float | int))]) > most:
        what = f"rule {rule.name!r} never passes: it wants {rule.min_count:g}, and there is at most {most} {of_what}"
        yield Remark(f"{path}.minCount", what, f"write {most} or less", fatal=rule in demanded_rules(rule_set.rules))


def _compound(rule: Compound, path: str) -> Iterator[Remark]:
    """Statements that are true or false whatever their rules say."""
    names = sorted(set(rule_names(rule.statement)))
    if len(names) > MOST_NAMES:
        return
    outcomes = {_holds(rule.statement, names, values) for values in product((0.0, 1.0), repeat=len(names))}
    if outcomes == {False}:
        what = f"rule {rule.name!r} never passes, whatever its rules say"
        yield Remark(f"{path}.statement", what, "it contradicts itself: mend it", fatal=True)
    elif outcomes == {True}:
        what = f"rule {rule.name!r} always passes, whatever its rules say"
        yield Remark(f"{path}.statement", what, "mend it, or leave it and its rules out")


def _holds(statement: Statement, names: Sequence[str], misses: Sequence[float]) -> bool:
    given = {
        name: Demand(name, _constant(miss), lambda lineup: (None, None))
        for name, miss in zip(names, misses, strict=True)
    }
    return statement_miss(statement, given)([]) == 0


def _constant(miss: float) -> Miss:
    return lambda lineup: miss


def _contradictions(rule_set: RuleSet) -> Iterator[Remark]:
    """Comparisons of the same measurement with constants between which nothing is left, at every level."""
    levels = [at_level(rule_set, level) for level in range(len(thresholds(rule_set)) + 1)]
    for number, rule in enumerate(rule_set.rules):
        others = [each for each in rule_set.rules[:number] if all(_exclude(at, each.name, rule.name) for at in levels)]
        if others:
            what = f"no value satisfies both {others[0].name!r} and {rule.name!r}"
            yield Remark(
                f"$.rules[{number}]", what, "change one of them, or join them by a compound with or", fatal=True
            )


def _exclude(rule_set: RuleSet, one: str, other: str) -> bool:
    first, second = (rule for rule in rule_set.rules if rule.name in (one, other))
    demanded = demanded_rules(rule_set.rules)
    if not (
        isinstance(first, Comparison)
        and isinstance(second, Comparison)
        and {first.name, second.name} <= {each.name for each in demanded}
    ):
        return False
    if first.measurements != second.measurements:
        return False
    (low, high), (other_low, other_high) = _interval(first), _interval(second)
    return max(low, other_low) > min(high, other_high)


def _interval(rule: Comparison) -> tuple[float, float]:
    """Give the least and the greatest number that satisfy a comparison."""
    if not isinstance(rule.reference, float | int):
        return -math.inf, math.inf
    value = float(rule.reference)
    return {
        Operation.LESS: (-math.inf, math.nextafter(value, -math.inf)),
        Operation.AT_MOST: (-math.inf, value),
        Operation.EQUAL: (value, value),
        Operation.AT_LEAST: (value, math.inf),
        Operation.MORE: (math.nextafter(value, math.inf), math.inf),
        Operation.UNEQUAL: (-math.inf, math.inf),
    }[rule.operation]


def _expansions(rule_set: RuleSet, timeout_seconds: float) -> Iterator[Remark]:
    """Steps that come too late, change nothing, or leave no time for what they replace."""
    for number, expansion in enumerate(rule_set.expansions):
        path = f"$.expansions[{number}]"
        before = _value_before(rule_set, expansion)
        for at, step in enumerate(expansion.steps):
            if step.wait_seconds >= timeout_seconds:
                what = (
                    f"the step at {step.wait_seconds:g} s is never reached: tickets wait {timeout_seconds:g} s at most"
                )
                yield Remark(f"{path}.steps[{at}].waitTimeSeconds", what, "let it come earlier, or leave it out")
            if step.value == before:
                what = f"the step at {step.wait_seconds:g} s changes nothing: the value is {before} before"
                yield Remark(f"{path}.steps[{at}].value", what, "leave the step out")
            before = step.value
        if expansion.steps[0].wait_seconds == 0:
            what = "the first step is due at once, so that the value that it replaces never counts"
            yield Remark(f"{path}.steps[0].waitTimeSeconds", what, "write the value where it is declared")


def _value_before(rule_set: RuleSet, expansion: Expansion) -> object:
    target = expansion.target
    if isinstance(target, RuleTarget):
        return next(getattr(rule, target.field) for rule in rule_set.rules if rule.name == target.rule)
    values = {getattr(team, target.field) for team in rule_set.teams if team.name in target.teams}
    return values.pop() if len(values) == 1 else None


def _tickets(rule_set: RuleSet) -> Iterator[Remark]:
    """Tickets that could never match, for no reason that the rules have."""
    read = {path_of(each).attribute for rule in rule_set.rules for each in expressions_of(rule)}
    read |= {rule.attribute for rule in rule_set.rules if isinstance(rule, BatchDistance | Sort)}
    read |= {rule_set.algorithm.balanced_attribute, *rule_set.algorithm.sort_by_attributes}
    for number, attribute in enumerate(rule_set.attributes):
        if attribute.default is None and attribute.name not in read:
            what = f"tickets without {attribute.name!r} never match, although no rule reads it"
            yield Remark(f"$.playerAttributes[{number}]", what, "give it a default")
    if rule_set.algorithm.sort_by_attributes and rule_set.algorithm.batching is not Batching.SORTED:
        what = "nothing is sorted by them: batchingPreference is not sorted"
        yield Remark("$.algorithm.sortByAttributes", what, 'write "batchingPreference": "sorted", or leave them out')
    if rule_set.algorithm.balanced_attribute and rule_set.algorithm.strategy is Strategy.EXHAUSTIVE:
        what = "nothing is balanced by it: strategy is exhaustiveSearch"
        yield Remark("$.algorithm.balancedAttribute", what, 'write "strategy": "balanced", or leave it out')
