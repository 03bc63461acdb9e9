"""enum and dataclasses."""

import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.facades.copying import deep_copier
from sandbox.facades.module import named
from sandbox.guards import enumeration
from sandbox.guards.realm import Realm
from sandbox.policy.names import FORMATS

ENUM: dict[str, object] = {
    **named(enumeration, "Enum IntEnum StrEnum Flag IntFlag"),
    **named(enum, "auto unique member nonmember STRICT CONFORM EJECT KEEP"),
}

_OPTIONS = frozenset("init repr eq order unsafe_hash frozen match_args kw_only slots".split())


def dataclasses_names(realm: Realm) -> dict[str, object]:
    """dataclasses, for classes of the script only: a class of the host keeps its fields to itself."""

    def dataclass(cls: type | None = None, /, **options: bool) -> type | Callable[[type], type]:
        if unknown := options.keys() - _OPTIONS:
            raise TypeError(f"dataclass() has no option {min(unknown)!r} in a script")
        if cls is None:
            return lambda decorated: _dataclass(realm, decorated, options)
        return _dataclass(realm, cls, options)

    def fields(of: Any) -> tuple[dataclasses.Field[Any], ...]:
        return dataclasses.fields(_own(realm, of))

    def replace(record: Any, /, **changes: object) -> object:
        return dataclasses.replace(_own(realm, record), **changes)

    def asdict(record: Any, *, dict_factory: Callable[[list[tuple[str, object]]], object] = dict) -> object:
        return _plain(realm, _own(realm, record), dict_factory)

    def astuple(record: Any, *, tuple_factory: Callable[[list[object]], object] = tuple) -> object:
        return _plain(realm, _own(realm, record), lambda pairs: tuple_factory([found for _, found in pairs]))

    given = named(dataclasses, "field KW_ONLY InitVar MISSING FrozenInstanceError is_dataclass")
    return {**given, "dataclass": dataclass, "fields": fields, "replace": replace, "asdict": asdict, "astuple": astuple}


def _dataclass(realm: Realm, cls: object, options: Mapping[str, bool]) -> type:
    if not isinstance(cls, type) or not realm.owns_class(cls):
        raise TypeError("dataclass() is for classes of the script")
    # What it generates reads the fields natively, and a subclass of str has another `format` underneath.
    if refused := FORMATS & getattr(cls, "__annotations__", {}).keys():
        raise TypeError(f"a field of a dataclass cannot be named {min(refused)!r}; call it 'layout', for example")
    made: type = dataclasses.dataclass(**options)(cls)
    realm.adopt(made)  # slots=True makes another class
    return made


def _own(realm: Realm, found: Any) -> Any:
    cls = found if isinstance(found, type) else type(found)
    if not realm.owns_class(cls) or not dataclasses.is_dataclass(cls):
        raise TypeError(f"a {cls.__name__} is not a dataclass of the script")
    return found


def _plain(realm: Realm, found: Any, made: Callable[[list[tuple[str, object]]], object]) -> object:
    if realm.owns_class(type(found)) and dataclasses.is_dataclass(found):
        names = [field.name for field in dataclasses.fields(found)]
        return made([(name, _plain(realm, getattr(found, name), made)) for name in names])
    if type(found) in (list, tuple, set, frozenset):
        return type(found)(_plain(realm, inner, made) for inner in found)
    if type(found) is dict:
        return {_plain(realm, key, made): _plain(realm, inner, made) for key, inner in found.items()}
    return deep_copier(realm)(found)
