"""What an expression gives: how deeply lists are nested in it, and of what."""

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaking.expressions import BadExpression, Call, Expression, Function, Of, Path
from matchmaking.ruleset import AttributeType, RuleSet

#: What stands at the bottom of the lists of an expression on an attribute of this type.
_SCALARS = {
    AttributeType.STRING: "string",
    AttributeType.NUMBER: "number",
    AttributeType.STRING_LIST: "string",
    AttributeType.STRING_NUMBER_MAP: "map",
}

_OF_NUMBERS = {Function.MIN, Function.MAX, Function.AVG, Function.MEDIAN, Function.SUM, Function.STDDEV}


@dataclass(frozen=True, slots=True)
class Schema:
    """The names that expressions may use: teams with their places in the match, attributes with their types."""

    teams: Mapping[str, tuple[int, ...]]
    attributes: Mapping[str, AttributeType]


@dataclass(frozen=True, slots=True)
class Kind:
    """``depth`` lists around a ``scalar`` (string, number, player, map); ``listed``: the innermost is a string list."""

    depth: int
    scalar: str
    listed: bool = False

    def __str__(self) -> str:
        return "a list of " * self.depth + (f"{self.scalar}s" if self.depth else f"a {self.scalar}")


def schema_of(rule_set: RuleSet) -> Schema:
    """Give the names of a rule set; a definition's own name stands for all of its teams."""
    teams: dict[str, tuple[int, ...]] = {}
    place = 0
    for team in rule_set.teams:
        teams[team.name] = tuple(range(place, place + team.quantity))
        teams.update({name: (place + at,) for at, name in enumerate(team.team_names)})
        place += team.quantity
    return Schema(teams, {attribute.name: attribute.type for attribute in rule_set.attributes})


def kind_of(expression: Expression, schema: Schema) -> Kind:
    """Give the kind of what an expression measures. Raises BadExpression where names or functions do not fit."""
    match expression:
        case Path():
            return _kind_of_path(expression, schema)
        case Call(function, argument):
            return _kind_of_call(function, kind_of(argument, schema))


def places(path: Path, schema: Schema) -> tuple[int, ...] | None:
    """Give the places of the teams that a path names; None for all."""
    return None if path.teams is None else tuple(place for name in path.teams for place in schema.teams[name])


def _kind_of_path(path: Path, schema: Schema) -> Kind:
    for name in path.teams or ():
        if name not in schema.teams:
            raise BadExpression(f"there is no team {name!r}; the teams are {', '.join(schema.teams)}")
    selected = places(path, schema)
    depth = 1 if selected is not None and len(selected) == 1 else 2
    match path.of:
        case Of.PLAYERS:
            return Kind(depth, "player")
        case Of.IDS:
            return Kind(depth, "string")
        case Of.ATTRIBUTE:
            if path.attribute not in schema.attributes:
                known = ", ".join(schema.attributes) or "none"
                raise BadExpression(
                    f"attribute {path.attribute!r} is not in playerAttributes (there: {known}); declare it"
                )
            declared = schema.attributes[path.attribute]
            listed = declared is AttributeType.STRING_LIST
            return Kind(depth + listed, _SCALARS[declared], listed)


def _kind_of_call(function: Function, of: Kind) -> Kind:
    if of.depth == 0:
        raise BadExpression(f"{function.value} takes a list, and here it gets {of}; leave it out")
    if function in _OF_NUMBERS:
        if of.scalar != "number":
            raise BadExpression(
                f"{function.value} takes numbers, and here it gets {of}; use a number attribute, or count"
            )
        return Kind(of.depth - 1, "number")
    if function is Function.COUNT:
        return Kind(of.depth - 1, "number")
    if function is Function.FLATTEN:
        return Kind(max(of.depth - 1, 1), of.scalar, of.listed)
    if of.scalar != "string" or of.depth < 2:
        raise BadExpression(
            f"set_intersection takes lists of strings in a list, and here it gets {of}; use a string_list"
        )
    return Kind(of.depth - 1, "string", listed=True)
