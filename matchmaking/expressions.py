"""Property expressions: what of a potential match is measured, as a value and from its text."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum


class Function(Enum):
    """What is made of a list; on a nested list it is made of each sublist."""

    MIN = "min"
    MAX = "max"
    AVG = "avg"
    MEDIAN = "median"
    SUM = "sum"
    COUNT = "count"
    STDDEV = "stddev"
    FLATTEN = "flatten"
    SET_INTERSECTION = "set_intersection"


class Of(Enum):
    """What of the players a path takes."""

    PLAYERS = "players"
    IDS = "playerId"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Path:
    """Something of each player of some teams: a flat list for one named team, else a list for each team.

    ``teams`` is None for all teams; ``attribute`` is empty unless ``of`` is an attribute.
    """

    teams: tuple[str, ...] | None
    of: Of
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function of an expression."""

    function: Function
    argument: "Expression"


Expression = Path | Call

#: Nesting beyond this is nobody's rule, but could exhaust the stack.
MAX_DEPTH = 20

#: How an expression starts.
_STARTS = {("team", "["), ("teams", "["), *((function.value, "(") for function in Function)}
_TOKEN = re.compile(r"\s*(?:([\[\](),.*])|([^\s\[\](),.*]+))")


class BadExpression(Exception):
    """A text is not an expression: what was found where, and what would do."""


def parse_expression(text: str) -> Expression:
    """Read a property expression; blanks may stand anywhere between its words. Raises BadExpression."""
    reader = _Reader(text)
    expression = reader.expression(MAX_DEPTH)
    if reader.peek():
        raise BadExpression(f"{reader.peek()!r} comes after the end of the expression; leave it out")
    return expression


def looks_like_expression(text: str) -> bool:
    """Tell whether somebody who wrote this meant an expression, and not a literal string."""
    start = re.match(r"\s*(\w+)\s*([\[(])", text)
    return start is not None and (start[1], start[2]) in _STARTS


class _Reader:
    """The words of an expression, read one after the other."""

    def __init__(self, text: str) -> None:
        self.words = [match[1] or match[2] for match in _TOKEN.finditer(text)]
        self.at = 0

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        word = self.peek()
        self.at += 1
        return word

    def expect(self, word: str) -> None:
        found = self.take()
        if found != word:
            raise BadExpression(
                f"{found!r} stands where {word!r} belongs" if found else f"it ends where {word!r} belongs"
            )

    def expression(self, depth: int) -> Expression:
        if depth == 0:
            raise BadExpression(f"it is nested more than {MAX_DEPTH} deep")
        word = self.take()
        if word in ("teams", "team"):
            return self.path()
        return self.call(word, depth)

    def call(self, word: str, depth: int) -> Call:
        names = [function.value for function in Function]
        if word not in names:
            near = get_close_matches(word, names, 1)
            hint = f"did you mean {near[0]}?" if near else f"write teams[...] or one of {', '.join(names)}"
            raise BadExpression(f"{word!r} is no function; {hint}")
        self.expect("(")
        argument = self.expression(depth - 1)
        self.expect(")")
        return Call(Function(word), argument)

    def path(self) -> Path:
        teams = self.selection()
        self.expect(".")
        self.expect("players")
        if self.peek() == ".":
            self.take()
            self.expect("attributes")
            return Path(teams, Of.ATTRIBUTE, self.bracketed())
        if self.peek() == "[":
            name = self.bracketed()
            if name.lower() != "playerid":
                raise BadExpression(
                    f"players[{name}] is unknown; write players[playerId] or players.attributes[{name}]"
                )
            return Path(teams, Of.IDS)
        return Path(teams, Of.PLAYERS)

    def selection(self) -> tuple[str, ...] | None:
        self.expect("[")
        if self.peek() == "*":
            self.take()
            self.expect("]")
            return None
        names = [self.name()]
        while self.peek() == ",":
            self.take()
            names.append(self.name())
        self.expect("]")
        return tuple(names)

    def bracketed(self) -> str:
        self.expect("[")
        name = self.name()
        self.expect("]")
        return name

    def name(self) -> str:
        """Read a name, which may hold dots and blanks: it goes to the next bracket or comma."""
        parts = []
        while self.peek() not in ("", "]", "[", ",", "(", ")", "*"):
            parts.append(self.take())
        if not parts:
            raise BadExpression(f"a name is missing before {self.peek()!r}")
        return "".join(parts)


def path_of(expression: Expression) -> Path:
    """Give the path on which an expression is founded."""
    while isinstance(expression, Call):
        expression = expression.argument
    return expression
