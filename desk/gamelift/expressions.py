"""What SearchGameSessions filters and sorts by, read from its two small languages.

    filter      every  {OR every}
    every       one    {AND one}
    one         NOT one  |  ( filter )  |  comparison
    comparison  operand  = <> < > <= >=  value
    sort        operand  ASC | DESC

Texts stand in single or double quotes, and a backslash takes the next character as it is.
"""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from desk.gamelift.errors import GameLiftError, invalid
from session.values import value

#: Parentheses and NOTs within one another.
MAX_DEPTH = 32
#: The operand that goes on with a dot and the key of a game property.
PROPERTIES = "gameSessionProperties"
#: The other operands, with what their values are.
KINDS: Mapping[str, type] = {
    "gameSessionId": str,
    "gameSessionName": str,
    "maximumSessions": int,
    "creationTimeMillis": int,
    "playerSessionCount": int,
    "hasAvailablePlayerSessions": bool,
}
_COMPARATORS = ("=", "<>", "<", ">", "<=", ">=")
_TOKEN = re.compile(
    r"""\s*(?: (?P<symbol> <> | <= | >= | [=<>()] )
             | (?P<text> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
             | (?P<word> [^\s()=<>'"]+ ) )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
#: Of what was found, in the sentence that refuses it.
_SHOWN_CHARACTERS = 40


@value
class Operand:
    """What is looked at of a game session; ``key`` is that of a game property, else empty."""

    name: str
    key: str = ""

    @property
    def kind(self) -> type:
        """What its values are; properties are always texts."""
        return KINDS.get(self.name, str)


@value
class Comparison:
    """A value of a game session's, compared with one of the same kind."""

    operand: Operand
    comparator: str
    wanted: str | float | bool


@value
class Not:
    """What does not hold."""

    what: "Filter"


@value
class Every:
    """All of these."""

    parts: "tuple[Filter, ...]"


@value
class Either:
    """One of these, or more."""

    parts: "tuple[Filter, ...]"


Filter: TypeAlias = Comparison | Not | Every | Either


@value
class Order:
    """What is sorted by."""

    operand: Operand
    descending: bool


def filter_untrusted(text: str) -> Filter:
    """Read a FilterExpression; raises `GameLiftError` (InvalidRequestException)."""
    reader = _Reader("FilterExpression", text)
    found = reader.filter()
    reader.end()
    return found


def order_untrusted(text: str) -> Order:
    """Read a SortExpression; raises `GameLiftError` (InvalidRequestException)."""
    reader = _Reader("SortExpression", text)
    operand = reader.operand()
    descending = reader.taken("DESC")
    if not (descending or reader.taken("ASC")):
        raise reader.refused("ASC or DESC")
    reader.end()
    return Order(operand, descending)


class _Reader:
    """Reads tokens from left to right. Every method reads one thing of the grammar, and raises `GameLiftError`."""

    def __init__(self, where: str, text: str) -> None:
        self._where = where
        self._text = text
        self._at = 0
        self._depth = 0
        self._kind, self._token, self._after = "", "", 0
        self._look()

    def filter(self) -> Filter:
        return self._chain("OR", self._every, Either)

    def operand(self) -> Operand:
        name, dot, key = self._token.partition(".")
        if self._kind == "word" and dot and name == PROPERTIES and key:
            if "." in key:
                raise self._wrong(f"a property whose key has a period cannot be searched for: {self._shown()}")
            self._next()
            return Operand(PROPERTIES, key)
        if self._kind != "word" or self._token not in KINDS:
            raise self.refused(f"one of {', '.join(KINDS)} or {PROPERTIES}.KEY")
        self._next()
        return Operand(name)

    def taken(self, word: str) -> bool:
        """Go on behind a word or a symbol, if it comes next."""
        if self._kind == "text" or self._token != word:
            return False
        self._next()
        return True

    def end(self) -> None:
        if self._kind:
            raise self.refused("its end, or AND or OR" if self._where == "FilterExpression" else "its end")

    def refused(self, wanted: str) -> GameLiftError:
        return self._wrong(f"there is to be {wanted}, not {self._shown()}")

    def _every(self) -> Filter:
        return self._chain("AND", self._one, Every)

    def _chain(self, word: str, part: Callable[[], Filter], chain: type[Every] | type[Either]) -> Filter:
        parts = [part()]
        while self.taken(word):
            parts.append(part())
        return chain(tuple(parts)) if len(parts) > 1 else parts[0]

    def _one(self) -> Filter:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._wrong(f"more than {MAX_DEPTH} parentheses and NOTs within one another")
        found = self._nested()
        self._depth -= 1
        return found

    def _nested(self) -> Filter:
        if self.taken("NOT"):
            return Not(self._one())
        if self.taken("("):
            found = self.filter()
            if not self.taken(")"):
                raise self.refused("a closing parenthesis, or AND or OR")
            return found
        return self._comparison()

    def _comparison(self) -> Comparison:
        operand, comparator = self.operand(), self._token
        if self._kind != "symbol" or comparator not in _COMPARATORS:
            raise self.refused(f"one of {' '.join(_COMPARATORS)}")
        if operand.kind is not int and comparator not in ("=", "<>"):
            raise self._wrong(f"texts and true or false are compared by = and <>, not by {comparator}")
        self._next()
        return Comparison(operand, comparator, self._value(operand.kind))

    def _value(self, kind: type) -> str | float | bool:
        token, is_text = self._token, self._kind == "text"
        if kind is str and is_text:
            self._next()
            return _ESCAPED.sub(r"\1", token[1:-1])
        if kind is bool and not is_text and token in ("true", "false"):
            self._next()
            return token == "true"
        if kind is int and not is_text and _NUMBER.fullmatch(token):
            self._next()
            return float(token) if "." in token else int(token)
        raise self.refused({str: "a text in quotes", bool: "true or false", int: "a number"}[kind])

    def _next(self) -> None:
        self._at = self._after
        self._look()

    def _look(self) -> None:
        """See what comes next, without going behind it."""
        found = _TOKEN.match(self._text, self._at)
        if found:
            assert found.lastgroup is not None
            self._kind, self._token, self._after = found.lastgroup, found[found.lastgroup], found.end()
            self._at = found.start(found.lastgroup)
        elif self._text[self._at :].isspace() or self._at == len(self._text):
            self._kind, self._token, self._at = "", "", len(self._text)
        else:
            raise self._wrong("a text has no closing quote")

    def _shown(self) -> str:
        return ascii(self._token)[:_SHOWN_CHARACTERS] if self._kind else "its end"

    def _wrong(self, why: str) -> GameLiftError:
        return invalid(f"{self._where}, at character {self._at + 1}: {why}")
