"""What a `case` may say: the names in it are read by CPython itself, so no guard can stand between."""

import ast
from collections.abc import Iterator

from sandbox.policy.names import GUARDED_ATTRIBUTES, instead, refused_attribute, refused_name
from session.values import value

_COMPARE = "capture the object and look at it in the body of the case"

_KINDS = frozenset(
    {
        *(ast.MatchValue, ast.MatchSingleton, ast.MatchSequence, ast.MatchMapping, ast.MatchClass),
        *(ast.MatchStar, ast.MatchAs, ast.MatchOr, ast.Attribute, ast.Name, ast.Constant, ast.Load),
        *(ast.UnaryOp, ast.USub, ast.BinOp, ast.Add, ast.Sub),
    }
)


@value
class PatternFault:
    """A place in a pattern that is refused, why, and what to write instead."""

    node: ast.AST
    message: str
    hint: str


def pattern_faults(pattern: ast.pattern) -> Iterator[PatternFault]:
    """Every refused name in this pattern and the patterns in it."""
    for node in ast.walk(pattern):
        match node:
            case ast.MatchClass():
                yield from _attributes(node, node.kwd_attrs)
            case ast.Attribute():
                yield from _attributes(node, [node.attr])
            case _ if type(node) not in _KINDS:
                yield PatternFault(node, f"{type(node).__name__} is not available in a pattern", "")
            case ast.Name() if refusal := refused_name(node.id):
                yield PatternFault(node, refusal, instead(node.id))
            case _:
                pass


def _attributes(node: ast.AST, names: list[str]) -> Iterator[PatternFault]:
    for name in names:
        if refusal := refused_attribute(name):
            yield PatternFault(node, refusal, instead(name))
        elif name.startswith("_") or name in GUARDED_ATTRIBUTES:
            yield PatternFault(node, f"the attribute '{name}' cannot be matched on", _COMPARE)
