"""Which rules can never recover: if some players fail them, nobody who comes later makes it good.

Only those are looked at while a match is put together; all others are demanded of the whole match. What is not proved
to last here is merely looked at later.
"""

from dataclasses import replace

from matchmaking.expressions import Call, Expression, Function, Of, Path
from matchmaking.kinds import Schema, kind_of
from matchmaking.ruleset import (
    BatchDistance,
    Collection,
    CollectionOperation,
    Comparison,
    Distance,
    DistanceReference,
    Latency,
    Operation,
    Rule,
)


def lasting(rule: Rule, schema: Schema) -> Rule | None:
    """Give the part of a rule whose failure lasts: all of it, or without one of its limits; None if there is none."""
    match rule:
        case BatchDistance():
            return rule
        case Latency():
            return _lasting_latency(rule)
        case Comparison():
            return rule if _lasts(rule) else None
        case Distance():
            return _lasting_distance(rule)
        case Collection():
            return _lasting_collection(rule, schema)
        case _:
            return None


def counts_only(expressions: tuple[Expression, ...]) -> bool:
    """Tell whether expressions read nothing but how many players there are in each team."""
    return all(_counts(each) for each in expressions)


def _counts(expression: Expression) -> bool:
    match expression:
        case Call(Function.COUNT, Path(of=Of.PLAYERS)) | Call(
            Function.COUNT, Call(Function.FLATTEN, Path(of=Of.PLAYERS))
        ):
            return True
        case Call(_, argument):
            return _counts(argument)
        case _:
            return False


def names_teams(expression: Expression) -> bool:
    """Tell whether it matters to an expression in which team a player is."""
    match expression:
        case Call(Function.FLATTEN, Path(None)):
            return False
        case Call(_, argument):
            return names_teams(argument)
        case _:
            return True


def _plain(expression: Expression) -> bool:
    """Tell whether an expression lists something of each player, so that it only grows."""
    match expression:
        case Call(Function.FLATTEN, argument):
            return _plain(argument)
        case Path():
            return True
        case _:
            return False


def _lasting_latency(rule: Latency) -> Rule | None:
    if rule.distance_reference is DistanceReference.AVG:
        return replace(rule, max_distance=None, distance_reference=None) if rule.max_latency is not None else None
    return rule


def _lasts(rule: Comparison) -> bool:
    """A comparison lasts if it is of each player with a constant, or of players with each other."""
    literal = rule.reference is None or isinstance(rule.reference, float | int | str)
    together = rule.reference is not None or rule.operation in (Operation.EQUAL, Operation.UNEQUAL)
    return literal and together and all(_plain(each) for each in rule.measurements)


def _lasting_distance(rule: Distance) -> Rule | None:
    if isinstance(rule.reference, float | int):
        return rule if all(_plain(each) for each in rule.measurements) else None
    if rule.max_distance is not None and spread_of(rule) is not None:
        return replace(rule, min_distance=None)
    return None


def spread_of(rule: Distance) -> Expression | None:
    """Give the X of a distance between max(X) and min(X), one way or the other: a spread, that only grows."""
    match rule.measurements, rule.reference:
        case (Call(Function.MAX, x),), Call(Function.MIN, y):
            pass
        case (Call(Function.MIN, x),), Call(Function.MAX, y):
            pass
        case _:
            return None
    return x if x == y and _plain(x) else None


def _lasting_collection(rule: Collection, schema: Schema) -> Rule | None:
    if not all(_plain(each) and _of_each_player(each, schema) for each in rule.measurements):
        return None
    match rule.operation:
        case CollectionOperation.INTERSECTION:
            part = replace(rule, max_count=None)
        case CollectionOperation.CONTAINS:
            constant = isinstance(rule.reference, str)
            part = replace(rule, min_count=None, max_count=rule.max_count if constant else None)
        case CollectionOperation.REFERENCE_INTERSECTION_COUNT:
            part = _lasting_reference(rule)
    return part if (part.min_count, part.max_count) != (None, None) else None


def _of_each_player(expression: Expression, schema: Schema) -> bool:
    """Tell whether every player has a collection; otherwise all of them have one that grows."""
    kind = kind_of(expression, schema)
    return kind.depth > 1 or not kind.listed


def _lasting_reference(rule: Collection) -> Collection:
    """With a reference that grows, counts grow; with one that shrinks, they shrink; a literal does neither."""
    match rule.reference:
        case str() | None:
            return rule
        case Call(Function.SET_INTERSECTION, inner) if _plain(inner):
            return replace(rule, max_count=None)
        case reference if _plain(reference):
            return replace(rule, min_count=None)
        case _:
            return replace(rule, min_count=None, max_count=None)
