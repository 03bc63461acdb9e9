"""The builtins of a script."""

import builtins
import dataclasses
import sys
from collections.abc import Callable

from sandbox.guards.attributes import AttributeGuards, described
from sandbox.guards.classes import class_builder
from sandbox.guards.hints import Hint
from sandbox.guards.known import EXCEPTIONS
from sandbox.guards.realm import Realm
from sandbox.texts import without_addresses

#: Builtins that are given as they are.
NATIVE = (
    "abs all any bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float "
    "format frozenset hash hex int isinstance issubclass iter len list map max memoryview min next object oct ord "
    "pow property range reversed round set slice sorted staticmethod str sum super tuple zip NotImplemented "
    "Ellipsis"
).split()

#: What C code imports when it is first called, on behalf of whatever script is running; the result never reaches one.
_IMPORTED_BY_C = frozenset(
    {"_strptime", "time", "datetime", "re", "json.decoder", "warnings", "unicodedata", "copyreg"}
)


def builtin_names(realm: Realm, write_line: Callable[[str], None]) -> dict[str, object]:
    """Everything that a script can name without defining or importing it, and the guards that its code calls."""
    guards = AttributeGuards(realm)
    kind = TypeOf(realm)
    return {
        **{name: getattr(builtins, name) for name in NATIVE},
        **EXCEPTIONS,
        **guards.names(),
        "@type": type,
        "@plain": realm.plain,
        "@items": realm.items,
        "@class": kind,
        "@Exception": Exception,
        "@InitVar": dataclasses.InitVar,
        "@KW_ONLY": dataclasses.KW_ONLY,
        "__build_class__": class_builder(realm),
        "__import__": import_for_c,
        "type": kind,
        "id": realm.identity,
        "repr": repr_without_address,
        "ascii": lambda found: without_addresses(ascii(found)),
        "print": printer(write_line),
    }


def printer(write_line: Callable[[str], None]) -> Callable[..., None]:
    """A `print` that hands each call's text to `write_line`; `file` and `flush` mean nothing here."""

    def print_(
        *values: object, sep: str | None = " ", end: str | None = "\n", file: object = None, flush: object = None
    ) -> None:
        text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
        write_line(without_addresses(text.removesuffix("\n")))

    return print_


def repr_without_address(found: object) -> str:
    """`repr`, without the addresses that functions, generators and the like show."""
    return without_addresses(repr(found))


def import_for_c(name: str, *_: object, **__: object) -> object:
    """The module that a C function asks for by way of the script that called it. Raises ImportError for any other.

    The import statements of a script do not come here.
    """
    if name in _IMPORTED_BY_C and name in sys.modules:
        return sys.modules[name]
    raise ImportError(f"{name} cannot be imported by a script")


class TypeOf:
    """The builtin `type`, with one argument only: with three it makes a class with any special method."""

    __slots__ = ("_realm",)

    def __init__(self, realm: Realm) -> None:
        self._realm = realm

    def __call__(self, found: object, /) -> type:
        """The class of an object, where that leads nowhere else. Raises TypeError."""
        cls = type(found)
        if cls in self._realm.known or self._realm.owns_class(cls) or issubclass(cls, Exception):
            return cls
        raise TypeError(f"type() of {described(found)} is not available; ask with isinstance()")

    def __instancecheck__(self, found: object) -> bool:
        return isinstance(found, type)

    def __getitem__(self, _: object) -> Hint:
        return Hint("type")

    def __or__(self, _: object) -> Hint:
        return Hint("type")

    __ror__ = __or__

    def __repr__(self) -> str:
        return "<class 'type'>"
