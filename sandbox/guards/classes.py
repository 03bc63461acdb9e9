"""How a class statement of a script makes its class."""

import builtins
import typing
from collections.abc import Callable
from enum import Enum as AnyEnum
from types import GenericAlias
from typing import Any

from sandbox.guards.hints import Hint, bases_of
from sandbox.guards.known import ALLOWED_BASES
from sandbox.guards.realm import Realm

Body = Callable[[], object]


def class_builder(realm: Realm) -> Callable[..., type]:
    """A `__build_class__` that admits only known bases and remembers what it has made."""

    def build_class(body: Body, name: str, *bases: object) -> type:
        resolved = tuple(base for named in bases for base in _resolved(realm, name, named))
        cls: type = _made(body, name, _rooted(realm, resolved))
        realm.adopt(cls)
        return cls

    return build_class


def _made(body: Body, name: str, bases: tuple[Any, ...]) -> Any:
    return builtins.__build_class__(body, name, *bases)


def _resolved(realm: Realm, name: str, base: object) -> tuple[Any, ...]:
    match base:
        case Hint():
            return bases_of(base)
        case GenericAlias(__origin__=type() as origin):
            return _resolved(realm, name, origin)
        case type() if base in ALLOWED_BASES or base is realm.abstract or realm.owns_class(base):
            return (base,)
        case type():
            raise TypeError(f"the class {name} cannot inherit from {base.__name__}; keep one in an attribute instead")
        case _:
            raise TypeError(f"the class {name} cannot inherit from a {type(base).__name__}")


def _rooted(realm: Realm, bases: tuple[Any, ...]) -> tuple[Any, ...]:
    """The bases with the realm's root as the last, where there is none yet and none is in the way."""
    kept = tuple(base for base in dict.fromkeys(bases) if base is not object)
    if typing.NamedTuple in kept or any(issubclass(base, (realm.root, AnyEnum)) for base in kept):
        return kept
    return (*kept, realm.root)
