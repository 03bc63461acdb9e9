"""The guards that the transformer puts around attributes and items, and the builtins that do the same by name."""

import builtins
import enum
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sandbox.guards.formatting import Formats
from sandbox.guards.known import ATTRIBUTE_TYPES, SPECIAL_OWNERS
from sandbox.guards.module import Module
from sandbox.guards.realm import Realm
from sandbox.policy.names import ANSWERED, FORMATS, READABLE, SPECIAL_METHODS, refused_attribute

T = TypeVar("T")
_REQUIRED = object()


class AttributeGuards:
    """Reading and writing attributes on behalf of one loaded script."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm
        self._formats = Formats(self.read)
        self.store = _store_guard(realm)
        self.item = _item_guard(realm)
        self.private = _private_guard(realm)

    def names(self) -> dict[str, object]:
        """The guards by the names that compiled scripts call them by, and the builtins."""
        return {
            "@store": self.store,
            "@item": self.item,
            "@private": self.private,
            "@format": self.format,
            "@obj": self.obj,
            "getattr": self.getattr,
            "hasattr": self.hasattr,
            "setattr": self.setattr,
            "delattr": self.delattr,
        }

    def format(self, found: object, name: str) -> object:
        """`found.format` or `found.format_map`."""
        return self._formats.instead_of(builtins.getattr(found, name))

    def obj(self, found: object) -> object:
        """`found.obj`, unless it is what an AttributeError was about (CVE-2024-47532)."""
        if isinstance(found, AttributeError) or type(found) is super:
            raise AttributeError("the attribute 'obj' of an AttributeError is not available")
        return cast(Any, found).obj

    def read(self, found: object, name: str) -> object:
        """An attribute whose name is only known now, under the rules for names in the source. Raises AttributeError."""
        _checked(name)
        if name in ANSWERED:
            raise AttributeError(f"the attribute '{name}' can only be read by its name in the source")
        if name in FORMATS:
            return self.format(found, name)
        if name == "obj":
            return self.obj(found)
        if name.startswith("_") and name not in READABLE:
            return self.private(found, name)
        return builtins.getattr(found, name)

    def getattr(self, found: object, name: str, default: object = _REQUIRED, /) -> object:
        """The builtin; a refused name raises AttributeError whether there is a default or not."""
        _checked(name)
        try:
            return self.read(found, name)
        except AttributeError:
            if default is _REQUIRED or name in ANSWERED:
                raise
            return default

    def hasattr(self, found: object, name: str, /) -> bool:
        """The builtin; False for a refused name."""
        try:
            self.read(found, name)
        except AttributeError:
            return False
        return True

    def setattr(self, found: object, name: str, content: object, /) -> None:
        """The builtin, for what the script may write."""
        _checked(name, to_write=True)
        builtins.setattr(self.store(found, name), name, content)

    def delattr(self, found: object, name: str, /) -> None:
        """The builtin, for what the script may write."""
        _checked(name, to_write=True)
        builtins.delattr(self.store(found, name), name)


def _checked(name: str, *, to_write: bool = False) -> None:
    if type(name) is not str:  # a subclass could answer differently each time it is asked
        raise TypeError("the name of an attribute is a str")
    # What no identifier can spell is ours: the guards, and the serial numbers of objects.
    if not name.isidentifier() or (to_write and name.startswith("__")):
        raise AttributeError(f"the attribute {name[:80]!r} is not available")
    if refusal := refused_attribute(name):
        raise AttributeError(refusal)


def _store_guard(realm: Realm) -> Callable[[T, str], T]:
    plain = realm.plain

    def store(found: T, name: str) -> T:
        if type(found) in plain or _may_write(realm, found, name):
            return found
        raise TypeError(f"the attribute '{name}' of {described(found)} cannot be set by a script")

    return store


def _may_write(realm: Realm, found: object, name: str) -> bool:
    cls = type(found)
    if isinstance(found, type):
        return realm.owns_class(found) and _own_private(realm, found, name)
    if realm.owns_class(cls):
        return _own_private(realm, cls, name)
    if realm.owns_module(found) or realm.owns_function(found):
        return True
    if cls in ATTRIBUTE_TYPES:
        return not name.startswith("_")
    return name in builtins.getattr(cls, "_script_writable_", ())


def _own_private(realm: Realm, cls: type, name: str) -> bool:
    """Enums keep what makes them up under names such as _member_map_, and their metaclass more."""
    if cls in realm.plain and type(cls) is type:
        return True
    return not name.startswith("_") or (not name.endswith("_") and not hasattr(type(cls), name))


def _item_guard(realm: Realm) -> Callable[[T], T]:
    def item(found: T) -> T:
        if type(found) in realm.items or realm.owns_class(type(found)):
            return found
        raise TypeError(f"items of {described(found)} cannot be set by a script")

    return item


def _private_guard(realm: Realm) -> Callable[[object, str], object]:
    plain = realm.plain

    def private(found: object, name: str) -> object:
        if type(found) in plain:
            return getattr(found, name)
        if found is object:  # whose own hash and repr tell an address
            found = realm.root
        if _is_own(realm, found, name):
            return getattr(found, name)
        if name == "__members__" and isinstance(found, enum.EnumType):
            return dict(found.__members__)
        raise AttributeError(f"the attribute '{name}' of {described(found)} is not available")

    return private


def _is_own(realm: Realm, found: object, name: str) -> bool:
    """Whether the attribute that would be found is one that the script has written itself, or a special method."""
    if realm.owns_module(found) or realm.owns_function(found):
        return not name.startswith("__")
    mro = _searched(found)
    if type(found) is not super and not isinstance(found, type):
        if not realm.owns_class(type(found)):
            return False
        if not name.startswith("__") and name in getattr(found, "__dict__", ()):
            return True
    owner = next((cls for cls in mro if name in cls.__dict__), None)
    if owner is None:
        return False
    if owner in SPECIAL_OWNERS or owner is realm.root:
        return name in SPECIAL_METHODS
    return realm.owns_class(owner) and not (issubclass(owner, enum.Enum) and name.endswith("_") and name[:2] != "__")


def _searched(found: object) -> tuple[type, ...]:
    """The classes in which Python looks for an attribute of this object, in order."""
    if isinstance(found, super):
        step = cast(Any, found)
        mro: tuple[type, ...] = step.__self_class__.__mro__ if step.__self_class__ else ()
        return mro[mro.index(step.__thisclass__) + 1 :]
    return found.__mro__ if isinstance(found, type) else type(found).__mro__


def described(found: object) -> str:
    """The object in a few words; its own repr might be anything."""
    if isinstance(found, type):
        return f"the class {found.__name__}"
    if found is None or type(found) is Module:
        return str(found)
    return f"a {type(found).__name__}"
