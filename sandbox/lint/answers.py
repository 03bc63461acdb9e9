"""Answers: a callback that decides something has to say yes or no on every way through it."""

import ast
from collections.abc import Iterator

from sandbox.lint.api import ANSWERING
from sandbox.lint.callees import Definition
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.flow import can_end, of_function
from sandbox.lint.source_files import File
from session.values import value

_HINT = "return True or False on every way"
_NEVER_AN_ANSWER = {
    "on_player_connect": "end it with return True; what only follows a login belongs in on_player_accepted(player)",
}


@value
class Decider:
    """A function whose answer decides something: the callback of that name, or one whose answer it passes on."""

    callback: str
    file: File
    node: ast.FunctionDef
    why: str


def deciders(facts: Facts) -> Iterator[Decider]:
    """Every function of a script whose answer counts, once."""
    seen: set[ast.AST] = set()
    for name, decides in ANSWERING.items():
        if (found := facts.definitions.get(name)) is not None:
            for function in (found.node, *_passed_on(found)):
                if function not in seen:
                    seen.add(function)
                    who = "it" if function is found.node else name
                    yield Decider(name, found.file, function, f"{who} decides {decides}")


def missing_answers(facts: Facts) -> Iterator[Finding]:
    """A callback that decides something and can end without having done so."""
    for decider in deciders(facts):
        yield from _missing(decider.file, decider.node, decider.why)


def _passed_on(found: Definition) -> Iterator[ast.FunctionDef]:
    """The functions of the same file whose answers a function passes on."""
    for node in found.scope.nodes:
        match node:
            case ast.Return(value=ast.Call(func=ast.Name(id=name))) if (where := found.scope.found(name)) is not None:
                match where.bindings[name]:
                    case [ast.FunctionDef(decorator_list=[]) as function]:
                        yield function


def _missing(file: File, function: ast.FunctionDef, why: str) -> Iterator[Finding]:
    inside = list(of_function(function.body))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in inside):
        return
    returns = [node for node in inside if isinstance(node, ast.Return)]
    empty = [node for node in returns if _answers_nothing(node)]
    for node in sorted(empty, key=lambda node: node.lineno):
        yield Finding(file, node, f"this return gives no answer, which counts as False: {why}", _HINT)
    if can_end(function.body):
        yield _at_the_end(file, function, why, len(returns) == len(empty))


def _at_the_end(file: File, function: ast.FunctionDef, why: str, never: bool) -> Finding:
    does = "never gives an answer" if never else "can end without an answer"
    hint = _NEVER_AN_ANSWER.get(function.name, "end it with return True") if never else _HINT
    return Finding(file, function, f"{function.name} {does}, which counts as False: {why}", hint)


def _answers_nothing(node: ast.Return) -> bool:
    return node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
