"""The pieces of syntax that the transformer puts in."""

import ast
import string
from typing import TypeVar

Node = TypeVar("Node", bound=ast.expr)


def guard_call(guard: str, value: ast.expr, *rest: ast.expr) -> ast.expr:
    """`@guard(value, ...)`."""
    return _at(ast.Call(func=ast.Name(guard, ast.Load()), args=[value, *rest], keywords=[]), value)


def type_is_in(value: ast.expr, types: str) -> ast.expr:
    """`@type(value) in @types`: two instructions that CPython has a short way for, where a function takes a call."""
    among = ast.Name(types, ast.Load())
    return _at(ast.Compare(left=guard_call("@type", value), ops=[ast.In()], comparators=[among]), value)


def chosen(test: ast.expr, body: ast.expr, orelse: ast.expr) -> ast.expr:
    """`body if test else orelse`."""
    return _at(ast.IfExp(test=test, body=body, orelse=orelse), body)


def _at(node: Node, where: ast.expr) -> Node:
    return ast.copy_location(node, where)


def reads_no_attribute(template: ast.expr) -> bool:
    """Whether this is the text of a format string that names no attribute, so that formatting with it is harmless."""
    return isinstance(template, ast.Constant) and isinstance(template.value, str) and _reads_none(template.value)


def _reads_none(text: str) -> bool:
    try:
        fields = [(field or "", spec or "") for _, field, spec, _ in string.Formatter().parse(text)]
    except ValueError:
        return False
    return all("." not in field and "{" not in spec for field, spec in fields)
