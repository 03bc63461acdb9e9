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

    def is_peer_id(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is what a loop over `session.get_players()` gives."""
        where = scope.found(node.id) if isinstance(node, ast.Name) else None
        match where.bindings[node.id] if isinstance(node, ast.Name) and where else []:
            case [ast.Name() as target] if where is not None:
                return self._looped_over(target, where) == "get_players"
        return False

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
                return IMPORTED["Player"] if self._looped_over(target, where) in PLAYERS else None
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

    def _looped_over(self, target: ast.Name, where: Scope) -> str:
        """`for player in session.players`, as a statement or in a comprehension: the member, "" for anything else."""
        match self._file.tree.parent(target):
            case (ast.For() | ast.comprehension()) as loop if loop.target is target:
                outside = where if isinstance(loop, ast.For) or where.parent is None else where.parent
                return self._member(loop.iter, outside)
        return ""

    def _member(self, node: ast.expr, scope: Scope) -> str:
        called = node.func if isinstance(node, ast.Call) else node
        match called:
            case ast.Attribute(value=inner, attr=member) if self.of(inner, scope) is Session:
                return member
        return ""


def arguments_of(callbacks: Mapping[str, Callee], definitions: Mapping[str, Definition]) -> dict[ast.AST, type]:
    """The arguments of callbacks that are objects of ours, with their classes."""
    given: dict[ast.AST, type] = {}
    for name, found in definitions.items():
        arguments = [*found.node.args.posonlyargs, *found.node.args.args][callbacks[name].is_method :]
        for argument, parameter in zip(arguments, PARAMETERS.get(name, ()), strict=False):
            if parameter.cls is not None:
                given[argument] = parameter.cls
    return given
