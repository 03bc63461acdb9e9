"""Expressions compiled into functions of a line-up."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from matchmaking.choices import Choices
from matchmaking.expressions import Call, Expression, Function, Of, Path
from matchmaking.kinds import Schema, kind_of, places
from matchmaking.lineup import PLAYERS, Columns, Lineup
from matchmaking.pool import Player
from matchmaking.ruleset import AttributeType, AttributeValue, PartyAggregation

#: Measures a line-up: a scalar or lists of them, as the expression's kind says. None stands for the aggregate of
#: nothing, such as the average of a team without players.
Measure = Callable[[Lineup], Any]

_AGGREGATES: dict[PartyAggregation, Callable[[Sequence[float]], float]] = {
    PartyAggregation.AVG: lambda values: sum(values) / len(values),
    PartyAggregation.MIN: min,
    PartyAggregation.MAX: max,
}


class Measuring:
    """Compiles the expressions of one rule set."""

    def __init__(
        self, schema: Schema, columns: Columns, defaults: Mapping[str, AttributeValue | None], choices: Choices
    ) -> None:
        self.schema, self.columns, self.defaults, self.choices = schema, columns, defaults, choices

    def measure(self, expression: Expression, party: PartyAggregation) -> Measure:
        """Compile an expression; ``party`` says what stands for each member of a party."""
        match expression:
            case Path():
                return self._path(expression, self.column(expression, party))
            case Call(Function.FLATTEN, Path(None) as path) if kind_of(path, self.schema).depth == 2:
                number = self.column(path, party)
                return lambda lineup: [value for team in lineup for piece in team for value in piece[number]]
            case Call(Function.FLATTEN, argument):
                inner = self.measure(argument, party)
                if kind_of(argument, self.schema).depth == 1:
                    return inner
                return lambda lineup: list(chain.from_iterable(inner(lineup)))
            case Call(Function.AVG, Path(None, Of.ATTRIBUTE) as path) if kind_of(path, self.schema).depth == 2:
                return _average_of_each_team(self.column(path, party))
            case Call(function, argument):
                inner = self.measure(argument, party)
                reduced = 2 if function is Function.SET_INTERSECTION else 1
                return _at_depth(self._reduce(function), inner, kind_of(argument, self.schema).depth - reduced)

    def column(self, path: Path, party: PartyAggregation) -> int:
        """Give the number of the column that holds what a path takes of each player."""
        match path.of:
            case Of.PLAYERS:
                return PLAYERS
            case Of.IDS:
                return self.columns.number(Of.IDS, lambda players: tuple([player.player_id for player in players]))
            case Of.ATTRIBUTE:
                return self.attribute_column(path.attribute, party)

    def attribute_column(self, name: str, party: PartyAggregation) -> int:
        """Give the number of the column that holds an attribute, each member's or the aggregate in each one's place."""
        default, kind = self.defaults.get(name), self.schema.attributes[name]

        def make(players: Sequence[Player]) -> tuple[Any, ...]:
            if len(players) == 1 and kind is not AttributeType.STRING_LIST:  # Most are so, and all are asked.
                return (players[0].attributes.get(name, default),)
            values = [player.attributes.get(name, default) for player in players]
            if kind is AttributeType.STRING_LIST:
                values = [tuple(dict.fromkeys(value)) for value in values if isinstance(value, tuple | list)]
            if len(values) == 1:
                return (values[0],)
            return (_stand_in(kind, party, values),) * len(values) if _aggregated(kind, party) else tuple(values)

        return self.columns.number((name, party if _aggregated(kind, party) else None), make)

    def _path(self, path: Path, number: int) -> Measure:
        selected = places(path, self.schema)
        if selected is None:
            return lambda lineup: [[value for piece in team for value in piece[number]] for team in lineup]
        if len(selected) == 1:
            only = selected[0]
            return lambda lineup: [value for piece in lineup[only] for value in piece[number]]
        return lambda lineup: [[value for piece in lineup[at] for value in piece[number]] for at in selected]

    def _reduce(self, function: Function) -> Callable[[Any], Any]:
        if function is Function.STDDEV:
            return _of_some(_deviation if self.choices.population_stddev else _sample_deviation)
        return _REDUCE[function]


def _aggregated(kind: AttributeType, party: PartyAggregation) -> bool:
    if kind is AttributeType.NUMBER or kind is AttributeType.STRING_NUMBER_MAP:
        return party in _AGGREGATES
    return kind is AttributeType.STRING_LIST and party not in _AGGREGATES


def _stand_in(kind: AttributeType, party: PartyAggregation, values: Sequence[Any]) -> Any:
    """Give the value that each member of a party takes."""
    if kind is AttributeType.NUMBER:
        return _AGGREGATES[party](values)
    if kind is AttributeType.STRING_NUMBER_MAP:
        return aggregated_map(party, values)
    if party is PartyAggregation.INTERSECTION:
        return _intersection(values)
    return tuple(dict.fromkeys(chain.from_iterable(values)))


def aggregated_map(party: PartyAggregation, maps: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Give what stands for a party's maps: of each key that all of them have, the aggregate."""
    aggregate = _AGGREGATES[party]
    return {key: aggregate([each[key] for each in maps]) for key in maps[0] if all(key in each for each in maps)}


