"""CBOR (RFC 8949), as much of it as RPC v2 uses: what an AWS SDK may send is read, and what it understands is written.

A tag 1 (Unix seconds) is read as the number in it. Other tags, keys that are no texts and simple values of which
nobody knows the meaning are refused.
"""

import math
import struct
from dataclasses import dataclass

from session.values import value

#: Lists in lists in maps: no shape of GameLift's is nearly so deep.
MAX_DEPTH = 32

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _OTHER = range(8)
_UNIX_SECONDS = 1
_INDEFINITE = 31
_BREAK = 0xFF
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}


class BadCbor(ValueError):
    """These bytes are no CBOR, or more of it than is read."""


@value
class Timestamp:
    """A moment in Unix seconds, written with its tag."""

    seconds: float


def decoded_untrusted(data: bytes) -> object:
    """The one value in these bytes; raises `BadCbor`."""
    reader = _Reader(data)
    found = reader.value(0)
    if reader.at != len(data):
        raise BadCbor("there is something behind the value")
    return found


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0

    def value(self, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise BadCbor(f"it is nested more than {MAX_DEPTH} deep")
        kind, small = divmod(self._take(1)[0], 32)
        match kind:
            case 0 | 1:
                number = self._argument(small)
                return number if kind == _UNSIGNED else -1 - number
            case 2 | 3:
                return self._string(kind, small)
            case 4:
                return [self.value(depth + 1) for _ in self._items(small)]
            case 5:
                return dict(self._pair(depth + 1) for _ in self._items(small))
            case 6:
                return self._tagged(small, depth)
        return self._simple(small)

    def _take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) < count:
            raise BadCbor("it is cut off")
        self.at += count
        return piece

    def _argument(self, small: int) -> int:
        if small < 24:
            return small
        if small > 27:
            raise BadCbor("a length or number has no such form")
        return int.from_bytes(self._take(1 << (small - 24)))

    def _string(self, kind: int, small: int) -> bytes | str:
        if small == _INDEFINITE:
            pieces = b"".join(self._chunk(kind) for _ in self._until_break())
        else:
            pieces = self._take(self._argument(small))
        if kind == _BYTES:
            return pieces
        try:
            return pieces.decode()
        except UnicodeDecodeError:
            raise BadCbor("a text is not UTF-8") from None

    def _chunk(self, kind: int) -> bytes:
        chunk, small = divmod(self._take(1)[0], 32)
        if chunk != kind or small == _INDEFINITE:
            raise BadCbor("a string's chunks are of another kind")
        return self._take(self._argument(small))

    def _items(self, small: int) -> "range | _UntilBreak":
        if small == _INDEFINITE:
            return self._until_break()
        count = self._argument(small)
        if count > len(self.data) - self.at:  # Each item has a byte at least.
            raise BadCbor("it is cut off")
        return range(count)

    def _until_break(self) -> "_UntilBreak":
        return _UntilBreak(self)

    def _pair(self, depth: int) -> tuple[str, object]:
        key = self.value(depth)
        if not isinstance(key, str):
            raise BadCbor("a key is no text")
        return key, self.value(depth)

    def _tagged(self, small: int, depth: int) -> object:
        if self._argument(small) != _UNIX_SECONDS:
            raise BadCbor("it has a tag other than that of a time")
        found = self.value(depth + 1)
        if type(found) not in (int, float):
            raise BadCbor("a time is no number")
        return found

    def _simple(self, small: int) -> object:
        if small in _SIMPLE:
            return _SIMPLE[small]
        if small not in _FLOATS:
            raise BadCbor("it has a value that nobody knows")
        form = struct.Struct(_FLOATS[small])
        (number,) = form.unpack(self._take(form.size))
        return number


class _UntilBreak:
    """Counts the items up to the break byte."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def __iter__(self) -> "_UntilBreak":
        return self

    def __next__(self) -> None:
        reader = self._reader
        if reader.data[reader.at : reader.at + 1] == bytes([_BREAK]):
            reader.at += 1
            raise StopIteration


def encoded(given: object) -> bytes:
    """CBOR of None, booleans, 64-bit integers, floats, texts, bytes, timestamps, lists, and dictionaries by texts."""
    out = bytearray()
    _write(given, out)
    return bytes(out)


def _write(given: object, out: bytearray) -> None:  # noqa: C901 - a case for each kind
    match given:
        case None:
            out.append(0xF6)
        case bool():
            out.append(0xF5 if given else 0xF4)
        case int():
            _head(_UNSIGNED if given >= 0 else _NEGATIVE, given if given >= 0 else -1 - given, out)
        case float():
            out += b"\xfb" + struct.pack(">d", given)
        case bytes():
            _head(_BYTES, len(given), out)
            out += given
        case str():
            text = given.encode()
            _head(_TEXT, len(text), out)
            out += text
        case Timestamp(seconds):
            _head(_TAG, _UNIX_SECONDS, out)
            _write(seconds if math.modf(seconds)[0] else int(seconds), out)
        case list():
            _head(_LIST, len(given), out)
            for one in given:
                _write(one, out)
        case dict():
            _head(_MAP, len(given), out)
            for key, one in given.items():
                _write(key, out)
                _write(one, out)
        case _:
            raise AssertionError(f"{type(given).__name__} has no form in CBOR")


def _head(kind: int, number: int, out: bytearray) -> None:
    if number < 24:
        out.append(kind * 32 + number)
        return
    power = next(power for power in range(4) if number < 1 << (8 << power))
    out.append(kind * 32 + 24 + power)
    out += number.to_bytes(1 << power)
