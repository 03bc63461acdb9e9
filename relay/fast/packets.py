"""Packets as datagrams: one a datagram, with a number that rises with everything that is sent to one peer."""

from relay import packet_pb2
from relay.codec import UDP_CONNECT_SERVER_ACK, VERIFY_IDENTITY_RESULT
from relay.delimited import delimited, varint
from session.values import SERVER, PeerId

#: The tag of Packet.sequence_number, which is field 2 and a varint, and behind it the number's lowest seven bits: where
#: nothing follows, and where more does. There are too many numbers to keep them whole.
_NUMBER_TAG = 0x10
_LOWEST = [bytes((_NUMBER_TAG, low)) for low in range(128)]
_LOWEST_AND_MORE = [bytes((_NUMBER_TAG, low | 0x80)) for low in range(128)]
#: A number of 32 bits, half of which are below 0 and mean nothing to a client.
MAX_NUMBER = 2**31 - 1


def numbered(packet: bytes, number: int) -> bytes:
    """Give the datagram of a packet, which is given without its length: the last of two numbers wins, so ours does."""
    behind = _LOWEST_AND_MORE[number & 0x7F] + varint(number >> 7) if number > 0x7F else _LOWEST[number]
    return varint(len(packet) + len(behind)) + packet + behind


def identity_verified(peer: PeerId) -> bytes:
    """Encode, without its length, that the connect token was that of the peer."""
    inner = packet_pb2.VerifyIdentityResult(success=True, peer_id=peer)
    packet = packet_pb2.Packet(
        op_code=VERIFY_IDENTITY_RESULT, target_player=peer, sender=SERVER, verify_identity_result=inner
    )
    return packet.SerializeToString()


def ack(number: int) -> bytes:
    """Encode the answer to a client that wishes to be heard by datagrams; without a target, so as to be no longer.

    Beyond the last number there is none: who has asked so often has a line that is closed.
    """
    last = min(number, MAX_NUMBER)
    inner = packet_pb2.UdpConnect()
    return delimited(
        packet_pb2.Packet(op_code=UDP_CONNECT_SERVER_ACK, sequence_number=last, sender=SERVER, udp_connect=inner)
    )
