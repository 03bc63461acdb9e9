"""Findings: what a lint has to say, and where."""

import ast
from collections.abc import Callable, Iterable

from sandbox.lint.facts import Facts
from sandbox.lint.source_files import File
from session.values import value


@value
class Finding:
    """One mistake: where it stands, why it is one, and what to write instead."""

    file: File
    node: ast.AST
    message: str
    hint: str


@value
class Lint:
    """One kind of mistake. ``refuses`` says that no script can mean it; otherwise it is only warned of."""

    name: str
    refuses: bool
    look: Callable[[Facts], Iterable[Finding]]
