"""Every line that the stock client sent is understood, and ours sends the same bytes."""

import base64

import pytest

from relay import client_codec as codec
from relay.client_events import GroupMembership, Message
from relay.codec import decode_untrusted
from session.packets import GameMessage, JoinGroup, LeaveGroup, Login, Packet, RequestGroupMembership, Unknown
from session.values import NO_GROUP, NOBODY, SERVER, GroupId, PeerId, PlayerSessionId
from tests.relay.recordings import Line, by_client, recorded

LINES = by_client("csharp_plain") + by_client("csharp_secure")
PATTERN = bytes(byte % 256 for byte in range(4096))


def payload_of(line: Line) -> bytes:
    payload = line.packet.get("payload", "")
    assert isinstance(payload, str)
    if payload.endswith("...") or "payload_len" in line.packet:
        length = {4118: 4096, 1222: 1200, 1223: 1201}[len(line.data)]
        return PATTERN[:length]
    return base64.b64decode(payload)


def number(line: Line, field: str, default: int = 0) -> int:
    value = line.packet.get(field, default)
    assert isinstance(value, int)
    return value


def group_of(inner: object) -> GroupId:
    assert isinstance(inner, dict)
    return GroupId(inner["group"])


def expected(line: Line) -> Packet:
    match line.packet:
        case {"login": {"playerSessionId": str(player_session_id)}}:
            return Login(PlayerSessionId(player_session_id), payload_of(line))
        case {"joinGroup": inner}:
            return JoinGroup(group_of(inner))
        case {"leaveGroup": inner}:
            return LeaveGroup(group_of(inner))
        case {"requestGroupMembership": inner}:
            return RequestGroupMembership(group_of(inner))
        case {"opCode": int(op_code)} if op_code < 0:
            return Unknown(op_code)
        case {"payload_len": 1200}:
            return GameMessage(16, payload_of(line), SERVER, NO_GROUP, False, line.data[2:])
        case _:
            start = 2 if len(line.data) > 128 else 1
            target, group = PeerId(number(line, "targetPlayer")), GroupId(number(line, "targetGroup"))
            reliable = line.packet.get("reliable") is True
            return GameMessage(number(line, "opCode"), payload_of(line), target, group, reliable, line.data[start:])


def encoded(packet: Packet, line: Line) -> bytes:
    """Say the same with our client."""
    sender = PeerId(number(line, "sender", 1))
    sequence_number = number(line, "sequenceNumber") if "sequenceNumber" in line.packet else None
    if "payload_len" in line.packet:
        sequence_number = line.data[5]
    match packet:
        case Login(player_session_id, payload):
            return codec.encode_login(player_session_id, payload)
        case GameMessage(op_code, payload, to, group):
            return codec.encode_message(op_code, payload, sender, to, group, sequence_number)
        case JoinGroup(group):
            return codec.encode_join_group(group, sender, sequence_number)
        case LeaveGroup(group):
            return codec.encode_leave_group(group, sender, sequence_number)
        case RequestGroupMembership(group):
            return codec.encode_request_group_membership(group, sender, sequence_number)
        case Unknown():
            raise AssertionError("our client does not say that")


def test_the_recordings_hold_every_kind_of_packet() -> None:
    assert len(by_client("csharp_plain")) == 18
    assert {type(expected(line)) for line in by_client("csharp_plain")} == {
        Login, GameMessage, JoinGroup, LeaveGroup, RequestGroupMembership, Unknown,
    }  # fmt: skip
    assert {line.channel for line in by_client("csharp_plain")} == {"websocket", "udp"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.id)
def test_what_the_stock_client_sends_is_decoded(line: Line) -> None:
    assert decode_untrusted(line.data) == expected(line)


@pytest.mark.parametrize(
    "line", [line for line in LINES if type(expected(line)) is not Unknown], ids=lambda line: line.id
)
def test_our_client_sends_the_same_bytes(line: Line) -> None:
    assert encoded(expected(line), line) == line.data


SERVER_LINES = [line for line in recorded("csharp_plain") + recorded("csharp_secure") if line.by == "server"]


@pytest.mark.parametrize("line", SERVER_LINES, ids=lambda line: line.id)
def test_what_the_stock_client_accepts_ours_accepts(line: Line) -> None:
    event = codec.decode_from_server_untrusted(line.data)
    match line.packet:
        case {"loginResult": {"success": True, "peerId": int(peer), **more}}:
            token = str(more.get("connectToken", ""))
            assert event == codec.LoginResult(True, PeerId(peer), int(str(more.get("fastPort", 0))), b"", token)
        case {"verifyIdentityResult": {"success": bool(success)}}:
            assert event == codec.IdentityVerified(success)
        case {"groupMembershipUpdate": {"group": int(group), "players": list(players)}}:
            assert event == GroupMembership(GroupId(group), tuple(players), PeerId(1))
        case {"groupMembershipUpdate": {"group": int(group)}}:
            assert event == GroupMembership(GroupId(group), (), PeerId(1))
        case {"opCode": int(op_code)} if op_code < 0:
            assert event == codec.Other(op_code)
        case _:
            assert event == Message(PeerId(number(line, "sender")), number(line, "opCode"), payload_of(line))


def test_the_targets_of_a_message_are_absent_where_nobody_is_meant() -> None:
    data = codec.encode_message(13, b"to-group-7", PeerId(1), NOBODY, GroupId(7))
    assert data.hex() == "14081a2007280130017a0a746f2d67726f75702d37"
