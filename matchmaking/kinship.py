"""Who could play with the anchor at all: arrays over the whole pool, so that those who could not cost nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from matchmaking.expressions import Call, Function, Of, Path
from matchmaking.lasting import spread_of
from matchmaking.latency import acceptable_column
from matchmaking.lineup import Entry
from matchmaking.measuring import Measuring
from matchmaking.rules import EPSILON
from matchmaking.ruleset import BatchDistance, Comparison, Distance, Latency, Operation, Rule

Mask = NDArray[numpy.bool_]
#: Which of the pool could play with this one, as far as one rule goes.
Kin = Callable[[Entry], Mask]
#: Prepares a rule for a pool.
KinOf = Callable[[Sequence[Entry]], Kin]

#: Locations have a bit each; should there be more, the others share the last.
LOCATION_BITS = 62


def kin_of(rule: Rule, measuring: Measuring) -> KinOf | None:
    """Compile the lasting part of a rule into masks over a pool, if two tickets alone can tell."""
    match rule:
        case BatchDistance(attribute=name, max_distance=most, party=party):
            number = measuring.attribute_column(name, party)
            return _same(number) if most is None else _near(number, most)
        case Comparison(measurements=(Call(Function.FLATTEN, Path(None, Of.ATTRIBUTE) as path),), reference=None):
            return _same(measuring.column(path, rule.party)) if rule.operation is Operation.EQUAL else None
        case Distance(max_distance=most) if most is not None:
            match spread_of(rule):
                case Call(Function.FLATTEN, Path(None, Of.ATTRIBUTE) as path):
                    return _near(measuring.column(path, rule.party), most)
            return None
        case Latency() if measuring.choices.common_location:
            return _share(acceptable_column(rule, measuring))
        case _:
            return None


def _near(number: int, most: float) -> KinOf:
    def prepared(pool: Sequence[Entry]) -> Kin:
        lows = numpy.array([min(each.piece[number]) for each in pool], dtype=float)
        highs = numpy.array([max(each.piece[number]) for each in pool], dtype=float)

        def kin(anchor: Entry) -> Mask:
            values = anchor.piece[number]
            near: Mask = (highs <= min(values) + most + EPSILON) & (lows >= max(values) - most - EPSILON)
            return near

        return kin

    return prepared


def _same(number: int) -> KinOf:
    """Whose members differ among themselves is nobody's kin."""

    def prepared(pool: Sequence[Entry]) -> Kin:
        codes: dict[Any, int] = {}

        def code(entry: Entry) -> int:
            values = entry.piece[number]
            return codes.setdefault(values[0], len(codes)) if len(set(values)) == 1 else -1

        coded: NDArray[numpy.int64] = numpy.array([code(each) for each in pool])

        def kin(anchor: Entry) -> Mask:
            own = code(anchor)
            equal: Mask = (coded == own) & (own >= 0)
            return equal

        return kin

    return prepared


def _share(number: int) -> KinOf:
    def prepared(pool: Sequence[Entry]) -> Kin:
        bits: dict[str, int] = {}

        def bits_of(entry: Entry) -> int:
            places = entry.piece[number][0].intersection(*entry.piece[number][1:])
            return sum({1 << min(bits.setdefault(place, len(bits)), LOCATION_BITS) for place in places})

        masks = numpy.array([bits_of(each) for each in pool], dtype=numpy.int64)

        def kin(anchor: Entry) -> Mask:
            shared: Mask = (masks & bits_of(anchor)) != 0
            return shared

        return kin

    return prepared
