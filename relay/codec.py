"""The server's side of the wire: what peers send becomes a Packet, and what they are sent becomes bytes.

A packet is decided on what protobuf's parser reads, where the last of several fields of one kind wins. A look at the
bytes themselves could be fooled: an op code appended a second time would turn a message into a membership update that
no peer may send, and the stock client does not survive one that is forged badly.
"""

from collections.abc import Callable

from google.protobuf.unknown_fields import UnknownFieldSet

from relay import packet_pb2
from relay.delimited import BadPacket, Buffer, delimited, first_packet_untrusted, parsed_untrusted, varint
from relay.fast.offer import FastOffer
from session.packets import GameMessage, JoinGroup, LeaveGroup, Login, Packet, RequestGroupMembership, Unknown
from session.values import SERVER, GroupId, PeerId, PlayerSessionId, Recipients

LOGIN = 0
LOGIN_RESULT = -1
UDP_CONNECT = -5
UDP_CONNECT_SERVER_ACK = -6
UDP_CONNECT_CLIENT_ACK = -7
JOIN_GROUP = -10
LEAVE_GROUP = -11
REQUEST_GROUP_MEMBERSHIP = -12
GROUP_MEMBERSHIP_UPDATE = -13
VERIFY_IDENTITY = -14
VERIFY_IDENTITY_RESULT = -15

#: The inner message that goes with each op code of the protocol that a client sends. One that is not listed is
#: ignored, whatever is in it.
INNER: dict[int, str] = {
    LOGIN: "login",
    UDP_CONNECT: "udp_connect",
    UDP_CONNECT_CLIENT_ACK: "udp_connect",
    JOIN_GROUP: "join_group",
    LEAVE_GROUP: "leave_group",
    REQUEST_GROUP_MEMBERSHIP: "request_group_membership",
    VERIFY_IDENTITY: "verify_identity",
}

MAX_PLAYER_SESSION_ID_CHARACTERS = 1024

#: The tag of Packet.sender: field 5, a varint.
SENDER_TAG = b"\x28"


def decode_untrusted(message: Buffer) -> Packet:
    """Decode one message of a peer: one packet with its length; bytes after it are cut off.

    Raises:
        BadPacket: it is not a packet, or its parts do not go together.
    """
    wire = first_packet_untrusted(message)
    return judged_untrusted(parsed_untrusted(wire), wire)


def judged_untrusted(packet: packet_pb2.Packet, wire: bytes) -> Packet:
    """Give what a packet is that has been parsed from ``wire``.

    Raises:
        BadPacket: its parts do not go together.
    """
    if packet.op_code > 0:
        return _game_message_untrusted(packet, wire)
    op_code, inner = packet.op_code, packet.WhichOneof("message")
    if INNER.get(op_code, inner) != inner:
        raise BadPacket(f"op code {op_code} does not go with the inner message {inner}")
    read = READ.get(op_code)
    return read(packet) if read else Unknown(op_code)


def _game_message_untrusted(packet: packet_pb2.Packet, wire: bytes) -> GameMessage:
    """Take what will be forwarded as it is, so nothing may be in it that other clients could read differently."""
    if packet.WhichOneof("message") is not None:
        raise BadPacket("a message of the game has no inner message")
    # Clients' parsers differ in how deep an unknown field may nest, and one that gives up takes its game with it.
    if len(UnknownFieldSet(packet)):
        raise BadPacket("a message of the game has no unknown fields")
    target, group = PeerId(packet.target_player), GroupId(packet.target_group)
    return GameMessage(packet.op_code, packet.payload, target, group, packet.reliable, wire)


def _login_untrusted(packet: packet_pb2.Packet) -> Login:
    player_session_id = packet.login.player_session_id
    if len(player_session_id) > MAX_PLAYER_SESSION_ID_CHARACTERS:
        raise BadPacket(f"a player session id has at most {MAX_PLAYER_SESSION_ID_CHARACTERS} characters")
    return Login(PlayerSessionId(player_session_id), packet.payload)


def _join_group(packet: packet_pb2.Packet) -> JoinGroup:
    return JoinGroup(GroupId(packet.join_group.group))


def _leave_group(packet: packet_pb2.Packet) -> LeaveGroup:
    return LeaveGroup(GroupId(packet.leave_group.group))


def _request_group_membership(packet: packet_pb2.Packet) -> RequestGroupMembership:
    return RequestGroupMembership(GroupId(packet.request_group_membership.group))


READ: dict[int, Callable[[packet_pb2.Packet], Packet]] = {
    LOGIN: _login_untrusted,
    JOIN_GROUP: _join_group,
    LEAVE_GROUP: _leave_group,
    REQUEST_GROUP_MEMBERSHIP: _request_group_membership,
}


class ProtobufWire:
    """Encodes what peers are sent; each result is one whole message of the wire, its length included."""

    def __init__(self, offer: FastOffer | None = None) -> None:
        self._offer = offer or FastOffer()

    def login_result(self, peer: PeerId, success: bool, connect_token: str = "") -> bytes:
        """Encode the answer to a login.

        Some clients read their peer id from the inner message, others from the packet's target: both have it.
        """
        result = packet_pb2.LoginResult(success=success, peer_id=peer)
        if success:
            result.fast_port, result.ca_cert = self._offer.port, self._offer.ca_cert
            result.connect_token = connect_token
        return delimited(
            packet_pb2.Packet(
                op_code=LOGIN_RESULT, target_player=peer, sender=SERVER, reliable=True, login_result=result
            )
        )

    def forwarded(self, message: GameMessage, sender: PeerId) -> bytes:
        """Encode a peer's message for others: its bytes as they were, and its real sender behind them.

        The last of several fields of one kind wins, so a sender that was forged is overridden.
        """
        behind = SENDER_TAG + varint(sender)
        return varint(len(message.wire) + len(behind)) + message.wire + behind

    def message(self, op_code: int, payload: bytes, sender: PeerId, reliable: bool) -> bytes:
        """Encode a message of the script; ``op_code`` is from 1 to 2**31 - 1.

        Raises:
            ValueError: the op code is another: those below are the protocol's, and a forged one can end a client.
        """
        if op_code <= 0:
            raise ValueError(f"op code {op_code} is not the game's")
        return delimited(packet_pb2.Packet(op_code=op_code, sender=sender, reliable=reliable, payload=payload))

    def group_membership_update(self, group: GroupId, members: Recipients, sender: PeerId) -> bytes:
        """Encode who is in a group; the inner message is there even if nobody is, for the stock client dies without."""
        update = packet_pb2.GroupMembershipUpdate(group=group, players=members)
        return delimited(
            packet_pb2.Packet(
                op_code=GROUP_MEMBERSHIP_UPDATE, sender=sender, reliable=True, group_membership_update=update
            )
        )
