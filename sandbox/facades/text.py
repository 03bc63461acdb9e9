"""string, textwrap, re, json."""

import json
import re
import string
import textwrap
from collections.abc import Callable
from typing import Any

from sandbox.facades.module import named

STRING = named(
    string,
    "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable punctuation whitespace "
    "capwords Template",
)
TEXTWRAP = named(textwrap, "dedent fill indent shorten wrap")

_FLAGS = "A ASCII I IGNORECASE L LOCALE M MULTILINE NOFLAG S DOTALL U UNICODE X VERBOSE"


def _plain(pattern: Any) -> Any:
    """A pattern whose type is exactly str or bytes: the parser of expressions trusts what it is handed."""
    if isinstance(pattern, str):
        return str.__str__(pattern)
    return b"".join([pattern]) if isinstance(pattern, bytes) else pattern


def _matching(function: Callable[..., object]) -> Callable[..., object]:
    def matching(pattern: Any, *arguments: Any, **options: Any) -> object:
        return function(_plain(pattern), *arguments, **options)

    matching.__name__ = matching.__qualname__ = function.__name__
    matching.__doc__ = function.__doc__
    return matching


#: Without DEBUG, which prints to the standard output.
RE = {
    **named(re, f"{_FLAGS} error PatternError Pattern Match escape purge"),
    **{
        name: _matching(getattr(re, name))
        for name in "compile match search fullmatch split findall finditer sub subn".split()
    },
}


def dumps(
    obj: Any,
    *,
    skipkeys: bool = False,
    ensure_ascii: bool = True,
    allow_nan: bool = True,
    indent: int | str | None = None,
    separators: tuple[str, str] | None = None,
    default: Callable[[Any], Any] | None = None,
    sort_keys: bool = False,
) -> str:
    """`json.dumps` without `cls`. Raises TypeError or ValueError."""
    return json.dumps(
        obj,
        skipkeys=skipkeys,
        ensure_ascii=ensure_ascii,
        allow_nan=allow_nan,
        indent=indent,
        separators=separators,
        default=default,
        sort_keys=sort_keys,
    )


def loads(
    s: str | bytes | bytearray,
    *,
    object_hook: Callable[[dict[str, Any]], Any] | None = None,
    parse_float: Callable[[str], Any] | None = None,
    parse_int: Callable[[str], Any] | None = None,
    object_pairs_hook: Callable[[list[tuple[str, Any]]], Any] | None = None,
) -> Any:
    """`json.loads` without `cls`. Raises JSONDecodeError, a ValueError; RecursionError when nested too deeply."""
    return json.loads(
        s, object_hook=object_hook, parse_float=parse_float, parse_int=parse_int, object_pairs_hook=object_pairs_hook
    )


JSON: dict[str, object] = {"dumps": dumps, "loads": loads, "JSONDecodeError": json.JSONDecodeError}
