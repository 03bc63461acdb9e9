"""Rules compiled into functions of a line-up: by how much does it miss the rule?"""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from matchmaking.expressions import Expression, Of, Path
from matchmaking.kinds import Kind, kind_of
from matchmaking.latency import latency_demand
from matchmaking.lineup import Lineup
from matchmaking.measuring import Measure, Measuring
from matchmaking.ruleset import (
    BatchDistance,
    Collection,
    CollectionOperation,
    Comparison,
    Compound,
    Distance,
    Latency,
    Logic,
    Operation,
    PartyAggregation,
    Rule,
    Statement,
)

#: By how much a line-up misses a rule, in the rule's own measure; 0 passes.
Miss = Callable[[Lineup], float]

#: Sums of the same numbers in another order may differ by this much, which is nobody's distance.
EPSILON = 1e-9

_COMPARE: dict[Operation, Callable[[Any, Any], bool]] = {
    Operation.LESS: operator.lt,
    Operation.AT_MOST: operator.le,
    Operation.EQUAL: operator.eq,
    Operation.UNEQUAL: operator.ne,
    Operation.MORE: operator.gt,
    Operation.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule, compiled. ``measured`` gives what it measures and what that is compared with, for those who ask why."""

    name: str
    miss: Miss
    measured: Callable[[Lineup], tuple[Any, Any]]


def demand(rule: Rule, measuring: Measuring, earlier: dict[str, Demand]) -> Demand:
    """Compile a rule that can refuse; a compound finds the rules that it names in ``earlier``."""
    match rule:
        case Comparison():
            return _comparison(rule, measuring)
        case Distance():
            return _distance(rule, measuring)
        case BatchDistance():
            return _batch_distance(rule, measuring)
        case Collection():
            return _collection(rule, measuring)
        case Latency():
            miss, measured = latency_demand(rule, measuring)
            return Demand(rule.name, miss, measured)
        case Compound():
            return Demand(rule.name, statement_miss(rule.statement, earlier), lambda lineup: (None, None))
        case _:
            raise AssertionError(f"{rule.name} is a sort: it refuses nobody")


def leaves(value: Any, depth: int) -> Iterable[Any]:
    """Give the scalars of a value that is nested so deeply."""
    if depth == 0:
        return (value,)
    return value if depth == 1 else chain.from_iterable(leaves(each, depth - 1) for each in value)


def _leaf_measure(
    reference: float | str | Expression, measuring: Measuring, party: PartyAggregation
) -> Callable[[Lineup], Sequence[Any]]:
    """Compile a reference, literal or expression, into the list of its values."""
    if isinstance(reference, float | int | str):
        literal = (reference,)
        return lambda lineup: literal
    measure, depth = measuring.measure(reference, party), kind_of(reference, measuring.schema).depth
    if depth == 0:
        return lambda lineup: (measure(lineup),)
    return measure if depth == 1 else lambda lineup: list(leaves(measure(lineup), depth))


def _comparison(rule: Comparison, measuring: Measuring) -> Demand:
    if rule.reference is None:
        return _comparison_among_themselves(rule, measuring)
    holds = _COMPARE[rule.operation]

    def missed_by(value: Any, other: Any) -> float:
        if holds(value, other):
            return 0.0
        return 1.0 if isinstance(value, str) else abs(value - other) or 1.0

    return _against_reference(rule, rule.reference, measuring, missed_by)


def _against_reference(
    rule: Comparison | Distance,
    reference: float | str | Expression,
    measuring: Measuring,
    missed_by: Callable[[Any, Any], float],
) -> Demand:
    """Compile a rule for each value that is measured, and each that it is compared with."""
    measures = [_leaf_measure(each, measuring, rule.party) for each in rule.measurements]
    measured_reference = _leaf_measure(reference, measuring, rule.party)
    of_nothing = float(measuring.choices.empty_team_fails)

    def miss(lineup: Lineup) -> float:
        against, missed = measured_reference(lineup), 0.0
        for measure in measures:
            for value in measure(lineup):
                for other in against:
                    missed += of_nothing if value is None or other is None else missed_by(value, other)
        return missed

    return Demand(
        rule.name, miss, lambda lineup: ([list(each(lineup)) for each in measures], measured_reference(lineup))
    )


def _comparison_among_themselves(rule: Comparison, measuring: Measuring) -> Demand:
    """Compile a comparison without a reference: of a nested list, the values of each sublist are compared."""
    measures = [measuring.measure(each, rule.party) for each in rule.measurements]
    depths = [kind_of(each, measuring.schema).depth for each in rule.measurements]
    equal = rule.operation is Operation.EQUAL

    def groups(lineup: Lineup) -> Iterable[list[Any]]:
        together: list[Any] = []
        for measure, depth in zip(measures, depths, strict=True):
            if depth < 2:
                together.extend(leaves(measure(lineup), depth))
            else:
                yield from (list(leaves(each, depth - 1)) for each in measure(lineup))
        yield together

    def miss(lineup: Lineup) -> float:
        missed = 0
        for values in groups(lineup):
            different = len(set(values))
            missed += max(different - 1, 0) if equal else len(values) - different
        return float(missed)

    return Demand(rule.name, miss, lambda lineup: (list(groups(lineup)), None))


def _beyond(value: float, least: float | None, most: float | None) -> float:
    """Give by how much a value lies outside of its limits."""
    if most is not None and value > most + EPSILON:
        return value - most
    if least is not None and value < least - EPSILON:
        return least - value
    return 0.0


def _distance(rule: Distance, measuring: Measuring) -> Demand:
    least, most = rule.min_distance, rule.max_distance
    near = -1.0 if least is None else least - EPSILON
    far = math.inf if most is None else most + EPSILON

    def missed_by(value: float, other: float) -> float:
        distance = abs(value - other)
        return 0.0 if near <= distance <= far else _beyond(distance, least, most)

    return _against_reference(rule, rule.reference, measuring, missed_by)


def _batch_distance(rule: BatchDistance, measuring: Measuring) -> Demand:
    measure = _of_all(Path(None, Of.ATTRIBUTE, rule.attribute), measuring, rule.party)
    most = rule.max_distance

    def miss(lineup: Lineup) -> float:
        values = measure(lineup)
        if most is None or not values:
            return float(max(len(set(values)) - 1, 0))
        return _beyond(max(values) - min(values), None, most)

    return Demand(rule.name, miss, lambda lineup: (measure(lineup), most))


def _of_all(path: Path, measuring: Measuring, party: PartyAggregation) -> Measure:
    number = measuring.column(path, party)
    return lambda lineup: [value for team in lineup for piece in team for value in piece[number]]


def _sets(value: Any, kind: Kind) -> list[list[set[str]]]:
    """Give the collections to be counted, in groups that are looked at one by one.

    A string list is one collection; a string attribute of many players is as many collections of one. Deeper lists,
    such as those for each team, make groups.
    """
    if kind.listed:
        if kind.depth == 1:
            return [[set(value)]]
        return [[set(each) for each in value]] if kind.depth == 2 else [[set(one) for one in each] for each in value]
    if kind.depth < 2:
        return [[{each} for each in leaves(value, kind.depth)]]
    return [[{one} for one in each] for each in value]


def _collection(rule: Collection, measuring: Measuring) -> Demand:
    measures = [measuring.measure(each, rule.party) for each in rule.measurements]
    kinds = [kind_of(each, measuring.schema) for each in rule.measurements]
    counts = _COUNTS[rule.operation]
    reference = (
        _leaf_measure(rule.reference, measuring, rule.party) if rule.reference is not None else lambda lineup: ()
    )

    def counted(lineup: Lineup) -> Iterable[int]:
        against = set(reference(lineup))
        for measure, kind in zip(measures, kinds, strict=True):
            for group in _sets(measure(lineup), kind):
                yield from counts(group, against)

    def miss(lineup: Lineup) -> float:
        return sum(_beyond(count, rule.min_count, rule.max_count) for count in counted(lineup))

    return Demand(rule.name, miss, lambda lineup: (list(counted(lineup)), [rule.min_count, rule.max_count]))


def _common_count(group: list[set[str]], against: set[str]) -> Iterable[int]:
    return (len(group[0].intersection(*group[1:])),) if group else ()


def _holding_count(group: list[set[str]], against: set[str]) -> Iterable[int]:
    return (sum(against <= each for each in group),)


def _shared_counts(group: list[set[str]], against: set[str]) -> Iterable[int]:
    return (len(each & against) for each in group)


_COUNTS: dict[CollectionOperation, Callable[[list[set[str]], set[str]], Iterable[int]]] = {
    CollectionOperation.INTERSECTION: _common_count,
    CollectionOperation.CONTAINS: _holding_count,
    CollectionOperation.REFERENCE_INTERSECTION_COUNT: _shared_counts,
}


def statement_miss(statement: Statement, earlier: dict[str, Demand]) -> Miss:
    """Compile a statement: what it misses is the sum for all of several, the least for any of several."""
    misses = [
        earlier[each].miss if isinstance(each, str) else statement_miss(each, earlier) for each in statement.arguments
    ]
    match statement.logic:
        case Logic.AND:
            return lambda lineup: sum(each(lineup) for each in misses)
        case Logic.OR:
            return lambda lineup: min(each(lineup) for each in misses)
        case Logic.XOR:
            return lambda lineup: float(sum(each(lineup) == 0 for each in misses) != 1)
        case Logic.NOT:
            return lambda lineup: float(misses[0](lineup) == 0)
