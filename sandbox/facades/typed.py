"""typing, as hints that hint."""

import typing
from collections.abc import Callable
from typing import Any

from sandbox.facades.containers import abc_hints, named_tuple
from sandbox.guards.hints import Hint
from sandbox.guards.realm import Realm

_PLAIN = (
    "Any AnyStr Annotated ClassVar Concatenate Final Literal LiteralString Never NoReturn NotRequired Optional "
    "ReadOnly Required Self SupportsAbs SupportsFloat SupportsIndex SupportsInt SupportsRound TypeAlias TypeGuard "
    "TypeIs TypeVarTuple Union Unpack Text Awaitable Coroutine AsyncIterator AsyncIterable AsyncGenerator"
).split()
_CLASSES = {"List": list, "Dict": dict, "Set": set, "FrozenSet": frozenset, "Tuple": tuple, "Type": type}


class Subscriptable:
    """The base that `Generic[T]` stands for: the class can be subscripted, and stays itself."""

    __slots__ = ()

    def __class_getitem__(cls, _: object) -> type:
        return cls


def typing_names(realm: Realm) -> dict[str, object]:
    """typing: nothing in it looks at an annotation, since none is kept."""
    tuple_of = named_tuple(realm)

    def variable(name: str, *_: object, **__: object) -> Hint:
        return Hint(name)

    def new_type(name: str, _: object) -> Callable[[Any], Any]:
        return _identity

    def named_tuple_of(typename: str, fields: list[tuple[str, object]]) -> type:
        return tuple_of(typename, [name for name, _ in fields])

    return {
        **abc_hints(),
        **{name: Hint(name) for name in _PLAIN},
        **{name: Hint(name, cls) for name, cls in _CLASSES.items()},
        "Generic": Hint("Generic", bases=(Subscriptable,)),
        "Protocol": Hint("Protocol", bases=(Subscriptable,)),
        "NamedTuple": Hint("NamedTuple", bases=(typing.NamedTuple,), made=named_tuple_of),
        "TypedDict": Hint("TypedDict", bases=(dict,), made=lambda *_, **__: dict),
        "TypeVar": Hint("TypeVar", made=variable),
        "ParamSpec": Hint("ParamSpec", made=variable),
        "NewType": new_type,
        "cast": lambda _, found: found,
        "TYPE_CHECKING": False,
        "assert_never": _never,
        **dict.fromkeys("final overload override no_type_check runtime_checkable".split(), _identity),
    }


def _identity(found: Any) -> Any:
    return found


def _never(found: object, /) -> typing.Never:
    raise AssertionError(f"expected code to be unreachable, but got a {type(found).__name__}")
