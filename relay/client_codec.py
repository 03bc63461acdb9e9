"""The client's side of the wire: what a client says becomes bytes, and what it is told becomes events.

A ``sequence_number`` is that of a datagram, from 0 on; without one a packet is for the reliable channel, and says so.
"""

import json

from relay import packet_pb2
from relay.client_events import GroupMembership, Message
from relay.codec import (
    GROUP_MEMBERSHIP_UPDATE,
    JOIN_GROUP,
    LEAVE_GROUP,
    LOGIN_RESULT,
    REQUEST_GROUP_MEMBERSHIP,
    UDP_CONNECT,
    UDP_CONNECT_CLIENT_ACK,
    VERIFY_IDENTITY,
    VERIFY_IDENTITY_RESULT,
)
from relay.delimited import BadPacket, Buffer, delimited, first_packet_untrusted, parsed_untrusted
from session.values import NO_GROUP, NOBODY, SERVER, GroupId, PeerId, PlayerSessionId, value

#: The version of the protocol that the stock client names.
CLIENT_VERSION = 2

#: The inner message that goes with each op code that this client understands.
INNER = {
    LOGIN_RESULT: "login_result",
    GROUP_MEMBERSHIP_UPDATE: "group_membership_update",
    VERIFY_IDENTITY_RESULT: "verify_identity_result",
}


@value
class LoginResult:
    """The answer to a login: the peer id that the client has from now on, and where datagrams go (0: nowhere).

    With ``ca_cert``, as PEM, they go by DTLS, and ``connect_token`` says there whose they are.
    """

    success: bool
    peer_id: PeerId
    fast_port: int = 0
    ca_cert: bytes = b""
    connect_token: str = ""


@value
class IdentityVerified:
    """Whether the server has found out whose datagrams these are."""

    success: bool


@value
class Other:
    """A packet of the protocol that means nothing to this client."""

    op_code: int


FromServer = LoginResult | IdentityVerified | GroupMembership | Message | Other


def encode_payload(payload: object) -> bytes:
    """Encode a payload: bytes as they are, text as UTF-8, anything else as JSON. Raises TypeError or ValueError."""
    match payload:
        case bytes() | bytearray() | memoryview():
            return bytes(payload)
        case str():
            return payload.encode()
        case _:
            return json.dumps(payload).encode()


def encode_login(player_session_id: PlayerSessionId, payload: bytes) -> bytes:
    """Encode the claim to a seat; the payload is for the script."""
    login = packet_pb2.Login(player_session_id=player_session_id, client_version=CLIENT_VERSION)
    return delimited(packet_pb2.Packet(target_player=SERVER, reliable=True, payload=payload, login=login))


def encode_message(
    op_code: int,
    payload: bytes,
    sender: PeerId,
    to: PeerId = NOBODY,
    group: GroupId = NO_GROUP,
    sequence_number: int | None = None,
) -> bytes:
    """Encode a message of the game for the server (``to`` -1), a player or a group."""
    packet = packet_pb2.Packet(op_code=op_code, target_player=to, target_group=group, sender=sender, payload=payload)
    return _stamped(packet, sequence_number)


def encode_join_group(group: GroupId, sender: PeerId, sequence_number: int | None = None) -> bytes:
    """Encode the wish to be in a group."""
    inner = packet_pb2.JoinGroup(group=group)
    packet = packet_pb2.Packet(op_code=JOIN_GROUP, target_player=SERVER, sender=sender, join_group=inner)
    return _stamped(packet, sequence_number)


def encode_leave_group(group: GroupId, sender: PeerId, sequence_number: int | None = None) -> bytes:
    """Encode the wish to be in a group no longer."""
    inner = packet_pb2.LeaveGroup(group=group)
    packet = packet_pb2.Packet(op_code=LEAVE_GROUP, target_player=SERVER, sender=sender, leave_group=inner)
    return _stamped(packet, sequence_number)


def encode_request_group_membership(group: GroupId, sender: PeerId, sequence_number: int | None = None) -> bytes:
    """Encode the question who is in a group."""
    packet = packet_pb2.Packet(
        op_code=REQUEST_GROUP_MEMBERSHIP,
        target_player=SERVER,
        sender=sender,
        request_group_membership=packet_pb2.RequestGroupMembership(group=group),
    )
    return _stamped(packet, sequence_number)


def encode_udp_connect(sender: PeerId, sequence_number: int) -> bytes:
    """Encode the wish to be heard by datagrams."""
    return _fast_only(UDP_CONNECT, sender, sequence_number)


def encode_udp_connect_ack(sender: PeerId, sequence_number: int) -> bytes:
    """Encode that the server's answer to that has come."""
    return _fast_only(UDP_CONNECT_CLIENT_ACK, sender, sequence_number)


def encode_verify_identity(peer_id: PeerId, connect_token: str, sequence_number: int) -> bytes:
    """Encode whose datagrams these are, with what proves it."""
    inner = packet_pb2.VerifyIdentity(peer_id=peer_id, connect_token=connect_token)
    packet = packet_pb2.Packet(op_code=VERIFY_IDENTITY, sender=peer_id, verify_identity=inner)
    return _stamped(packet, sequence_number)


def _fast_only(op_code: int, sender: PeerId, sequence_number: int) -> bytes:
    inner = packet_pb2.UdpConnect()
    packet = packet_pb2.Packet(op_code=op_code, target_player=SERVER, sender=sender, udp_connect=inner)
    return _stamped(packet, sequence_number)


def _stamped(packet: packet_pb2.Packet, sequence_number: int | None) -> bytes:
    """Say which channel the packet takes, and encode it."""
    if sequence_number is None:
        packet.reliable = True
    else:
        packet.sequence_number = sequence_number
    return delimited(packet)


def decode_from_server_untrusted(message: Buffer) -> FromServer:
    """Decode one message of a server.

    Raises:
        BadPacket: it is not a packet, or lacks the inner message that its op code needs.
    """
    return _judged_untrusted(parsed_untrusted(first_packet_untrusted(message)))


def decode_datagram_untrusted(datagram: Buffer) -> tuple[int, FromServer]:
    """Decode a datagram of a server: its sequence number, and what it says.

    Raises:
        BadPacket: the same.
    """
    packet = parsed_untrusted(first_packet_untrusted(datagram))
    return packet.sequence_number, _judged_untrusted(packet)


def _judged_untrusted(packet: packet_pb2.Packet) -> FromServer:
    op_code, inner = packet.op_code, packet.WhichOneof("message")
    if op_code > 0:
        return Message(PeerId(packet.sender), op_code, packet.payload)
    if INNER.get(op_code, inner) != inner:
        raise BadPacket(f"op code {op_code} does not go with the inner message {inner}")
    if op_code == LOGIN_RESULT:
        result = packet.login_result
        peer_id = PeerId(result.peer_id)
        return LoginResult(result.success, peer_id, result.fast_port, result.ca_cert, result.connect_token)
    if op_code == VERIFY_IDENTITY_RESULT:
        return IdentityVerified(packet.verify_identity_result.success)
    return _membership(packet) if op_code == GROUP_MEMBERSHIP_UPDATE else Other(op_code)


def _membership(packet: packet_pb2.Packet) -> GroupMembership:
    update = packet.group_membership_update
    players = tuple(PeerId(player) for player in update.players)
    return GroupMembership(GroupId(update.group), players, PeerId(packet.sender))