def _at_depth(reduce: Callable[[Any], Any], inner: Measure, depth: int) -> Measure:
    """Apply ``reduce`` below ``depth`` lists."""
    if depth == 0:
        return lambda lineup: reduce(inner(lineup))
    if depth == 1:
        return lambda lineup: [reduce(each) for each in inner(lineup)]

    def deep(value: Any, left: int) -> Any:
        return reduce(value) if left == 0 else [deep(each, left - 1) for each in value]

    return lambda lineup: deep(inner(lineup), depth)


def _of_some(reduce: Callable[[Sequence[float]], float]) -> Callable[[Sequence[float | None]], float | None]:
    """Leave out what is the aggregate of nothing; of nothing at all nothing is made."""

    def reduced(values: Sequence[float | None]) -> float | None:
        if not values:
            return None
        try:
            return reduce(values)  # type: ignore[arg-type]  # None is rare, and noticed
        except TypeError:
            some = [value for value in values if value is not None]
            return reduce(some) if some else None

    return reduced


def _average(values: Sequence[float | None]) -> float | None:
    """Do as `_of_some`, for the aggregate that rules use most."""
    if not values:
        return None
    try:
        return sum(values) / len(values)  # type: ignore[arg-type]  # None is rare, and noticed
    except TypeError:
        some = [value for value in values if value is not None]
        return sum(some) / len(some) if some else None


def _average_of_each_team(number: int) -> Measure:
    def averages(lineup: Lineup) -> list[float | None]:
        return [_average([value for piece in team for value in piece[number]]) for team in lineup]

    return averages


def _deviation(values: Sequence[float]) -> float:
    return math.sqrt(_squares(values) / len(values))


def _sample_deviation(values: Sequence[float]) -> float:
    return math.sqrt(_squares(values) / (len(values) - 1)) if len(values) > 1 else 0.0


def _squares(values: Sequence[float]) -> float:
    """Sum up the squares of the distances from the mean: statistics.pstdev takes many times as long for its last bit.

    Equal values have none, whatever the mean is rounded to.
    """
    if min(values) == max(values):
        return 0.0
    mean = math.fsum(values) / len(values)
    return math.fsum([(value - mean) * (value - mean) for value in values])


def _intersection(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Give the strings that are in every list, in the order of the first."""
    if not lists:
        return ()
    common = set(lists[0]).intersection(*lists[1:])
    return tuple(each for each in lists[0] if each in common)


_REDUCE: dict[Function, Callable[[Any], Any]] = {
    Function.MIN: _of_some(min),
    Function.MAX: _of_some(max),
    Function.AVG: _average,
    Function.MEDIAN: _of_some(statistics.median),
    Function.SUM: lambda values: _of_some(sum)(values) or 0,
    Function.COUNT: len,
    Function.SET_INTERSECTION: _intersection,
}
