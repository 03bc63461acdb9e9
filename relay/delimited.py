"""The envelope of a packet: a varint length, then so many bytes of one Packet. Both sides of the wire use it."""

from functools import lru_cache

from google.protobuf.message import DecodeError

from relay import packet_pb2

#: What a whole message of the wire may come as.
Buffer = bytes | bytearray | memoryview

#: A varint of 64 bits has at most ten bytes; the stock client's parser reads no more either.
MAX_VARINT_BYTES = 10


class BadPacket(Exception):
    """Bytes are not a packet, or not one that makes sense. The text says what is wrong with them."""


@lru_cache(maxsize=4096)
def varint(number: int) -> bytes:
    """Encode a number as protobuf does; one below 0 takes ten bytes."""
    rest = number & 0xFFFF_FFFF_FFFF_FFFF
    encoded = bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)


def delimited(packet: packet_pb2.Packet) -> bytes:
    """Encode a packet with its length in front, as one message of the wire."""
    wire = packet.SerializeToString()
    return varint(len(wire)) + wire


def undelimited(message: bytes) -> bytes:
    """Give a packet of ours without the length in front of it."""
    start = 1
    while message[start - 1] > 0x7F:
        start += 1
    return message[start:]


def first_packet_untrusted(message: Buffer) -> bytes:
    """Cut the first packet out of a message; what follows it does not count.

    Raises:
        BadPacket: there is no whole packet.
    """
    if message and message[0] < 0x80:  # As it mostly is.
        return _cut_untrusted(message, 1, 1 + message[0])
    length = shift = 0
    for start, byte in enumerate(message[:MAX_VARINT_BYTES], 1):
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return _cut_untrusted(message, start, start + length)
        shift += 7
    raise BadPacket("the length of the packet is cut short, or longer than a varint")


def _cut_untrusted(message: Buffer, start: int, end: int) -> bytes:
    if end > len(message):
        raise BadPacket(f"the packet ends at byte {end}, the message at byte {len(message)}")
    return bytes(message[start:end])


def parsed_untrusted(wire: bytes) -> packet_pb2.Packet:
    """Read a packet with protobuf's own parser, whose reading is the only one that counts.

    Raises:
        BadPacket: it cannot be read.
    """
    try:
        return packet_pb2.Packet.FromString(wire)
    except DecodeError:
        raise BadPacket("the packet cannot be parsed") from None
