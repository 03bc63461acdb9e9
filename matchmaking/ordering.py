"""In which order candidates are tried: by their place in line, unless the rule set sorts them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from matchmaking.lineup import Entry
from matchmaking.measuring import Measuring
from matchmaking.ruleset import AttributeType, MapKey, Sort

Keys = NDArray[numpy.float64]
#: The sort keys of the whole pool, smallest first, as seen from an anchor.
KeysFor = Callable[[Entry], Keys]


#: Prepares a sort rule for a pool.
KeysOf = Callable[[Sequence[Entry]], KeysFor]


def keys_of(sort: Sort, measuring: Measuring) -> KeysOf:
    """Compile a sort rule. A ticket without the map's key comes last."""
    number = measuring.attribute_column(sort.attribute, sort.party)
    of_maps = measuring.schema.attributes[sort.attribute] is AttributeType.STRING_NUMBER_MAP
    prepare = _keys_of_maps if of_maps else _keys_of_numbers
    return lambda pool: prepare(sort, pool, number)


def _keys_of_numbers(sort: Sort, pool: Sequence[Entry], number: int) -> KeysFor:
    values = _floats([entry.piece[number][0] for entry in pool])

    def keys(anchor: Entry) -> Keys:
        return _keys(sort, values, anchor.piece[number][0])

    return keys


def _keys_of_maps(sort: Sort, pool: Sequence[Entry], number: int) -> KeysFor:
    """The anchor's map says which key counts: the one with its least or its greatest value."""
    by_key: dict[str, Keys] = {}

    def keys(anchor: Entry) -> Keys:
        own: dict[str, float] = anchor.piece[number][0]
        if not own:
            return numpy.zeros(len(pool))
        extreme = min if sort.map_key is MapKey.MIN_VALUE else max
        key = extreme(own, key=lambda each: own[each])
        if key not in by_key:
            by_key[key] = _floats([entry.piece[number][0].get(key) for entry in pool])
        return _keys(sort, by_key[key], own[key])

    return keys


def _floats(values: Sequence[Any]) -> Keys:
    return numpy.array([numpy.nan if value is None else value for value in values], dtype=float)


def _keys(sort: Sort, values: Keys, anchor: float) -> Keys:
    ordered: Keys = numpy.abs(values - anchor) if sort.by_distance else values
    return -ordered if sort.descending else ordered


def in_order(keys: Sequence[Keys], places: NDArray[numpy.intp]) -> NDArray[numpy.intp]:
    """Order places by the keys, the first key first; those that are equal in all keep their order."""
    if not keys:
        return places
    order = numpy.lexsort([numpy.nan_to_num(key[places], nan=numpy.inf) for key in reversed(keys)])
    ordered: NDArray[numpy.intp] = places[order]
    return ordered
