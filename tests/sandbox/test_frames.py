"""Frames: what is packed comes out again, and nothing else does anything but be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.frames import Assembler, BadFrame, Kind, packets, unpack_untrusted
from sandbox.limits import FRAME_BYTES, PACKET_BYTES

HEADER_BYTES = 2
PIECE_BYTES = PACKET_BYTES - HEADER_BYTES

names = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
    | st.binary(),
    lambda inner: st.lists(inner, max_size=6).map(tuple) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


def reassembled(sent: list[bytes], limit: int = FRAME_BYTES) -> list[tuple[Kind, bytes]]:
    assembler = Assembler(limit)
    return [frame for packet in sent if (frame := assembler.feed_untrusted(packet)) is not None]


@settings(max_examples=500)
@given(st.sampled_from(Kind), values)
def test_a_frame_comes_out_as_it_went_in(kind: Kind, value: object) -> None:
    [(out, body)] = reassembled(list(packets(kind, value)))
    assert (out, unpack_untrusted(body)) == (kind, value)


# A body of msgpack's: five bytes of header before so many bytes.
@pytest.mark.parametrize("pieces", [2, 3, 7])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_frame_is_cut_into_full_packets(pieces: int, more: int) -> None:
    value = b"x" * (pieces * PIECE_BYTES - 5 + more)
    sent = list(packets(Kind.ANSWERS, value))
    assert [len(packet) for packet in sent[:-1]] == [PACKET_BYTES] * (pieces - 1 + (more > 0))
    assert len(sent[-1]) <= PACKET_BYTES
    [(kind, body)] = reassembled(sent)
    assert (kind, unpack_untrusted(body)) == (Kind.ANSWERS, value)


garbage = st.binary(max_size=30) | st.builds(
    lambda kind, more, body: bytes((kind, more)) + body,
    st.integers(0, 9),
    st.integers(0, 2),
    st.binary(max_size=20) | st.just(b"z" * PIECE_BYTES) | st.just(b"z" * (PIECE_BYTES + 1)),
)


@settings(max_examples=1000)
@given(st.lists(garbage, max_size=12), st.integers(0, 3 * PACKET_BYTES))
def test_packets_are_a_frame_or_a_bad_frame(sent: list[bytes], limit: int) -> None:
    assembler = Assembler(limit)
    for packet in sent:
        try:
            frame = assembler.feed_untrusted(packet)
        except BadFrame:
            return
        held = sum(map(len, assembler._pieces))
        assert held <= limit
        assert len(assembler._pieces) <= limit // PIECE_BYTES, "pieces of nothing are not gathered"
        assert frame is None or len(frame[1]) <= limit


@settings(max_examples=1000)
@given(st.binary(max_size=200) | st.binary(max_size=6).map(lambda start: start * 200))
def test_bodies_are_a_value_or_a_bad_frame(body: bytes) -> None:
    try:
        value = unpack_untrusted(body)
    except BadFrame:
        return
    assert_plain(value)


def assert_plain(value: object) -> None:
    match value:
        case tuple():
            for inner in value:
                assert_plain(inner)
        case dict():
            for key, inner in value.items():
                assert isinstance(key, str | bytes)
                assert_plain(inner)
        case _:
            assert value is None or type(value) in (bool, int, float, str, bytes)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x91",
        b"\xc1",
        b"\xc0\xc0",
        b"\xd6\xff\x00\x00\x00\x00",  # a time stamp, which is an extension type
        b"\xc7\x01\x05x",  # an extension type of somebody's own
        b"\x81\x01\x02",  # a key that is a number
        b"\xa2\xff\xfe",  # text that is not UTF-8
        b"\xa3\xed\xa0\x80",  # half a character
        b"\xdd\xff\xff\xff\xff",  # a list of four thousand million
        b"\x91" * 5000,
        b"\xdd\x00\x01\x86\xa1" + b"\xc0" * 100_001,
    ],
)
def test_what_is_no_value_is_refused(body: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack_untrusted(body)


def test_the_limit_is_kept_to_the_byte() -> None:
    sent = list(packets(Kind.LOG, b"x" * (2 * PIECE_BYTES)))
    size = sum(map(len, sent)) - HEADER_BYTES * len(sent)
    assert len(reassembled(sent, size)) == 1
    with pytest.raises(BadFrame, match=f"over {size - 1} bytes"):
        reassembled(sent, size - 1)


def test_a_frame_without_end_is_refused_in_time() -> None:
    assembler = Assembler(FRAME_BYTES)
    packet = bytes((Kind.ANSWERS, 1)) + b"x" * PIECE_BYTES
    for _ in range(FRAME_BYTES // PIECE_BYTES):
        assert assembler.feed_untrusted(packet) is None
    with pytest.raises(BadFrame):
        assembler.feed_untrusted(packet)


def test_two_frames_at_a_time_are_refused() -> None:
    begun = bytes((Kind.ANSWERS, 1)) + b"x" * PIECE_BYTES
    with pytest.raises(BadFrame, match="does not follow"):
        reassembled([begun, bytes((Kind.LOG, 0)) + b"x"])


@pytest.mark.parametrize("packet", [b"", b"\x05", b"\x00\x00", b"\x09\x00", b"\x05\x02x"])
def test_packets_with_mad_headers_are_refused(packet: bytes) -> None:
    with pytest.raises(BadFrame):
        Assembler(FRAME_BYTES).feed_untrusted(packet)


@pytest.mark.parametrize("body", [b"", b"x", b"x" * (PIECE_BYTES - 1)])
def test_a_packet_that_is_not_full_announces_no_other(body: bytes) -> None:
    with pytest.raises(BadFrame, match="not full"):
        Assembler(FRAME_BYTES).feed_untrusted(bytes((Kind.ANSWERS, 1)) + body)


def test_a_packet_over_its_size_is_refused() -> None:
    with pytest.raises(BadFrame, match="a packet of over"):
        Assembler(FRAME_BYTES).feed_untrusted(bytes((Kind.ANSWERS, 0)) + b"x" * (PIECE_BYTES + 1))
