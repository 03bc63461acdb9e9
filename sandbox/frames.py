"""Frames between relay and sandbox: how values become packets of a SOCK_SEQPACKET socket, and packets values.

A packet is a header of two bytes (kind; 1 if more of the frame follows) and a piece of the frame's body; the body is
msgpack with plain types only.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum

import msgpack

from sandbox.limits import PACKET_BYTES

_HEADER = struct.Struct("<BB")
_PIECE = PACKET_BYTES - _HEADER.size

#: Made once: to make one costs as much as to encode a question.
_PACKER = msgpack.Packer(use_bin_type=True)

#: More elements in one list or map than any frame of ours has.
_MAX_ITEMS = 100_000


class Kind(IntEnum):
    """What a frame is about: the first two go to the sandbox, the others come from it."""

    LOAD = 1
    ASK = 2
    LOADED = 3
    REFUSED = 4
    ANSWERS = 5
    LOG = 6
    ERROR = 7
    DYING = 8


#: By their numbers: to make one of an enum takes longer.
_KINDS = {int(kind): kind for kind in Kind}


class BadFrame(Exception):
    """A sandbox sent what no sandbox of ours sends; it is to be ended."""


def packets(kind: Kind, value: object) -> Iterator[bytes]:
    """Encode one frame as the packets to send, in order."""
    body: bytes = _PACKER.pack(value)
    at = 0
    while len(body) - at > _PIECE:
        yield _HEADER.pack(kind, 1) + body[at : at + _PIECE]
        at += _PIECE
    yield _HEADER.pack(kind, 0) + body[at:]


def unpack_untrusted(body: bytes) -> object:
    """Decode a body: maps with string keys, tuples, strings, bytes, numbers, booleans, None. Raises BadFrame."""
    try:
        return msgpack.unpackb(
            body,
            use_list=False,
            raw=False,
            strict_map_key=True,
            max_array_len=_MAX_ITEMS,
            max_map_len=_MAX_ITEMS,
            max_ext_len=0,
        )
    except Exception as error:  # noqa: BLE001 - what a decoder raises on garbage is its own business
        raise BadFrame(f"not msgpack: {type(error).__name__}") from None


class Assembler:
    """Puts packets together to frames of at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kind: Kind | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    def feed_untrusted(self, packet: bytes) -> tuple[Kind, bytes] | None:
        """Take one packet; give the frame that it completes. Raises BadFrame."""
        if len(packet) < _HEADER.size:
            raise BadFrame("a packet without a header")
        if len(packet) > PACKET_BYTES:
            raise BadFrame(f"a packet of over {PACKET_BYTES} bytes")
        kind, more = _KINDS.get(packet[0]), packet[1]
        if kind is None:
            raise BadFrame(f"a frame of unknown kind {packet[0]}")
        if self._kind not in (None, kind) or more > 1:
            raise BadFrame("a packet that does not follow the one before it")
        # Only full packets announce more: pieces of nothing could be gathered without end.
        if more and len(packet) < PACKET_BYTES:
            raise BadFrame("a packet that is not full, and yet is to be continued")
        self._size += len(packet) - _HEADER.size
        if self._size > self._limit:
            raise BadFrame(f"a frame of over {self._limit} bytes")
        self._pieces.append(packet[_HEADER.size :])
        self._kind = kind
        return None if more else self._whole(kind)

    def _whole(self, kind: Kind) -> tuple[Kind, bytes]:
        body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._kind, self._pieces, self._size = None, [], 0
        return kind, body
