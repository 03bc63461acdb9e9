"""The forgotten `global`: a function that assigns a name of the module makes one of its own."""

import ast
from collections.abc import Iterator

from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File

_LOOPS = (ast.For, ast.While)


def read_before_assigned(facts: Facts) -> Iterator[Finding]:
    """A name of the module that is read in a function and assigned later in it: UnboundLocalError."""
    for file, scope, name, uses in _local_twins(facts):
        first = uses[0]
        if _reads(first, file) and not _may_come_later(first, uses, file):
            message = (
                f"'{name}' is read before this function has given it a value: assigning it makes it the function's own"
            )
            yield Finding(file, first, message, _hint(scope, name))


def assigned_in_vain(facts: Facts) -> Iterator[Finding]:
    """A name of the module that is assigned in a function and never read there: the module's keeps its value."""
    for file, scope, name, uses in _local_twins(facts):
        if not any(_reads(use, file) for use in uses) and not _is_read_inside(name, scope, file):
            if all(_is_plain_assignment(use, file) for use in uses):
                message = (
                    f"this '{name}' is the function's own and nothing reads it: the module's '{name}' stays as it was"
                )
                yield Finding(file, uses[0], message, _hint(scope, name))


def _local_twins(facts: Facts) -> Iterator[tuple[File, Scope, str, list[ast.Name]]]:
    """Names of functions that the module has assigned too, with their uses in the order in which Python gets there."""
    for file in facts.files.values():
        for scope in file.tree.scopes:
            if scope.is_function:
                for name, uses in _uses(scope).items():
                    if all(isinstance(node, ast.Name) for node in scope.bindings[name]) and _is_state(name, file):
                        yield file, scope, name, uses


def _uses(scope: Scope) -> dict[str, list[ast.Name]]:
    """The names that a function binds, each with its uses; of += the target comes first, as it is read first."""
    found: dict[str, list[ast.Name]] = {}
    for node in scope.nodes:
        if isinstance(node, ast.Name) and node.id in scope.bindings:
            found.setdefault(node.id, []).append(node)
    return found


def _is_state(name: str, file: File) -> bool:
    """Whether the module assigns a name, as opposed to importing or defining it or looping over it."""
    bindings = file.tree.module.bindings.get(name, [])
    return any(isinstance(node, ast.Name) and _is_plain_assignment(node, file) for node in bindings)


def _reads(use: ast.Name, file: File) -> bool:
    return isinstance(use.ctx, ast.Load | ast.Del) or isinstance(file.tree.parent(use), ast.AugAssign)


def _is_plain_assignment(use: ast.Name, file: File) -> bool:
    match file.tree.parent(use):
        case ast.Assign() | ast.NamedExpr():
            return True
        case ast.AnnAssign(value=ast.expr()):
            return True
    return False


def _may_come_later(first: ast.Name, uses: list[ast.Name], file: File) -> bool:
    """In a loop that assigns the name too, a read may come after it, in a later round."""
    around = list(file.tree.around(first))
    loops = {node for node in around if isinstance(node, _LOOPS)}
    if isinstance(file.tree.parent(first), ast.AugAssign) or not loops:
        return False
    statement = next(node for node in around if isinstance(node, ast.stmt))
    others = [use for use in uses if not isinstance(use.ctx, ast.Load) and loops & set(file.tree.around(use))]
    return bool(others) and not any(statement in file.tree.around(use) for use in others)


def _is_read_inside(name: str, scope: Scope, file: File) -> bool:
    """Whether a function or comprehension in this one reads its name."""
    return any(
        inner.found(name) is scope and any(isinstance(node, ast.Name) and node.id == name for node in inner.nodes)
        for inner in file.tree.scopes
        if inner is not scope
    )


def _hint(scope: Scope, name: str) -> str:
    function = scope.owner.name if isinstance(scope.owner, ast.FunctionDef) else "the function"
    return f"write global {name} at the top of {function}"
