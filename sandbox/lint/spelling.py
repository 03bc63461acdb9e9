"""Callbacks that the server does not find: misspelt, or in a place where it does not look."""

import ast
from collections.abc import Iterator

from sandbox.lint.api import CALLBACKS, close_match, snake
from sandbox.lint.callables import written
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.source_files import File

#: What authors call them who know another server.
ELSEWHERE = {
    "on_connect": "on_player_connect",
    "on_login": "on_player_connect",
    "on_auth": "on_player_connect",
    "on_join": "on_player_accepted",
    "on_player_join": "on_player_accepted",
    "on_player_joined": "on_player_accepted",
    "on_disconnect": "on_player_disconnect",
    "on_leave": "on_player_disconnect",
    "on_player_leave": "on_player_disconnect",
    "on_player_left": "on_player_disconnect",
    "on_join_group": "on_player_join_group",
    "on_leave_group": "on_player_leave_group",
    "on_receive": "on_message",
    "on_data": "on_message",
    "on_update": "on_tick",
    "on_start": "on_start_game_session",
    "on_create": "on_start_game_session",
    "on_init": "on_start_game_session",
    "on_end": "on_process_terminate",
    "on_stop": "on_process_terminate",
    "on_dispose": "on_process_terminate",
    "on_terminate": "on_process_terminate",
}


def misspelt(facts: Facts) -> Iterator[Finding]:
    """A function of the launch file that is called like a callback and is none, and that nothing of the script uses."""
    if facts.main is None:
        return
    for name, nodes in facts.main.tree.module.bindings.items():
        node = nodes[-1]
        if name in CALLBACKS or not _looks_like_one(name) or name in facts.read or not _is_plain_function(node):
            continue
        meant = close_match(name, CALLBACKS, ELSEWHERE)
        hint = (
            f"did you mean {written(meant, meant)}?" if meant else f"the callbacks are {', '.join(sorted(CALLBACKS))}"
        )
        yield Finding(facts.main, node, f"there is no callback {name}, and nothing in the script calls it", hint)


def misplaced(facts: Facts) -> Iterator[Finding]:
    """A function with the name of a callback where the server does not look: in a class, a function or another file."""
    for file in facts.files.values():
        for scope in file.tree.scopes:
            if file is facts.main and scope is file.tree.module:
                continue
            for node in scope.nodes:
                if isinstance(node, ast.FunctionDef) and node.name in CALLBACKS and not _is_found(node, facts):
                    yield _misplaced(file, scope.owner, node, facts)


def _misplaced(file: File, owner: ast.AST, node: ast.FunctionDef, facts: Facts) -> Finding:
    name = node.name
    if isinstance(owner, ast.ClassDef):
        hint = f"call it from one: put {name} = {owner.name}(...).{name} at the end of {facts.launch}"
        return Finding(file, node, f"{name} is a method of {owner.name}, and nothing calls it", hint)
    hint = f"callbacks are looked for at the top level of {facts.launch}"
    if isinstance(owner, ast.Module):
        module = file.path.removesuffix(".py").rpartition("/")[2]
        hint += f": put from {module} import {name} there"
    return Finding(file, node, f"{name} is never called: it is not where callbacks are looked for", hint)


def _is_found(node: ast.FunctionDef, facts: Facts) -> bool:
    return node.name in facts.callbacks or node.name in facts.read


def _looks_like_one(name: str) -> bool:
    plain = snake(name)
    return plain.startswith("on_") or plain in CALLBACKS or (plain.startswith("on") and f"on_{plain[2:]}" in CALLBACKS)


def _is_plain_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.decorator_list
