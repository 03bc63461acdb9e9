"""Code that nothing gets to, and loops that nothing gets out of."""

import ast
from collections.abc import Iterator, Sequence

from sandbox.lint.api import CALLBACKS
from sandbox.lint.facts import Access, Facts
from sandbox.lint.findings import Finding
from sandbox.lint.flow import is_true, of_function, of_loop, unreachable
from sandbox.lint.source_files import File
from sandbox.script.session import Session

#: The methods that end the game session.
_ENDS = frozenset({"end", "process_ending"})


def unreachable_code(facts: Facts) -> Iterator[Finding]:
    """Statements behind one that nothing gets past."""
    for file in facts.files.values():
        for rest in unreachable(file.module):
            # `return` and then `yield` is how one writes a generator of nothing.
            if not any(isinstance(node, ast.Yield | ast.YieldFrom) for node in of_function(rest)):
                end = _end_within(facts, rest)
                what = f"session.{end}() can" if end else "this can"
                hint = "move it up, or take it away"
                yield Finding(file, rest[0], f"{what} never be reached: nothing gets past the statement before", hint)


def end_in_nobodys_function(facts: Facts) -> Iterator[Finding]:
    """`session.end()` in a function that nothing calls."""
    for access in _ends(facts):
        for outer in access.file.tree.around(access.node):
            if isinstance(outer, ast.FunctionDef) and _is_unused(outer, facts):
                message = f"session.{access.name}() is never reached: nothing calls {outer.name}"
                yield Finding(access.file, access.node, message, f"call {outer.name}() where the game is over")


def endless_loops(facts: Facts) -> Iterator[Finding]:
    """`while True` with no way out: the sandbox is ended, and the game session with it."""
    for file in facts.files.values():
        for node, _ in file.tree.nodes():
            if isinstance(node, ast.While) and is_true(node.test) and not _has_a_way_out(node, file):
                message = "this loop never ends: a callback has to return, or its game session is ended"
                hint = "do one step in on_tick(dt), or let session.every(seconds, f) call a function"
                yield Finding(file, node, message, hint)


def _has_a_way_out(loop: ast.While, file: File) -> bool:
    """An exception that somebody is there to catch is one, too."""
    caught = any(isinstance(outer, ast.Try | ast.With) for outer in file.tree.around(loop))
    if caught or any(isinstance(node, ast.Break) for node in of_loop(loop)):
        return True
    return any(isinstance(node, ast.Return | ast.Raise | ast.Yield | ast.YieldFrom) for node in of_function(loop.body))


def _ends(facts: Facts) -> Iterator[Access]:
    return (access for access in facts.reads if access.cls is Session and access.name in _ENDS)


def _end_within(facts: Facts, block: Sequence[ast.stmt]) -> str:
    """What ends the game session in there, "" where nothing does."""
    inside = {node for statement in block for node in ast.walk(statement)}
    return next((access.name for access in _ends(facts) if access.node in inside), "")


def _is_unused(function: ast.FunctionDef, facts: Facts) -> bool:
    special = function.name.startswith("__") or function.decorator_list
    named = function.name in CALLBACKS or function.name in facts.read or function.name.lower().startswith("on")
    return not special and not named
