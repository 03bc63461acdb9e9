"""Names that nothing has defined."""

import ast
from collections.abc import Collection, Iterator

from sandbox.facades.catalogue import FACADE_NAMES
from sandbox.guards.realm import Realm
from sandbox.guards.vocabulary import builtin_names
from sandbox.lint.api import IMPORTED, close_match
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File
from sandbox.policy.names import WITHHELD_BUILTINS

#: The builtins of a script, those that it does not get left out: the policy has its own word on them.
BUILTINS = frozenset({"None", "True", "False", *builtin_names(Realm(), lambda line: None)})
#: What other languages say.
_ELSEWHERE = {"true": "True", "false": "False", "null": "None", "undefined": "None", "this": "self", "nil": "None"}

#: What GameLift's scripts find around them, in Node; each with what to write instead.
_OF_NODE = {
    "require": "write import at the top of the file",
    "exports": "callbacks are functions at the top level of the file, under their own names",
    "ssExports": "callbacks are functions at the top level of the file, under their own names",
    "process": "session.end() ends the game session",
    "setTimeout": "write session.after(seconds, f)",
    "setInterval": "write session.every(seconds, f)",
    "clearTimeout": "write timer.cancel(), with the timer that session.after gives",
    "clearInterval": "write timer.cancel(), with the timer that session.every gives",
    "Buffer": "write bytes(...), or text.encode()",
    "console": "write print(...), or session.log.info(...)",
    "util": "an f-string shows any object: f'{thing!r}'",
    "JSON": "write message.json() to read, and send anything else than bytes and text to write",
}


def undefined(facts: Facts) -> Iterator[Finding]:
    """A name that is read and that nothing defines, which raises NameError in every run that gets there. Said once."""
    for file in facts.files.values():
        said: set[str] = set()
        for node, scope in file.tree.nodes():
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not _is_defined(node.id, scope):
                if node.id not in said and not _is_expected(node, file):
                    said.add(node.id)
                    yield Finding(file, node, f"the name '{node.id}' is not defined", _hint(node.id, scope))


def _is_defined(name: str, scope: Scope) -> bool:
    """The policy has its own word on names with two underscores, and on builtins that are not for scripts."""
    known = name in BUILTINS or name in WITHHELD_BUILTINS or name.startswith("__")
    return known or scope.found(name) is not None or name in scope.module.bindings


def _is_expected(node: ast.Name, file: File) -> bool:
    """Whether somebody catches the NameError."""
    return any(
        isinstance(outer, ast.Try)
        and any("NameError" in ast.dump(clause.type) for clause in outer.handlers if clause.type)
        for outer in file.tree.around(node)
    )


def _hint(name: str, scope: Scope) -> str:
    if name == "session" or name in IMPORTED:
        return f"write from harena import {name} at the top of the file"
    if name in _OF_NODE:
        return _OF_NODE[name]
    if name in FACADE_NAMES:
        return f"write import {name} at the top of the file"
    if any(name in outer.bindings for outer in _outer(scope) if isinstance(outer.owner, ast.ClassDef)):
        return f"names of a class are reached through its object: write self.{name}"
    meant = close_match(name, _in_reach(scope)) if name not in _ELSEWHERE else _ELSEWHERE[name]
    return f"did you mean {meant}?" if meant else "define it, or import it at the top of the file"


def _in_reach(scope: Scope) -> Collection[str]:
    names = {name for name in BUILTINS if name.isidentifier()}
    return names.union(*(outer.bindings for outer in _outer(scope)))


def _outer(scope: Scope | None) -> Iterator[Scope]:
    """A scope, and those around it."""
    while scope is not None:
        yield scope
        scope = scope.parent
