"""The server's codec: what hostile bytes can come to, and what others are sent of them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relay import client_codec as codec
from relay.client_events import GroupMembership, Message
from relay.codec import MAX_PLAYER_SESSION_ID_CHARACTERS, ProtobufWire, decode_untrusted
from relay.delimited import BadPacket, delimited, first_packet_untrusted, varint
from relay.packet_pb2 import (
    GroupMembershipUpdate,
    JoinGroup,
    Ping,
    UdpConnect,
)
from relay.packet_pb2 import Login as LoginCommand
from relay.packet_pb2 import Packet as Wire
from session import packets
from session.packets import GameMessage, Login, Unknown
from session.values import EVERYBODY, NO_GROUP, NOBODY, SERVER, GroupId, PeerId, PlayerSessionId

WIRE = ProtobufWire()

int32s = st.integers(-(2**31), 2**31 - 1)
peers = st.integers(1, 2**31 - 1).map(PeerId)
targets = int32s.map(PeerId)
groups = int32s.map(GroupId)
op_codes = st.integers(1, 2**31 - 1)
payloads = st.binary(max_size=300)

#: Bytes that look like fields of a packet, so that more of them get past the first look: every wire type, in known and
#: unknown fields, with contents that fit and that do not.
LIKE_FIELDS = [
    varint(field << 3 | wire_type) + content
    for field in (1, 2, 3, 4, 5, 6, 7, 15, 30, 31, 40, 43, 99)
    for wire_type in range(6)
    for content in (
        b"",
        b"\x00",
        b"\x01",
        b"\x14",
        b"\x19",
        b"\x02\x08\x07",
        b"\x03abc",
        b"\x7f",
        varint(-1),
        b"\x80\x01",
    )
]
almost_packets = st.lists(st.one_of(st.sampled_from(LIKE_FIELDS), st.binary(max_size=4)), max_size=5).map(
    lambda parts: varint(sum(map(len, parts))) + b"".join(parts)
)
messages = st.builds(GameMessage, op_codes, payloads, targets, groups, st.booleans(), st.just(b"")).map(
    lambda message: parsed(packet_of(message))
)


def packet_of(message: GameMessage) -> Wire:
    return Wire(
        op_code=message.op_code,
        payload=message.payload,
        target_player=message.target_player,
        target_group=message.target_group,
        reliable=message.reliable,
    )


def parsed(packet: Wire) -> GameMessage:
    message = decode_untrusted(delimited(packet))
    assert isinstance(message, GameMessage)
    return message


def reread(data: bytes) -> Wire:
    return Wire.FromString(first_packet_untrusted(data))


@settings(max_examples=1000)
@given(st.one_of(st.binary(max_size=80), almost_packets))
@example(b"")
@example(b"\x00")
@example(b"\xff" * 10)
@example(b"\xff" * 9 + b"\x7f")
@example(b"\x80" * 9 + b"\x00")
def test_any_bytes_are_a_packet_or_bad(data: bytes) -> None:
    try:
        packet = decode_untrusted(data)
    except BadPacket:
        return
    assert isinstance(packet, packets.Packet)


@settings(max_examples=1000)
@given(almost_packets, peers)
def test_what_is_forwarded_says_what_was_decoded(data: bytes, sender: PeerId) -> None:
    try:
        message = decode_untrusted(data)
    except BadPacket:
        return
    if isinstance(message, GameMessage):
        packet = reread(WIRE.forwarded(message, sender))
        assert (packet.op_code, packet.payload) == (message.op_code, message.payload)
        assert (packet.target_player, packet.target_group) == (message.target_player, message.target_group)
        assert packet.sender == sender
        assert packet.WhichOneof("message") is None


@settings(max_examples=1000)
@given(st.one_of(st.binary(max_size=80), almost_packets))
def test_any_bytes_of_a_server_are_an_event_or_bad(data: bytes) -> None:
    try:
        event = codec.decode_from_server_untrusted(data)
    except BadPacket:
        return
    assert isinstance(event, codec.FromServer)


@given(messages)
def test_a_message_comes_back_as_it_was(message: GameMessage) -> None:
    to, group = message.target_player, message.target_group
    data = codec.encode_message(message.op_code, message.payload, PeerId(1), to, group)
    again = decode_untrusted(data)
    assert isinstance(again, GameMessage)
    assert (again.op_code, again.payload) == (message.op_code, message.payload)
    assert (again.target_player, again.target_group, again.reliable) == (to, group, True)


@given(st.text(max_size=50), payloads)
def test_a_login_comes_back_as_it_was(player_session_id: str, payload: bytes) -> None:
    claim = PlayerSessionId(player_session_id)
    if not player_session_id.isascii() and any("\ud800" <= character <= "\udfff" for character in player_session_id):
        return
    assert decode_untrusted(codec.encode_login(claim, payload)) == Login(claim, payload)


@given(groups, peers)
def test_the_group_packets_come_back_as_they_were(group: GroupId, sender: PeerId) -> None:
    assert decode_untrusted(codec.encode_join_group(group, sender)) == packets.JoinGroup(group)
    assert decode_untrusted(codec.encode_leave_group(group, sender)) == packets.LeaveGroup(group)
    asked = codec.encode_request_group_membership(group, sender)
    assert decode_untrusted(asked) == packets.RequestGroupMembership(group)


@given(messages, peers, int32s)
def test_a_forged_sender_is_overridden(message: GameMessage, sender: PeerId, forged: int) -> None:
    packet = packet_of(message)
    packet.sender = forged
    twice = packet.SerializeToString() + Wire(sender=forged ^ 1).SerializeToString()
    received = decode_untrusted(varint(len(twice)) + twice)
    assert isinstance(received, GameMessage)
    assert codec.decode_from_server_untrusted(WIRE.forwarded(received, sender)) == Message(
        sender, message.op_code, message.payload
    )


@given(messages, peers)
def test_what_is_forwarded_keeps_its_targets_and_payload(message: GameMessage, sender: PeerId) -> None:
    packet = packet_of(message)
    packet.sender = sender
    assert reread(WIRE.forwarded(message, sender)) == packet


@pytest.mark.parametrize("op_code", [-13, -1, 0])
def test_the_last_op_code_counts_so_a_message_does_not_become_an_update(op_code: int) -> None:
    forged = Wire(op_code=10, target_player=2).SerializeToString() + b"\x08" + varint(op_code << 1 ^ op_code >> 31)
    if op_code == 0:
        with pytest.raises(BadPacket):
            decode_untrusted(varint(len(forged)) + forged)
    else:
        assert decode_untrusted(varint(len(forged)) + forged) == Unknown(op_code)


def test_of_two_op_codes_of_the_game_the_last_counts() -> None:
    wire = Wire(op_code=-13).SerializeToString() + Wire(op_code=12, target_player=2).SerializeToString()
    message = decode_untrusted(varint(len(wire)) + wire)
    assert isinstance(message, GameMessage)
    assert message.op_code == 12
    assert codec.decode_from_server_untrusted(WIRE.forwarded(message, PeerId(4))) == Message(PeerId(4), 12)


BAD = {
    "nothing": b"",
    "an empty packet": b"\x00",
    "a length without an end": b"\x80\x80",
    "a length of eleven bytes": b"\x80" * 10 + b"\x00",
    "a length beyond the message": b"\x05\x08\x14",
    "a length near 2**70": b"\xff" * 9 + b"\x7f" + b"x" * 50,
    "a field cut short": b"\x02\x7a\x05",
    "op code 0 without a login": delimited(Wire(target_player=-1)),
    "op code 0 with a group": delimited(Wire(join_group=JoinGroup(group=1))),
    "a message with a login": delimited(Wire(op_code=1, login=LoginCommand(player_session_id="a"))),
    "a message with an update": delimited(Wire(op_code=1, group_membership_update=GroupMembershipUpdate())),
    "a join without a group": delimited(Wire(op_code=-10)),
    "a join that leaves": delimited(Wire(op_code=-10, leave_group={"group": 7})),
    "a connect with a login": delimited(Wire(op_code=-5, login=LoginCommand())),
    "a long player session id": delimited(
        Wire(login=LoginCommand(player_session_id="x" * (MAX_PLAYER_SESSION_ID_CHARACTERS + 1)))
    ),
    "an unpaired surrogate": bytes.fromhex("08f201050a03eda080"),
    "a string that is not UTF-8": bytes.fromhex("06f201030a01ff"),
    "an unknown field": bytes.fromhex("050814f80701"),
    "nested unknown groups": (lambda wire: varint(len(wire)) + wire)(b"\x08\x14" + b"\xa3\x06" * 80 + b"\xa4\x06" * 80),
    "a known field of another type": bytes.fromhex("0408141a00"),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_is_bad_is_refused(data: bytes) -> None:
    with pytest.raises(BadPacket):
        decode_untrusted(data)


def test_the_longest_player_session_id_is_taken() -> None:
    claim = PlayerSessionId("é" * MAX_PLAYER_SESSION_ID_CHARACTERS)
    assert decode_untrusted(codec.encode_login(claim, b"")) == Login(claim, b"")


def test_op_codes_of_the_protocol_that_mean_nothing_here_are_unknown() -> None:
    assert decode_untrusted(delimited(Wire(op_code=-5, udp_connect=UdpConnect()))) == Unknown(-5)
    assert decode_untrusted(delimited(Wire(op_code=-99))) == Unknown(-99)
    assert decode_untrusted(delimited(Wire(op_code=-2, ping=Ping()))) == Unknown(-2)


@given(messages, st.binary(max_size=40), st.sampled_from([bytes, bytearray, memoryview]))
def test_what_follows_the_first_packet_is_cut_off(message: GameMessage, tail: bytes, kind: type[bytes]) -> None:
    data = delimited(packet_of(message))
    assert decode_untrusted(kind(data + tail)) == message


def test_a_length_may_be_longer_than_it_need_be() -> None:
    assert decode_untrusted(b"\x82\x80\x80\x00\x08\x14") == GameMessage(10, b"", NOBODY, NO_GROUP, False, b"\x08\x14")


@given(st.integers(0, 2**40))
def test_a_varint_is_as_short_as_can_be(number: int) -> None:
    encoded = varint(number)
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(encoded)) == number
    assert len(encoded) == max(1, -(-number.bit_length() // 7))
    assert [byte >> 7 for byte in encoded] == [1] * (len(encoded) - 1) + [0]


def test_a_number_below_zero_takes_ten_bytes() -> None:
    assert varint(-1) == b"\xff" * 9 + b"\x01"


def test_the_login_result_names_the_peer_twice_and_no_port() -> None:
    assert WIRE.login_result(PeerId(1), True).hex() == "190801180128ffffffffffffffffff013001fa010408011801".replace(
        "19", f"{len('0801180128ffffffffffffffffff013001fa010408011801') // 2:02x}", 1
    )
    packet = reread(WIRE.login_result(PeerId(3), True))
    assert (packet.op_code, packet.target_player, packet.sender, packet.reliable) == (-1, 3, -1, True)
    assert (packet.login_result.success, packet.login_result.peer_id, packet.login_result.fast_port) == (True, 3, 0)


def test_a_refusal_still_has_its_inner_message() -> None:
    packet = reread(WIRE.login_result(NOBODY, False))
    assert packet.WhichOneof("message") == "login_result"
    assert codec.decode_from_server_untrusted(WIRE.login_result(NOBODY, False)) == codec.LoginResult(False, NOBODY)


def test_a_membership_update_without_members_still_has_its_inner_message() -> None:
    packet = reread(WIRE.group_membership_update(EVERYBODY, (), SERVER))
    assert packet.WhichOneof("message") == "group_membership_update"


@given(groups, st.lists(peers, max_size=60).map(tuple), peers)
def test_a_membership_update_comes_back_as_it_was(group: GroupId, members: tuple[PeerId, ...], by: PeerId) -> None:
    update = WIRE.group_membership_update(group, members, by)
    assert codec.decode_from_server_untrusted(update) == GroupMembership(group, members, by)


@given(op_codes, payloads, st.one_of(st.just(SERVER), peers), st.booleans())
def test_a_message_of_the_script_comes_back_as_it_was(
    op_code: int, payload: bytes, sender: PeerId, reliable: bool
) -> None:
    data = WIRE.message(op_code, payload, sender, reliable)
    assert codec.decode_from_server_untrusted(data) == Message(sender, op_code, payload)
    assert reread(data).reliable is reliable


@pytest.mark.parametrize("op_code", [0, -1, -13, 2**31])
def test_no_script_sends_with_an_op_code_that_is_not_its_own(op_code: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        WIRE.message(op_code, b"", SERVER, True)
