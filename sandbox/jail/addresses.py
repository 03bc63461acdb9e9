"""Addresses: in a zygote and its children, the text of no object says where in memory it lies.

Who knows that is half way to using a hole in the interpreter, and a script that depends on it cannot be played again.
What ``repr`` and ``print`` give can be mended on its way to a script, but not what C code makes a text of: f-strings,
``str``, ``%``, an exception. So the types themselves are changed. Nothing else is slower for it.
"""

import ctypes
import gc
import hashlib
from collections.abc import Callable
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, GeneratorType, MethodWrapperType

from sandbox.texts import without_addresses

#: Whose texts hold an address; that of ``object`` is everybody's who has none of his own.
TYPES: tuple[type, ...] = (
    *(object, BuiltinFunctionType, CellType, CodeType, FunctionType, GeneratorType, MethodWrapperType, memoryview),
    type(hashlib.sha256()),
)

# From <object.h>: Py_TPFLAGS_IMMUTABLETYPE, and behind how many words of a PyTypeObject its tp_flags lie.
_IMMUTABLE = 1 << 8
_FLAGS_AT = 21


def hide_addresses() -> bool:
    """Change the types, once. False where this Python's lie in memory in another way than is known here."""
    flags = [ctypes.c_ulong.from_address(id(cls) + _FLAGS_AT * ctypes.sizeof(ctypes.c_ulong)) for cls in TYPES]
    if any(found.value != cls.__flags__ for found, cls in zip(flags, TYPES, strict=True)):
        return False
    for found, cls in zip(flags, TYPES, strict=True):
        found.value &= ~_IMMUTABLE  # Python keeps builtin types from being changed.
        _change(cls, _unlocated(type.__getattribute__(cls, "__repr__")))
        found.value |= _IMMUTABLE
    return without_addresses(repr(hide_addresses)) == repr(hide_addresses)


def _change(cls: type, to: Callable[[object], str]) -> None:
    for names in gc.get_referents(cls.__dict__):  # From 3.12 on, those of a builtin type are not where they are set.
        names["__repr__"] = to
    type.__setattr__(cls, "__repr__", to)  # Looks anew what it calls, of this type and of those below it.


def _unlocated(told: Callable[[object], str]) -> Callable[[object], str]:
    def __repr__(found: object) -> str:
        return without_addresses(told(found))

    return __repr__
