"""Answers that count as True whatever they say: the reason of a no as a text, a pair, a method that nobody calls."""

import ast
from collections.abc import Iterator

from sandbox.lint.answers import Decider, deciders
from sandbox.lint.api import SHOWN, is_method
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.flow import of_function
from sandbox.script.messages import Message

_PASS_ANOTHER = "to let another text pass, write return message.replace(text)"
_HINTS = {
    "on_player_connect": 'to say no, and why, write return connect.refuse("why")',
    "on_send_to_player": _PASS_ANOTHER,
    "on_send_to_group": _PASS_ANOTHER,
}
#: Methods of text that give text again.
_TEXT_AGAIN = frozenset(("capitalize", "casefold", "lower", "replace", "strip", "title", "upper"))


def always_true(facts: Facts) -> Iterator[Finding]:
    """An answer that is neither yes nor no, where one decides something."""
    texts = {access.node for access in facts.reads if access.cls is Message and access.name in ("text", "payload")}
    methods: dict[ast.AST, str] = {
        access.node: f"'{access.name}' of {SHOWN[access.cls]} is a method, and here it is not called: that"
        for access in facts.reads
        if is_method(access.cls, access.name)
    }
    for decider in deciders(facts):
        for answer in _answers(decider.node):
            if answer in methods:
                yield _finding(decider, answer, methods[answer], f"write {ast.unparse(answer)[:80]}(...)")
            elif (kind := _kind(answer, texts)) is not None:
                yield _finding(decider, answer, kind, _HINTS.get(decider.callback, "return True or False"))


def _finding(decider: Decider, answer: ast.expr, what: str, hint: str) -> Finding:
    return Finding(decider.file, answer, f"{what} counts as True, and {decider.why}", hint)


def _answers(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a function returns; of `a or b` the last part, which nothing else follows."""
    stack = [node.value for node in of_function(function.body) if isinstance(node, ast.Return) and node.value]
    while stack:
        match stack.pop():
            case ast.IfExp(body=one, orelse=other):
                stack += [one, other]
            case ast.BoolOp(values=[*_, last]):
                stack.append(last)
            case answer:
                yield answer


def _kind(answer: ast.expr, texts: set[ast.Attribute]) -> str | None:
    """What an answer is called that is certainly not empty, or meant as a text; None for all others."""
    match answer:
        case ast.Constant(value=str() as text) if text:
            return "a text"
        case ast.Constant(value=bytes() as payload) if payload:
            return "a payload"
        case ast.JoinedStr():
            return "a text"
        case ast.Tuple(elts=[_, *_]):
            return "a tuple"
        case ast.Call(func=ast.Attribute(value=ast.Attribute() as inner, attr=method)):
            return "a text" if method in _TEXT_AGAIN and inner in texts else None
    return None
