"""Players are objects: neither their id nor the number of their connection is equal to them."""

import ast
from collections.abc import Iterator

from sandbox.lint.constants import constant
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.script.player import Player


def player_never_equal(facts: Facts) -> Iterator[Finding]:
    """A player that is compared with a text or a number, so that the answer is always the same."""
    for file in facts.files.values():
        types = facts.types[file.path]
        for node, scope in file.tree.nodes():
            for player, other in _compared(node):
                found = constant(other, scope, file) if types.of(player, scope) is Player else None
                if found is not None and isinstance(found.plain, str | int) and not found.enum:
                    meant = "player_id" if isinstance(found.plain, str) else "peer_id"
                    message = f"a player is an object: {found.shown} is none, so the two are never equal"
                    yield Finding(file, node, message, f"write {ast.unparse(player)[:80]}.{meant}")


def _compared(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return [(left, right), (right, left)]
    return []
