"""`str.format` with attributes read through the guard (CVE-2023-41039: a format string walks to any object)."""

import string
from _string import formatter_field_name_split  # type: ignore[import-not-found]  # CPython's own parser of field names
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import BuiltinMethodType, MethodDescriptorType
from typing import Any

Reader = Callable[[object, str], object]


class _Formatter(string.Formatter):
    """One call of `format`."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._next = 0

    def parse(self, format_string: Any) -> Iterable[tuple[str, str | None, str | None, str | None]]:
        for literal, field, spec, conversion in super().parse(format_string):
            if field is not None and (not field or field[0] in ".["):
                # The base class does not number "{.x}" and "{[0]}", as str.format does.
                field = f"{self._next}{field}"
                self._next += 1
            yield literal, field, spec, conversion

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[object, str]:
        first, rest = formatter_field_name_split(field_name)
        found: Any = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            found = self._read(found, key) if is_attribute else found[key]
        return found, first


class Formats:
    """Puts safe functions in the place of `str.format` and `str.format_map`."""

    def __init__(self, read: Reader) -> None:
        self._read = read

    def instead_of(self, found: object) -> object:
        """What a script gets for this value of an attribute called format or format_map."""
        match found:
            case BuiltinMethodType(__self__=str() as text, __name__="format"):
                return lambda *args, **kwargs: self._format(text, args, kwargs)
            case BuiltinMethodType(__self__=str() as text, __name__="format_map"):
                return lambda mapping: self._format_map(text, mapping)
            case MethodDescriptorType(__objclass__=owner, __name__="format") if owner is str:
                return lambda text, /, *args, **kwargs: self._format(text, args, kwargs)
            case MethodDescriptorType(__objclass__=owner, __name__="format_map") if owner is str:
                return self._format_map
            case _:
                return found

    def _format(self, text: object, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
        plain = _plain(text)
        if "." not in plain:  # without a dot it names no attribute
            return plain.format(*args, **kwargs)
        return _Formatter(self._read).vformat(plain, args, kwargs)

    def _format_map(self, text: object, mapping: Mapping[str, object], /) -> str:
        plain = _plain(text)
        if "." not in plain:
            return plain.format_map(mapping)
        return _Formatter(self._read).vformat(plain, (), mapping)


def _plain(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"format() needs a str, not a {type(text).__name__}")
    return str.__str__(text)
