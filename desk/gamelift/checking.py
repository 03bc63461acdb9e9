"""Checking what was asked against its shape: kinds, required members, ranges, lengths, patterns, enumerations.

The SDKs check required members and some lengths before they ask, and nothing else; so all of it is checked here.
"""

import math
from collections.abc import Callable

from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.model import Shape

#: What a plain value of the wire means as bytes; raises ValueError.
Blob = Callable[[object], bytes]

#: The largest integer and long of Smithy.
_MAX = {"integer": 2**31 - 1, "long": 2**63 - 1}
#: Of what a value was, in the sentence that refuses it.
_SHOWN_CHARACTERS = 60


def checked_untrusted(shape: Shape, given: object, blob: Blob, where: str = "") -> object:
    """Give what was asked, as far as its shape knows it; raises `GameLiftError` (InvalidRequestException).

    Members that are not known, or null, are passed over, as AWS does. Numbers of Unix seconds stand for timestamps,
    bytes for blobs.
    """
    checked = _CHECKS[shape.kind](shape, given, blob, where)
    _within(shape, checked, where)
    return checked


def _structure(shape: Shape, given: object, blob: Blob, where: str) -> object:
    if not isinstance(given, dict):
        raise _refused(where, "is to be an object", given)
    present = {name: given[name] for name in shape.members if given.get(name) is not None}
    for name in shape.required:
        if name not in present:
            raise invalid(f"{_inside(where, name)} is required")
    return {
        name: checked_untrusted(shape.members[name], one, blob, _inside(where, name)) for name, one in present.items()
    }


def _list(shape: Shape, given: object, blob: Blob, where: str) -> object:
    if not isinstance(given, list):
        raise _refused(where, "is to be a list", given)
    _within(shape, given, where)  # Before its elements are looked at: there may be very many.
    assert shape.element is not None
    return [checked_untrusted(shape.element, one, blob, f"{where}[{at}]") for at, one in enumerate(given)]


def _map(shape: Shape, given: object, blob: Blob, where: str) -> object:
    if not isinstance(given, dict):
        raise _refused(where, "is to be an object", given)
    _within(shape, given, where)
    assert shape.element is not None
    assert shape.key is not None
    for key in given:
        checked_untrusted(shape.key, key, blob, f"a key of {where}")
    present = {key: one for key, one in given.items() if one is not None}
    return {key: checked_untrusted(shape.element, one, blob, f"{where}.{key:.40}") for key, one in present.items()}


def _text(shape: Shape, given: object, _blob: Blob, where: str) -> object:
    if not isinstance(given, str):
        raise _refused(where, "is to be a text", given)
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in given):
        raise _refused(where, "is to be a text of Unicode characters other than NUL", given)
    _within(shape, given, where)  # Before its pattern: that of a long text takes long.
    if shape.words and given not in shape.words:
        raise _refused(where, f"is to be one of {_some(shape.words)}", given)
    if shape.pattern and not shape.pattern.fullmatch(given):
        raise _refused(where, f"is to match {shape.pattern.pattern}", given)
    return given


def _bytes(_shape: Shape, given: object, blob: Blob, where: str) -> object:
    try:
        return blob(given)
    except ValueError as error:
        raise invalid(f"{where} is to be {error}") from None


def _whole(shape: Shape, given: object, _blob: Blob, where: str) -> object:
    if type(given) is not int or abs(given) > _MAX[shape.kind]:
        raise _refused(where, f"is to be a whole number of at most {_MAX[shape.kind]}", given)
    return given


def _number(_shape: Shape, given: object, _blob: Blob, where: str) -> object:
    if type(given) not in (int, float) or not _finite(given):
        raise _refused(where, "is to be a number", given)
    assert isinstance(given, int | float)
    return float(given)


def _finite(given: object) -> bool:
    assert isinstance(given, int | float)
    try:
        return math.isfinite(given)
    except OverflowError:
        return False


def _moment(shape: Shape, given: object, blob: Blob, where: str) -> object:
    seconds = _number(shape, given, blob, where)
    assert isinstance(seconds, float)
    if abs(seconds) > 2**40:
        raise _refused(where, "is to be a time in Unix seconds", given)
    return seconds


def _flag(_shape: Shape, given: object, _blob: Blob, where: str) -> object:
    if not isinstance(given, bool):
        raise _refused(where, "is to be true or false", given)
    return given


_CHECKS: dict[str, Callable[[Shape, object, Blob, str], object]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _text,
    "blob": _bytes,
    "integer": _whole,
    "long": _whole,
    "float": _number,
    "double": _number,
    "timestamp": _moment,
    "boolean": _flag,
}


def _within(shape: Shape, given: object, where: str) -> None:
    match given:
        case str() | bytes() | list() | dict():
            size, what = float(len(given)), _UNITS[shape.kind]
        case int() | float():
            size, what = float(given), ""
        case _:
            return
    if shape.low is not None and size < shape.low:
        raise invalid(f"{where} is to be at least {shape.low:g}{what}, not {size:g}")
    if shape.high is not None and size > shape.high:
        raise invalid(f"{where} is to be at most {shape.high:.0f}{what}, not {size:.0f}")


_UNITS = {
    "string": " characters long",
    "blob": " bytes long",
    "list": " elements long",
    "map": " keys long",
    "structure": " keys long",
}


def _refused(where: str, wanted: str, given: object) -> GameLiftError:
    return invalid(f"{where or 'what is asked'} {wanted}, not {ascii(given)[:_SHOWN_CHARACTERS]}")


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _some(words: tuple[str, ...]) -> str:
    return ", ".join(words[:10]) + (", ..." if len(words) > 10 else "")
