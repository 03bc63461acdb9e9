"""The short way of frames changes nothing: frames at random, to our WebSocket and to ``websockets`` alone.

``FUZZ_SECONDS`` sets how long; ``make fuzz`` takes a minute.
"""

import os
from itertools import pairwise
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, SEND_EOF
from websockets.server import ServerProtocol

from relay.frames import frame_end_untrusted
from relay.websocket import WebSocket
from tests.relay.peers import request

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))

pytestmark = pytest.mark.timeout(SECONDS + 120)

LIMIT = 300
#: Zeros that bring every frame that is allowed to its end; what they are themselves is an error.
PADDING = bytes(LIMIT + 14)

Seen = tuple[list[bytes], bytes, bool]


def length_bytes(length: int, size: int) -> bytes:
    """Write a length with so many more bytes, at least; more than are needed are not allowed."""
    if size == 0 and length < 126:
        return bytes([length])
    if size <= 2 and length < 1 << 16:
        return b"\x7e" + length.to_bytes(2, "big")
    return b"\x7f" + length.to_bytes(8, "big")


@st.composite
def frames(draw: st.DrawFn, first: st.SearchStrategy[int], payloads: st.SearchStrategy[bytes]) -> bytes:
    """Build a frame, most often masked and with a length as short as can be."""
    payload, mask = draw(payloads), draw(st.binary(min_size=4, max_size=4))
    length = bytearray(length_bytes(len(payload), draw(st.sampled_from([0, 0, 0, 0, 2, 8]))))
    if draw(st.integers(0, 19)) == 19:
        return bytes([draw(first)]) + length + payload
    length[0] |= 0x80
    return bytes([draw(first)]) + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def of_kind(opcode: Opcode, payloads: st.SearchStrategy[bytes], fin: bool = True) -> st.SearchStrategy[bytes]:
    return frames(st.just(opcode | fin << 7), payloads)


small = st.binary(max_size=20)
sizes = st.sampled_from([0, 1, 125, 126, 127, LIMIT - 1, LIMIT, LIMIT + 1])
sized = st.builds(lambda size, byte: byte * size, sizes, st.binary(min_size=1, max_size=1))
whole = of_kind(Opcode.BINARY, small | sized)
begun = of_kind(Opcode.BINARY, small | sized, fin=False)
more = of_kind(Opcode.CONT, small | sized, fin=False)
ended = of_kind(Opcode.CONT, small | sized)
pings = of_kind(Opcode.PING, small | sized) | of_kind(Opcode.PONG, small)
codes = st.sampled_from([0, 999, 1000, 1001, 1005, 1006, 1011, 1015, 1016, 2999, 3000, 4000, 4999, 5000])
reasons = st.sampled_from([b"", b"bye", b"\xc3", b"\xed\xa0\x80", b"x" * 124])
closing = st.builds(lambda code, reason: code.to_bytes(2, "big") + reason, codes, reasons) | st.binary(max_size=3)
closes = of_kind(Opcode.CLOSE, closing)
texts = of_kind(Opcode.TEXT, small) | of_kind(Opcode.TEXT, small, fin=False)
odd = frames(st.integers(0, 255), small)
#: One bit off from what goes the short way.
near = frames(st.sampled_from([0x92, 0xA2, 0xC2, 0x02, 0x80, 0x83, 0x86, 0x8A]), small)
#: The header of a frame that is too long; the rest of it never comes.
announced = st.sampled_from([LIMIT + 1, 65535, 65536, 2**62, 2**63, 2**64 - 1]).map(
    lambda length: b"\x82" + bytes([length_bytes(length, 2)[0] | 0x80]) + length_bytes(length, 2)[1:]
)
fragmented = st.tuples(begun, st.lists(more | pings, max_size=3).map(b"".join), ended).map(b"".join)
streams = st.lists(
    st.one_of(whole, whole, whole, fragmented, fragmented, pings, begun, ended, closes, texts, odd, near, announced),
    max_size=8,
).map(b"".join)


class Alone:
    """``websockets`` alone, but for one thing: a Close between fragments is no error (RFC 6455, 5.4)."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.writes: list[bytes] = []
        self.text = False
        self._kind, self._parts = Opcode.BINARY, bytearray()
        self._unfinished = False
        self._protocol = self._fresh()

    def receive(self, frame: bytes) -> None:
        """Take a frame, or what comes after the end."""
        protocol = self._protocol
        if self._unfinished and protocol.state is OPEN and frame[0] & 0x0F == Opcode.CLOSE:
            protocol = self._protocol = self._fresh()
        protocol.receive_data(frame)
        for event in protocol.events_received():
            if isinstance(event, Frame) and event.opcode < Opcode.CLOSE and not self.text:
                self._add(event)
        self.writes += protocol.data_to_send()

    def receive_eof(self) -> None:
        if SEND_EOF not in self.writes:
            self._protocol.receive_eof()
            self.writes += self._protocol.data_to_send()

    def _add(self, event: Frame) -> None:
        if event.opcode is not Opcode.CONT:
            self._kind, self._parts = event.opcode, bytearray()
        self._parts += event.data
        self._unfinished = not event.fin
        if event.fin and self._kind is Opcode.TEXT:
            self.text = True
        elif event.fin:
            self.messages.append(bytes(self._parts))

    @staticmethod
    def _fresh() -> ServerProtocol:
        return ServerProtocol(state=OPEN, max_size=LIMIT)


def by_the_library(stream: bytes) -> Seen:
    """Give what ``websockets`` makes of a stream: messages, what is written, and whether there was a text."""
    alone = Alone()
    while stream:
        end = frame_end_untrusted(stream, LIMIT) or len(stream)
        alone.receive(stream[:end])
        stream = stream[end:]
    if alone.text:
        return alone.messages, b"", True
    alone.receive_eof()
    return alone.messages, b"".join(alone.writes), False


def by_ours(chunks: list[bytes]) -> Seen:
    websocket = WebSocket(LIMIT, 4096)
    websocket.receive(request())
    websocket.outgoing()
    messages: list[bytes] = []
    written, last = b"", False
    for chunk in chunks:
        messages += websocket.receive(chunk)
        data, ends = websocket.outgoing()
        written, last = written + data, last or ends
    if websocket.violation:
        return messages, b"", True
    if not last:
        websocket.receive_eof()
        written += websocket.outgoing()[0]
    return messages, written, False


@settings(max_examples=300, deadline=None)
@given(streams, st.lists(st.integers(0, 2000), max_size=6))
def compare(stream: bytes, cuts: list[int]) -> None:
    cuts = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    assert by_ours([stream[a:b] for a, b in pairwise(cuts)]) == by_the_library(stream)


@settings(max_examples=100, deadline=None)
@given(streams, st.binary(max_size=20))
def compare_garbage(stream: bytes, garbage: bytes) -> None:
    stream += garbage + PADDING
    expected = by_the_library(stream)
    assert by_ours([stream]) == expected
    assert by_ours([bytes([byte]) for byte in stream]) == expected


def test_whatever_comes_means_the_same() -> None:
    end = monotonic() + SECONDS
    compare()
    compare_garbage()
    while monotonic() < end:
        compare()
        compare_garbage()
