"""Shapes: a peer's decoder remembers, and reads every message as the one that does not."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from relay.codec import decode_untrusted
from relay.delimited import BadPacket, delimited, parsed_untrusted
from relay.packet_pb2 import Packet as Wire
from relay.shapes import MAX_SHAPES, Decoder
from session.packets import GameMessage, Packet
from tests.relay.recordings import by_client
from tests.relay.test_codec import almost_packets

#: Two messages of one length. In the second, what was the payload is a field: a second op code, one of the protocol's.
PAYLOAD = b"\x84\x00" + b"\x10\x01" * 3
BEGINNING = b"\x08\x0a" + b"\x7a\x08" + PAYLOAD + b"\x28\x7a\x08"
LENGTH = bytes([len(BEGINNING + PAYLOAD)])
HONEST = LENGTH + BEGINNING + PAYLOAD
FORGED = LENGTH + BEGINNING + b"\x19" + b"\x10\x01" * 2 + b"\x10\x81\x00"


def said(op_code: int, payload: bytes, target: int) -> bytes:
    return delimited(Wire(op_code=op_code, payload=payload, target_group=target, reliable=True, sender=7))


def read(message: bytes, decoder: Decoder | None = None) -> Packet | str:
    try:
        return decoder.decode_untrusted(message) if decoder else decode_untrusted(message)
    except BadPacket as error:
        return str(error)


def changed(message: bytes, place: int, byte: int) -> bytes:
    at = place % max(len(message), 1)
    return message[:at] + bytes([byte]) + message[at + 1 :]


likely = st.builds(said, st.integers(1, 300), st.binary(max_size=6), st.integers(-1, 200))
alterations = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([0, 1, 5, 0x0A, 0x28, 0x7A, 0x7F, 0x80, 0xFF])))


@settings(max_examples=1500)
@given(st.lists(st.tuples(st.one_of(likely, almost_packets), alterations), max_size=4))
@example([(HONEST, []), (FORGED, [])])
def test_it_reads_what_comes_as_if_nothing_had_come_before(messages: list[tuple[bytes, list[tuple[int, int]]]]) -> None:
    decoder = Decoder()
    for message, altered in messages:
        for variant in (message, message, *(changed(message, place, byte) for place, byte in altered)):
            assert read(variant, decoder) == read(variant)


def test_a_message_of_a_known_shape_has_its_own_payload() -> None:
    decoder = Decoder()
    payloads = [b"left!", b"right", b"up!!!", b"down!"]
    packets = [decoder.decode_untrusted(said(10, payload, -1)) for payload in payloads]
    messages = [packet for packet in packets if isinstance(packet, GameMessage)]
    assert [message.payload for message in messages] == payloads
    assert [parsed_untrusted(message.wire).payload for message in messages] == payloads


def test_it_forgets_before_it_has_too_much_to_remember() -> None:
    decoder = Decoder()
    for length in [*range(3 * MAX_SHAPES), *range(3 * MAX_SHAPES)]:
        message = said(10, bytes(length), -1)
        assert decoder.decode_untrusted(message) == decode_untrusted(message)


def test_what_the_stock_client_says_is_written_as_protobuf_writes_it() -> None:
    """So its messages have a shape; one that was written otherwise would only take a little longer."""
    heard = [line.data for line in by_client("csharp_plain") if line.channel == "websocket"]
    messages = [packet for data in heard if isinstance(packet := read(data), GameMessage)]
    assert messages
    assert all(parsed_untrusted(message.wire).SerializeToString() == message.wire for message in messages)
