"""What one load of a script owns, and what the guards ask about."""

from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from enum import Enum as AnyEnum
from itertools import count
from types import FunctionType, ModuleType
from typing import Any

from sandbox.guards.abstract import locked
from sandbox.guards.enumeration import ENUMS, LockedEnumType
from sandbox.guards.known import KNOWN_TYPES

#: `id` remembers this many objects; an older one that is asked about again gets another number.
MAX_REMEMBERED_OBJECTS = 4096

#: Where a script may set and delete items.
ITEM_TYPES = frozenset({list, dict, bytearray, memoryview, deque, defaultdict, Counter, OrderedDict, ChainMap})

_SERIAL = "@serial"


class ScriptModule(ModuleType):
    """A file of the script, as its other files see it."""


class Realm:
    """The classes and modules of one loaded script, and the numbers that stand in for addresses."""

    def __init__(self) -> None:
        #: Classes that the script has made: their instances, and they themselves, are the script's to write.
        self.classes: set[type] = set()
        #: Those of them that have no private names but the script's own (enums and named tuples have others).
        self.plain: set[type] = set()
        #: Types whose items the script may set and delete.
        self.items: set[type] = set(ITEM_TYPES)
        #: The base that `abc.ABC` stands for.
        self.abstract: type = locked("ABC")
        #: What `type(x)` may answer besides; facades add their own classes.
        self.known: set[type] = set(KNOWN_TYPES)
        self.modules: dict[str, ScriptModule] = {}
        self.builtins: dict[str, object] = {}
        self._serials = count(1)
        self._identities = count(1)
        self._seen: OrderedDict[int, tuple[int, object]] = OrderedDict()
        self.root = _root_class(self)

    def adopt(self, cls: type) -> None:
        """From now on the script may write this class and its instances."""
        self.classes.add(cls)
        self.items.add(cls)
        if not issubclass(cls, AnyEnum) and not hasattr(cls, "_fields"):
            self.plain.add(cls)

    def owns_class(self, cls: type) -> bool:
        """Whether the script has made this class."""
        if cls in self.classes:
            return True
        if type(cls) is LockedEnumType and cls not in ENUMS:
            # The members of an enum run __init__ before its class statement is over.
            self.adopt(cls)
            return True
        return False

    def owns_function(self, found: object) -> bool:
        """Whether this is a function that the script has defined."""
        return type(found) is FunctionType and found.__globals__.get("__builtins__") is self.builtins

    def owns_module(self, found: object) -> bool:
        """Whether this is a file of the script."""
        return type(found) is ScriptModule and self.modules.get(found.__name__) is found

    def serial(self) -> int:
        """The next number for an object of a class of the script, from 1."""
        return next(self._serials)

    def identity(self, found: object) -> int:
        """A number for this object, the same as long as it is among those remembered."""
        key = id(found)
        if key in self._seen:
            self._seen.move_to_end(key)
            return self._seen[key][0]
        if len(self._seen) >= MAX_REMEMBERED_OBJECTS:
            self._seen.popitem(last=False)
        # Holding the object keeps its address from being given to another.
        self._seen[key] = (next(self._identities), found)
        return self._seen[key][0]


def _serial_of(realm: Realm, found: object) -> int:
    own: dict[str, tuple[int, int]] | None = getattr(found, "__dict__", None)
    if own is None:
        return 0
    at, number = own.get(_SERIAL, (0, 0))
    if at != id(found):  # new, or a copy that has brought along the number of another
        number = realm.serial()
        own[_SERIAL] = (id(found), number)
    return number


def _root_class(realm: Realm) -> type:
    class Object:
        """Under every class of a script: hash and repr come from a serial number, never from an address."""

        __slots__ = ()

        def __hash__(self) -> int:
            # With a mixin before it, a builtin comes after this class: class Bag(Mixin, dict).
            inherited: Any = super().__hash__
            if getattr(inherited, "__objclass__", None) is object:
                return _serial_of(realm, self)
            if inherited is None:
                raise TypeError(f"unhashable type: '{type(self).__name__}'")
            return int(inherited())

        def __repr__(self) -> str:
            inherited: Any = super().__repr__
            if inherited == object.__repr__.__get__(self):
                return f"<{type(self).__qualname__} {_serial_of(realm, self) or 'object'}>"
            return str(inherited())

    return Object
