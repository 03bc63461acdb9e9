"""Views and events as JSON, in both directions: the server writes them, the command reads them back."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Literal, TypeVar, cast, get_args, get_origin, get_type_hints

V = TypeVar("V")


class BadView(ValueError):
    """This is not the JSON of the view that was expected; the message names the field."""


def plain(given: object) -> object:
    """Give a view as what JSON can hold: objects for dataclasses, lists for tuples and lists."""
    if isinstance(given, tuple | list):
        return [plain(one) for one in given]
    if isinstance(given, Mapping):
        return {key: plain(one) for key, one in given.items()}
    if is_dataclass(given) and not isinstance(given, type):
        return {field.name: plain(getattr(given, field.name)) for field in fields(given)}
    return given


def view_untrusted(wanted: type[V], given: object) -> V:
    """Read a view back from decoded JSON; raises `BadView`.

    A field that is not known is passed over and one that is missing takes its default, so that a command and a server
    of different ages understand each other as far as they can.
    """
    return cast(V, _read_untrusted(wanted, given, wanted.__name__))


def views_untrusted(wanted: type[V], given: object) -> tuple[V, ...]:
    """Read a list of views back from decoded JSON; raises `BadView`."""
    if not isinstance(given, list):
        raise BadView(f"a list of {wanted.__name__} was expected")
    return tuple(view_untrusted(wanted, one) for one in given)


def _read_untrusted(wanted: object, given: object, where: str) -> object:
    if isinstance(wanted, type) and is_dataclass(wanted):
        return _view_untrusted(wanted, given, where)
    if wanted is float and type(given) in (int, float):
        return _float_untrusted(cast(float, given), where)
    if wanted is type(given):
        return given
    return _composed_untrusted(wanted, given, where)


def _composed_untrusted(wanted: object, given: object, where: str) -> object:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is tuple and isinstance(given, list):
        return tuple(_read_untrusted(arguments[0], one, where) for one in given)
    if origin is Mapping and isinstance(given, dict):
        return {key: _read_untrusted(arguments[1], one, f"{where}.{key}") for key, one in given.items()}
    if origin is Literal and isinstance(given, str) and given in arguments:
        return given
    if origin is UnionType:
        if given is None and NoneType in arguments:
            return None
        return _read_untrusted(next(one for one in arguments if one is not NoneType), given, where)
    raise BadView(f"{where} cannot be {given!r:.60}")


def _float_untrusted(given: float, where: str) -> float:
    try:
        return float(given)
    except OverflowError as error:
        raise BadView(f"{where} is too large") from error


def _view_untrusted(wanted: type, given: object, where: str) -> object:
    if not isinstance(given, Mapping):
        raise BadView(f"{where} cannot be {given!r:.60}")
    hints = get_type_hints(wanted)
    read: dict[str, object] = {}
    for field in fields(wanted):
        if field.name in given:
            read[field.name] = _read_untrusted(hints[field.name], given[field.name], f"{where}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise BadView(f"{where} has no {field.name}")
    return wanted(**read)
