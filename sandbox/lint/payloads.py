"""Payloads are bytes: what is compared with text is never equal to it."""

import ast
from collections.abc import Iterator

from sandbox.lint.constants import constant
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File
from sandbox.lint.types_of import Types
from sandbox.script.messages import Connect, Message


def compared_with_text(facts: Facts) -> Iterator[Finding]:
    """A payload that is compared with text, or searched for it."""
    for file in facts.files.values():
        known = facts.types[file.path]
        for node, scope in file.tree.nodes():
            if isinstance(node, ast.Compare) and len(node.ops) == 1:
                yield from _compared(file, node, scope, known)


def _compared(file: File, node: ast.Compare, scope: Scope, known: Types) -> Iterator[Finding]:
    left, op, right = node.left, node.ops[0], node.comparators[0]
    for payload, other in ((left, right), (right, left)):
        if _is_payload(payload, scope, known) and _is_text(other, scope, file):
            name = ast.unparse(payload)[:80].removesuffix("payload")
            if isinstance(op, ast.Eq | ast.NotEq):
                yield Finding(file, node, "a payload is bytes, which never equal text", _hint(name))
            elif isinstance(op, ast.In | ast.NotIn) and payload is right:
                yield Finding(file, node, "a payload is bytes, in which no text can be looked for", _hint(name))


def _hint(owner: str) -> str:
    return f"write {owner}text, or put a b before the quotes"


def _is_payload(node: ast.expr, scope: Scope, known: Types) -> bool:
    return (
        isinstance(node, ast.Attribute) and node.attr == "payload" and known.of(node.value, scope) in (Message, Connect)
    )


def _is_text(node: ast.expr, scope: Scope, file: File) -> bool:
    found = constant(node, scope, file)
    return found is not None and not found.enum and isinstance(found.plain, str)
