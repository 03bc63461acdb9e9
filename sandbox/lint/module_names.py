"""Names of modules that there are not: `time.sleep`, `random.randit`."""

import ast
from collections.abc import Iterator, Mapping

from sandbox.facades.catalogue import FACADE_NAMES, Facades, instead
from sandbox.facades.inputs import Inputs
from sandbox.guards.realm import Realm
from sandbox.lint.api import IMPORTED, close_match
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File


def no_such_module_name(facts: Facts) -> Iterator[Finding]:
    """A name that a module does not have in a script, which raises AttributeError in every run."""
    ours = {"harena": dict.fromkeys(["session", *IMPORTED])}
    facades = Facades(Inputs(unix_time=lambda: 0.0, seed=0), Realm(), ours)
    for file in facts.files.values():
        for node, scope in file.tree.nodes():
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and not node.attr.startswith("_"):
                module = _module(node.value, scope, file)
                if module in facades.available and not _has(facades, module, node.attr):
                    yield Finding(
                        file,
                        node,
                        f"the module '{module}' has no '{node.attr}' in a script",
                        _hint(facades.names(module), module, node.attr),
                    )


def _has(facades: Facades, module: str, name: str) -> bool:
    return name in facades.names(module) or f"{module}.{name}" in FACADE_NAMES


def _module(node: ast.expr, scope: Scope, file: File) -> str:
    """The module that a name stands for; "" where it is none for certain."""
    if not isinstance(node, ast.Name) or (where := scope.found(node.id)) is None:
        return ""
    match where.bindings[node.id]:
        case [ast.alias(name=name, asname=asname) as alias] if isinstance(file.tree.parent(alias), ast.Import):
            return name if asname or "." not in name else ""
    return ""


def _hint(names: Mapping[str, object], module: str, name: str) -> str:
    if hint := instead(module, name):
        return hint
    meant = close_match(name, names)
    return (
        f"did you mean {module}.{meant}?"
        if meant
        else "see what scripts can use of it in the reference of the language"
    )
