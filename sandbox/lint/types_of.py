"""Which expressions are objects of ours for certain: the session, and what callbacks are given."""

import ast
from collections.abc import Mapping

from sandbox.lint.api import IMPORTED, MEMBER_CLASSES, PARAMETERS, PLAYERS, RESULT_CLASSES
from sandbox.lint.callees import Callee, Definition
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File
from sandbox.script.session import Session


class Types:
    """The classes of expressions in one file; None wherever there is a doubt."""

    def __init__(self, file: File, given: Mapping[ast.AST, type]) -> None:
        self._file = file
        #: Arguments of callbacks with their classes.
        self._given = given

    def of(self, node: ast.AST, scope: Scope) -> type | None:
        """The class of an expression that stands in a scope."""
        match node:
            case ast.Name(id=name):
                return self._of_name(name, scope)
            case ast.Attribute(value=ast.Name() as module, attr="session") if self._is_harena(module, scope):
                return Session
            case ast.Attribute(value=inner, attr=member):
                owner = self.of(inner, scope)
                return MEMBER_CLASSES.get((owner, member)) if owner else None
            case ast.Call(func=ast.Attribute(value=inner, attr=method)):
                owner = self.of(inner, scope)
                return RESULT_CLASSES.get((owner, method)) if owner else None
        return None

    def _of_name(self, name: str, scope: Scope) -> type | None:
        where = scope.found(name)
        bindings = where.bindings.get(name, []) if where else []
        if where is None or len(bindings) != 1:
            return None
        match bindings[0]:
            case ast.alias(name="session") as alias if self._is_from_harena(alias):
                return Session
            case ast.arg() as argument:
                return self._given.get(argument) or self._annotated(argument, where)
            case ast.Name() as target:
                return self._of_loop(target, where)
        return None

    def _is_from_harena(self, alias: ast.alias) -> bool:
        match self._file.tree.parent(alias):
            case ast.ImportFrom(module="harena", level=0):
                return True
        return False

    def _is_harena(self, node: ast.Name, scope: Scope) -> bool:
        where = scope.found(node.id)
        match where.bindings[node.id] if where else []:
            case [ast.alias(name="harena") as alias]:
                return isinstance(self._file.tree.parent(alias), ast.Import)
        return False

    def _annotated(self, argument: ast.arg, where: Scope) -> type | None:
        match argument.annotation:
            case ast.Name(id=name) if (found := where.found(name)) is not None:
                match found.bindings.get(name):
                    case [ast.alias(name=original) as alias] if self._is_from_harena(alias):
                        return IMPORTED.get(original)
        return None

    def _of_loop(self, target: ast.Name, where: Scope) -> type | None:
        """`for player in session.players`, as a statement or in a comprehension."""
        match self._file.tree.parent(target):
            case (ast.For() | ast.comprehension()) as loop if loop.target is target:
                outside = where if isinstance(loop, ast.For) or where.parent is None else where.parent
                return IMPORTED["Player"] if self._gives_players(loop.iter, outside) else None
        return None

    def _gives_players(self, node: ast.expr, scope: Scope) -> bool:
        called = node.func if isinstance(node, ast.Call) else node
        match called:
            case ast.Attribute(value=inner, attr=member) if member in PLAYERS:
                return self.of(inner, scope) is Session
        return False


def arguments_of(callbacks: Mapping[str, Callee], definitions: Mapping[str, Definition]) -> dict[ast.AST, type]:
    """The arguments of callbacks that are objects of ours, with their classes."""
    given: dict[ast.AST, type] = {}
    for name, found in definitions.items():
        arguments = [*found.node.args.posonlyargs, *found.node.args.args][callbacks[name].is_method :]
        for argument, parameter in zip(arguments, PARAMETERS.get(name, ()), strict=False):
            if parameter.cls is not None:
                given[argument] = parameter.cls
    return given
