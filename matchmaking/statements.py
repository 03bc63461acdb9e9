"""The statements of compound rules, from their text."""

import re

from matchmaking.expressions import MAX_DEPTH, BadExpression
from matchmaking.ruleset import Logic, Statement

_WORD = re.compile(r"\s*([(),]|[^\s(),]+)")


def parse_statement(text: str) -> Statement:
    """Read logic over rule names, such as ``or(and(A, B), not(C))``. Raises BadExpression."""
    words = _WORD.findall(text)
    words.reverse()
    statement = _argument(words, MAX_DEPTH)
    if words:
        raise BadExpression(f"{words[-1]!r} comes after the end of the statement; leave it out")
    if isinstance(statement, str):
        raise BadExpression(f"{statement!r} alone is no logic; write and(...), or(...), xor(...) or not(...)")
    return statement


def _argument(words: list[str], depth: int) -> Statement | str:
    if depth == 0:
        raise BadExpression(f"it is nested more than {MAX_DEPTH} deep")
    name = words.pop() if words else ""
    if name in ("", "(", ")", ","):
        raise BadExpression(f"a rule's name or and, or, xor, not is missing before {name!r}")
    if not words or words[-1] != "(":
        return name
    if name not in {logic.value for logic in Logic}:
        raise BadExpression(f"{name!r} is no logic; write and(...), or(...), xor(...) or not(...)")
    return _checked(Statement(Logic(name), _arguments(words, depth)))


def _arguments(words: list[str], depth: int) -> tuple[Statement | str, ...]:
    arguments = []
    while words and words[-1] in ("(", ","):
        words.pop()
        arguments.append(_argument(words, depth - 1))
        if words and words[-1] == "(":
            raise BadExpression("'(' stands where ',' or ')' belongs")
    if not words or words.pop() != ")":
        raise BadExpression("')' is missing")
    return tuple(arguments)


def _checked(statement: Statement) -> Statement:
    count, logic = len(statement.arguments), statement.logic
    if logic is Logic.NOT and count != 1:
        raise BadExpression(f"not takes one argument, and here it has {count}; put and(...) or or(...) around them")
    if logic is not Logic.NOT and count < 2:
        raise BadExpression(f"{logic.value} takes two arguments or more, and here it has one; leave {logic.value} out")
    return statement
