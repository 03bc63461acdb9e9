"""A WebSocket without a socket: however its bytes are cut, the same messages come out."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from relay.frames import framed
from relay.websocket import PING_PAYLOAD, WebSocket
from tests.relay.peers import KEY, binary, masked, request

MESSAGE_BYTES = 1000

data_frames = st.one_of(
    st.binary(max_size=300).map(binary),
    st.lists(st.binary(max_size=50), min_size=2, max_size=4).map(lambda parts: fragments(Opcode.BINARY, parts)),
)
control_frames = st.binary(max_size=20).flatmap(
    lambda data: st.sampled_from([masked(Opcode.PING, data), masked(Opcode.PONG, data)])
)
oddities = st.sampled_from(
    [
        masked(Opcode.TEXT, b"text"),
        masked(Opcode.CLOSE, b"\x03\xe8bye"),
        masked(Opcode.CONT, b"of nothing"),
        binary(b"x" * (MESSAGE_BYTES + 1)),
        b"\x82\x05unmasked",
        b"\xf2\x80\x00\x00\x00\x00",
        masked(Opcode.BINARY, b"unfinished", fin=False),
    ]
)
conversations = st.lists(st.one_of(data_frames, control_frames, oddities), max_size=6).map(b"".join)


def fragments(opcode: Opcode, parts: list[bytes]) -> bytes:
    kinds = [opcode] + [Opcode.CONT] * (len(parts) - 1)
    last = len(parts) - 1
    return b"".join(
        masked(kind, part, fin=at == last) for at, (kind, part) in enumerate(zip(kinds, parts, strict=True))
    )


def fresh(request_bytes: int = 4096) -> WebSocket:
    return WebSocket(MESSAGE_BYTES, request_bytes)


def opened() -> WebSocket:
    websocket = fresh()
    assert websocket.receive(request()) == []
    websocket.outgoing()
    assert websocket.open
    return websocket


def outcome(chunks: list[bytes]) -> tuple[list[bytes], bytes, bool, str, bool]:
    """Feed the chunks; give all that can be seen from outside."""
    websocket, messages, written, last = fresh(), [], b"", False
    for chunk in chunks:
        messages += websocket.receive(chunk)
        data, ends = websocket.outgoing()
        written, last = written + data, last or ends
    head, _, rest = written.partition(b"\r\n\r\n")
    status = head.split(b"\r\n")[0]
    return messages, status + rest, last, websocket.violation, websocket.ended


@settings(max_examples=400)
@given(conversations, st.data())
@example(binary(b"two") + binary(b"in one"), None)
def test_whole_or_byte_by_byte_or_in_any_chunks_it_is_the_same(conversation: bytes, data: st.DataObject | None) -> None:
    stream = request() + conversation
    whole = outcome([stream])
    assert outcome([bytes([byte]) for byte in stream]) == whole
    if data:
        cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
        assert outcome([stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]) == whole


@settings(max_examples=1000)
@given(st.lists(st.binary(max_size=60), max_size=4), st.booleans())
def test_garbage_raises_nothing(chunks: list[bytes], shaken: bool) -> None:
    websocket = opened() if shaken else fresh()
    for chunk in chunks:
        for message in websocket.receive(chunk):
            assert len(message) <= MESSAGE_BYTES
    websocket.receive_eof()
    websocket.outgoing()
    assert websocket.ended


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
def test_what_came_with_the_request_is_answered_after_it(messages: list[bytes]) -> None:
    websocket = fresh()
    stream = request() + masked(Opcode.PING, b"early") + b"".join(map(binary, messages))
    assert websocket.receive(stream) == messages
    written, _ = websocket.outgoing()
    assert written.startswith(b"HTTP/1.1 101 ")
    assert written.endswith(b"\r\n\r\n" + Frame(Opcode.PONG, b"early").serialize(mask=False))


@given(st.lists(st.binary(max_size=100), min_size=2, max_size=8))
def test_fragments_make_one_message(parts: list[bytes]) -> None:
    assert opened().receive(fragments(Opcode.BINARY, parts)) == [b"".join(parts)]


def test_a_ping_between_fragments_is_answered() -> None:
    websocket = opened()
    stream = masked(Opcode.BINARY, b"a", fin=False) + masked(Opcode.PING, b"?") + masked(Opcode.CONT, b"b")
    assert websocket.receive(stream) == [b"ab"]
    assert websocket.outgoing() == (Frame(Opcode.PONG, b"?").serialize(mask=False), False)


@pytest.mark.parametrize("path", ["/", "/websocket", "/any/path?x=1"])
@pytest.mark.parametrize(
    "more", [(), ("Sec-WebSocket-Extensions: permessage-deflate",), ("Sec-WebSocket-Protocol: chat",), ("Origin2: x",)]
)
def test_any_path_will_do_and_nothing_is_agreed_on(path: str, more: tuple[str, ...]) -> None:
    websocket = fresh()
    websocket.receive(request(path, *more))
    answer = websocket.outgoing()[0].decode()
    assert answer.startswith("HTTP/1.1 101 ")
    assert "Extensions" not in answer
    assert "Protocol:" not in answer
    assert websocket.open


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 426 "),
        (b"POST / HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 405 "),
        (request().replace(b"Version: 13", b"Version: 8"), b"HTTP/1.1 400 "),
        (request().replace(KEY.encode(), b"short"), b"HTTP/1.1 400 "),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 800, b"HTTP/1.1 431 "),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 5000, b"HTTP/1.1 431 "),
    ],
)
def test_a_request_that_will_not_do_is_answered_and_ends(data: bytes, status: bytes) -> None:
    websocket = fresh()
    assert websocket.receive(data) == []
    answer, last = websocket.outgoing()
    assert answer.startswith(status)
    assert last
    assert websocket.ended
    assert websocket.receive(binary(b"too late")) == []


def test_no_http_at_all_ends_at_once() -> None:
    websocket = fresh()
    assert websocket.receive(b"\x16\x03\x01\x02\x00\x01\n") == []
    assert websocket.outgoing()[1]
    assert websocket.ended


def test_a_text_message_is_a_violation_and_ends_what_is_given() -> None:
    websocket = opened()
    assert websocket.receive(binary(b"a") + masked(Opcode.TEXT, b"hello") + binary(b"b")) == [b"a"]
    assert websocket.violation


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (binary(b"x" * (MESSAGE_BYTES + 1)), 1009),
        (fragments(Opcode.BINARY, [b"x" * MESSAGE_BYTES, b"x"]), 1009),
        (b"\x82\xff" + (2**62).to_bytes(8, "big"), 1009),
        (masked(Opcode.CONT, b"of nothing"), 1002),
        (b"\x82\x01a", 1002),
        (masked(Opcode.CLOSE, b"\x03\xe8bye"), 1000),
    ],
    ids=["too long", "too long in parts", "announced too long", "a part of nothing", "unmasked", "an end"],
)
def test_an_end_has_its_code(data: bytes, code: int) -> None:
    websocket = opened()
    assert websocket.receive(binary(b"before") + data) == [b"before"]
    frame, last = websocket.outgoing()
    assert (frame[0], int.from_bytes(frame[2:4], "big"), last) == (0x88, code, True)
    assert websocket.ended


def test_an_empty_close_frame_is_answered_with_an_empty_one() -> None:
    websocket = opened()
    websocket.receive(masked(Opcode.CLOSE, b""))
    assert websocket.outgoing() == (b"\x88\x00", True)


def test_a_message_of_empty_fragments_without_end_takes_no_room() -> None:
    websocket = opened()
    websocket.receive(masked(Opcode.BINARY, b"a", fin=False))
    for _ in range(1000):
        assert websocket.receive(masked(Opcode.CONT, b"", fin=False)) == []
    assert websocket.receive(masked(Opcode.CONT, b"z")) == [b"az"]


def test_pings_are_ascii() -> None:
    websocket = opened()
    websocket.ping()
    assert websocket.outgoing() == (b"\x89\x06harena", False)
    assert PING_PAYLOAD.isascii()


@given(st.integers(1, 70_000))
def test_a_message_is_one_frame(length: int) -> None:
    client = Protocol(Side.CLIENT, state=State.OPEN, max_size=None)
    client.receive_data(framed(b"x" * length))
    (frame,) = client.events_received()
    assert isinstance(frame, Frame)
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Opcode.BINARY, True, b"x" * length)
    assert framed(b"x" * length) == frame.serialize(mask=False)


@pytest.mark.parametrize("cut", [False, True])
def test_a_close_between_fragments_is_an_ordinary_one(cut: bool) -> None:
    websocket, written, last = opened(), b"", False
    begun, ping, close, rest = (
        masked(Opcode.BINARY, b"a", fin=False),
        masked(Opcode.PING, b"?"),
        masked(Opcode.CLOSE, b"\x03\xe8bye"),
        masked(Opcode.CONT, b"b"),
    )
    for data in (begun, ping, close, rest) if cut else (begun + ping + close + rest,):
        assert websocket.receive(data) == []
        more, ends = websocket.outgoing()
        written, last = written + more, last or ends
    assert (written, last) == (b"\x8a\x01?\x88\x05\x03\xe8bye", True)
    assert websocket.ended


def test_a_second_close_does_no_harm() -> None:
    websocket = opened()
    websocket.close(4004, "kicked")
    websocket.close(4008, "over")
    assert websocket.outgoing() == (b"\x88\x08" + (4004).to_bytes(2, "big") + b"kicked", False)
    assert websocket.receive(binary(b"late") + masked(Opcode.CLOSE, b"\x0f\xa4")) == [b"late"]
    assert websocket.outgoing() == (b"", True)
