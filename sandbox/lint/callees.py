"""Callbacks of a loaded script: which function each leads to, and where that stands."""

import ast
from collections.abc import Mapping
from types import FunctionType, MethodType

from sandbox.lint.api import CALLBACKS
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File
from session.values import value


@value
class Callee:
    """What a callback's name stands for: any object of a script at all, so nothing of it is run or asked."""

    called: object

    def function(self) -> FunctionType | None:
        """The function of the script that runs in the end; None where there is none to look at."""
        called = self.called
        inner: object = called.__func__ if isinstance(called, MethodType) else called
        return inner if isinstance(inner, FunctionType) else _call_method(inner)

    @property
    def is_method(self) -> bool:
        """Whether the first parameter is filled by Python."""
        return not isinstance(self.called, FunctionType)


@value
class Definition:
    """Where a function stands in the source."""

    file: File
    node: ast.FunctionDef
    scope: Scope


def callees(namespace: Mapping[str, object]) -> dict[str, Callee]:
    """What a loaded script has under the names of callbacks."""
    return {name: Callee(namespace[name]) for name in sorted(CALLBACKS) if name in namespace}


def definition(callee: Callee, files: Mapping[str, File]) -> Definition | None:
    """Where a callback's function is defined; None for a lambda, and for what no file defines."""
    function = callee.function()
    if function is None or (file := files.get(function.__code__.co_filename)) is None:
        return None
    for scope in file.tree.scopes:
        owner = scope.owner
        if isinstance(owner, ast.FunctionDef) and owner.name == function.__code__.co_name:
            if _first_line(owner) == function.__code__.co_firstlineno:
                return Definition(file, owner, scope)
    return None


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _call_method(found: object) -> FunctionType | None:
    """The ``__call__`` of an object's class, looked up without running anything of the script's."""
    for cls in type(found).__mro__:
        method = cls.__dict__.get("__call__")
        if method is not None:
            return method if isinstance(method, FunctionType) else None
    return None
