"""Constants: what an expression is worth in every run, as far as the source alone says."""

import ast
from typing import TypeAlias

from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File
from session.values import value

Plain: TypeAlias = int | float | complex | str | bytes | bool | None


@value
class Constant:
    """A value that is known; ``enum`` names the class where it is a member of a plain Enum, which is no number."""

    plain: Plain
    enum: str = ""

    @property
    def shown(self) -> str:
        """What it is, as a message says it."""
        return f"a member of the Enum {self.enum}" if self.enum else repr(self.plain)[:60]


#: The classes of members that are numbers themselves.
_NUMBERS = {"IntEnum", "IntFlag"}
#: The classes of members that are only named after a value.
_NAMES = {"Enum", "Flag"}


def constant(node: ast.expr, scope: Scope, file: File) -> Constant | None:
    """What an expression is worth; None where that may change or is not known."""
    match node:
        case ast.Constant(value=int() | float() | complex() | str() | bytes() | None as plain):
            return Constant(plain)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as plain)):
            return Constant(-plain)
        case ast.Name(id=name):
            return _named(name, scope, file)
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr=member), attr="value"):
            return _member(name, member, scope, as_value=True)
        case ast.Attribute(value=ast.Name(id=name), attr=member):
            return _member(name, member, scope, as_value=False)
    return None


def _named(name: str, scope: Scope, file: File) -> Constant | None:
    """A name of the module that is assigned once, and to a constant."""
    where = scope.found(name)
    if where is None or where.parent is not None or len(where.bindings[name]) != 1:
        return None
    target = where.bindings[name][0]
    match file.tree.parent(target):
        case ast.Assign(targets=[only], value=given) if only is target:
            return _literal(given)
        case ast.AnnAssign(value=ast.expr() as given):
            return _literal(given)
    return None


def _literal(node: ast.expr) -> Constant | None:
    match node:
        case ast.Constant(value=int() | float() | complex() | str() | bytes() | None as plain):
            return Constant(plain)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as plain)):
            return Constant(-plain)
    return None


def _member(name: str, member: str, scope: Scope, *, as_value: bool) -> Constant | None:
    """A member of an enumeration at module level."""
    where = scope.found(name)
    match where.bindings[name] if where and where.parent is None else []:
        case [ast.ClassDef(bases=[base]) as enumeration]:
            kind = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
            if kind in _NUMBERS or (kind in _NAMES and as_value):
                return _assigned_member(enumeration, member)
            if kind in _NAMES and _assigns(enumeration, member):
                return Constant(None, enumeration.name)
    return None


def _assigned_member(enumeration: ast.ClassDef, member: str) -> Constant | None:
    given = _assigned(enumeration, member)
    return _literal(given) if given is not None else None


def _assigns(enumeration: ast.ClassDef, member: str) -> bool:
    return _assigned(enumeration, member) is not None


def _assigned(enumeration: ast.ClassDef, member: str) -> ast.expr | None:
    for statement in enumeration.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=given) if name == member:
                return given
    return None
