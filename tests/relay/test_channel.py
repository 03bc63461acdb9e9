"""The reliable channel on real sockets: what its rules are, and how it ends when they are broken."""

import anyio
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode

from relay import client_codec as codec
from relay.channel import ChannelLimits
from relay.client_events import GroupMembership, Message
from session.configuration import Configuration
from session.farewells import CloseCode, Farewell
from session.peer import Seat
from session.values import EVERYBODY, NOBODY, GroupId, PeerId, PlayerId, PlayerSessionId
from tests.relay import certified
from tests.relay.peers import NORMAL, RawPeer, binary, masked, request
from tests.relay.plain_relay import NO_SEAT, PlainRelay, plain_relay

pytestmark = pytest.mark.anyio


@pytest.fixture(
    params=[
        pytest.param((False, False), id="asyncio"),
        pytest.param((True, False), id="uvloop"),
        pytest.param((True, True), id="uvloop by TLS"),
    ]
)
def anyio_backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, dict[str, bool]]:
    use_uvloop, tls = request.param
    monkeypatch.setattr(certified, "everywhere", tls)
    return "asyncio", {"use_uvloop": use_uvloop}


OVER = Farewell(CloseCode.GAME_SESSION_ENDED, "over")


def login(name: str) -> bytes:
    return codec.encode_login(PlayerSessionId(name), b"")


def to_everybody(op_code: int, sender: int, payload: bytes = b"") -> bytes:
    return codec.encode_message(op_code, payload, PeerId(sender), NOBODY, EVERYBODY)


async def logged_in(relay: PlainRelay, name: str, receive_buffer_bytes: int = 0) -> RawPeer:
    peer = await RawPeer.connect(relay.listener.port, receive_buffer_bytes)
    assert (await peer.shake_hands()).startswith(b"HTTP/1.1 101 ")
    peer.writer.write(binary(login(name)))
    result = codec.decode_from_server_untrusted(await peer.next_message())
    assert isinstance(result, codec.LoginResult)
    assert result.success
    return peer


async def test_a_handshake_a_login_and_a_message_in_one_segment() -> None:
    async with plain_relay() as relay:
        other = await logged_in(relay, "other")
        peer = await RawPeer.connect(relay.listener.port)
        peer.writer.write(
            request() + binary(login("ann")) + binary(to_everybody(5, 2, b"hi")) + binary(to_everybody(6, 2))
        )
        await peer.reader.readuntil(b"\r\n\r\n")
        assert codec.decode_from_server_untrusted(await peer.next_message()) == codec.LoginResult(True, PeerId(2))
        for op_code, payload in ((5, b"hi"), (6, b"")):
            message = codec.decode_from_server_untrusted(await other.next_message())
            assert message == Message(PeerId(2), op_code, payload)
        await peer.close()
        await other.close()


async def test_fragments_and_slow_bytes_are_a_message_all_the_same() -> None:
    async with plain_relay() as relay:
        other, peer = await logged_in(relay, "other"), await logged_in(relay, "ann")
        data = to_everybody(5, 2, b"in pieces")
        stream = masked(Opcode.BINARY, data[:3], fin=False) + masked(Opcode.CONT, data[3:])
        for byte in stream:
            peer.writer.write(bytes([byte]))
            await peer.writer.drain()
            await anyio.lowlevel.checkpoint()
        assert codec.decode_from_server_untrusted(await other.next_message()) == Message(PeerId(2), 5, b"in pieces")
        await peer.close()
        await other.close()


async def test_a_ping_of_the_peer_is_answered_with_its_payload() -> None:
    async with plain_relay() as relay:
        peer = await logged_in(relay, "ann")
        peer.writer.write(masked(Opcode.PING, b"01/31/2024 12:00:00"))
        frame = await peer.next_frame()
        assert (frame.opcode, bytes(frame.data)) == (Opcode.PONG, b"01/31/2024 12:00:00")
        await peer.close()


async def test_a_silent_peer_is_pinged_in_ascii_and_stays_while_it_answers() -> None:
    async with plain_relay(Configuration(ping_seconds=0.1), ChannelLimits(grace_seconds=0.2)) as relay:
        peer = await logged_in(relay, "ann")
        for _ in range(6):
            frame = await peer.next_frame()
            assert frame.opcode is Opcode.PING
            assert bytes(frame.data).isascii()
            peer.writer.write(masked(Opcode.PONG, bytes(frame.data)))
        assert relay.room.connected == 1
        await peer.close()


async def test_a_dead_peer_is_cut_off_and_the_others_learn_of_it() -> None:
    async with plain_relay(
        Configuration(ping_seconds=0.1), ChannelLimits(grace_seconds=0.1, close_seconds=0.2)
    ) as relay:
        dead = await logged_in(relay, "dead")
        note = await relay.noted("no sign of life")
        assert "dead" in note
        assert relay.room.connected == 0
        assert await dead.close_frame() == (4007, "no sign of life")
        assert await dead.ended()
        await dead.close()


async def test_a_login_that_does_not_come_is_not_waited_for() -> None:
    async with plain_relay(limits=ChannelLimits(login_seconds=0.1)) as relay:
        shaken = await RawPeer.connect(relay.listener.port)
        await shaken.shake_hands()
        mute = await RawPeer.connect(relay.listener.port)
        half = await RawPeer.connect(relay.listener.port)
        half.writer.write(b"GET / HTTP/1.1\r\nHost")
        assert await shaken.close_frame() == (4011, "no login came in time")
        for peer in (mute, half):
            assert await peer.ended()
            await peer.close()
        await shaken.close()


VIOLATIONS = {
    "text": (masked(Opcode.TEXT, b"hello"), 4000, "text"),
    "unparsable": (binary(b"\xff\xff"), 4000, "unparsable packet"),
    "an empty message": (binary(b""), 4000, "unparsable packet"),
    "a second login": (binary(login("again")), 4000, "second login"),
    "too large": (binary(b"x" * 20_000), 1009, ""),
    "unmasked": (b"\x82\x01a", 1002, ""),
}


@pytest.mark.parametrize(("data", "code", "reason"), VIOLATIONS.values(), ids=VIOLATIONS.keys())
async def test_a_violation_ends_that_peer_alone(data: bytes, code: int, reason: str) -> None:
    async with plain_relay() as relay:
        other, peer = await logged_in(relay, "other"), await logged_in(relay, "ann")
        peer.writer.write(binary(to_everybody(5, 2)) + data + binary(to_everybody(6, 2)))
        closed, said = await peer.close_frame()
        assert closed == code
        assert reason in said
        assert relay.room.connected == 1
        other.writer.write(
            binary(to_everybody(7, 1)) + binary(codec.encode_request_group_membership(EVERYBODY, PeerId(1)))
        )
        heard = [codec.decode_from_server_untrusted(await other.next_message()) for _ in range(2)]
        assert heard == [
            Message(PeerId(2), 5, b""),
            GroupMembership(EVERYBODY, (PeerId(1),), PeerId(1)),
        ]
        await peer.close()
        await other.close()


async def test_data_before_the_login_is_a_violation() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(to_everybody(5, 2)) + binary(login("ann")))
        assert await peer.close_frame() == (4000, "data before the login")
        assert relay.room.connected == 0
        await peer.close()


async def test_a_fault_of_the_roof_ends_that_connection_alone() -> None:
    async with plain_relay() as relay:
        other, peer = await logged_in(relay, "other"), await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(login("breaks")))
        assert await peer.close_frame() == (1011, "internal error")
        other.writer.write(masked(Opcode.PING, b"still there?"))
        assert bytes((await other.next_frame()).data) == b"still there?"
        await peer.close()
        await other.close()


async def test_garbage_instead_of_http_is_closed_at_once() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        peer.writer.write(b"\x16\x03\x01\x02\x00\x01\n" + b"\x00" * 200)
        assert await peer.ended()
        await peer.close()


async def test_a_browser_is_told_that_this_is_no_web_server() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        peer.writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await peer.reader.read()).startswith(b"HTTP/1.1 426 ")
        await peer.close()


@pytest.mark.parametrize("how", ["close frame", "end of stream", "reset"])
async def test_a_peer_that_leaves_is_lost_once(how: str) -> None:
    async with plain_relay() as relay:
        other, peer = await logged_in(relay, "other"), await logged_in(relay, "ann")
        for raw, sender in ((other, 1), (peer, 2)):
            raw.writer.write(binary(codec.encode_join_group(GroupId(7), PeerId(sender))))
            await raw.next_message()
        await other.next_message()
        match how:
            case "close frame":
                peer.writer.write(masked(Opcode.CLOSE, b"\x03\xe8"))
                assert await peer.close_frame() == (NORMAL, "")
            case "end of stream":
                # Of TLS there is no half: its last word (close_notify) comes, and then nothing more.
                peer.writer.close() if certified.everywhere else peer.writer.write_eof()
            case "reset":
                peer.writer.transport.abort()
        update = codec.decode_from_server_untrusted(await other.next_message())
        assert update == GroupMembership(GroupId(7), (PeerId(1),), PeerId(2))
        other.writer.write(masked(Opcode.PING, b"anything more?"))
        assert (await other.next_frame()).opcode is Opcode.PONG
        assert relay.room.connected == 1
        await peer.close()
        await other.close()


async def test_a_connection_lost_in_mid_login_leaves_no_seat() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(login("later")))
        await relay.news()
        (connection, _) = relay.waiting[0]
        await peer.close()
        while relay.listener.connections:
            await anyio.lowlevel.checkpoint()
        assert not connection.seated(relay.room, Seat(PlayerSessionId("later"), PlayerId("later")))
        connection.refused(NO_SEAT)
        assert relay.room.connected == 0


async def test_a_peer_that_speaks_while_its_seat_is_looked_for_breaks_the_rules() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(login("later")) + binary(to_everybody(5, 1)))
        assert await peer.close_frame() == (4000, "data before the login was answered")
        await peer.close()


async def test_a_peer_that_does_not_read_is_cut_off_and_the_others_play_on() -> None:
    async with plain_relay(
        Configuration(messages_per_second=10_000), ChannelLimits(out_buffer_bytes=64 * 1024)
    ) as relay:
        slow, other = await logged_in(relay, "slow", 4096), await logged_in(relay, "other")
        flood = binary(codec.encode_message(5, b"x" * 4096, PeerId(2), PeerId(1)))
        while relay.room.connected == 2:
            other.writer.write(flood * 8)
            await other.writer.drain()
            await anyio.lowlevel.checkpoint()
        assert "slow" in await relay.noted("too slow")
        assert relay.listener.counts.closed == {4006: 1}
        other.writer.write(masked(Opcode.PING, b"me too?"))
        assert bytes((await other.next_frame()).data) == b"me too?"
        await slow.close()
        await other.close()


async def test_what_was_sent_before_a_close_arrives_before_it() -> None:
    async with plain_relay() as relay:
        other, peer = await logged_in(relay, "other"), await logged_in(relay, "ann")
        other.writer.write(b"".join(binary(to_everybody(op_code, 1)) for op_code in range(1, 51)) + binary(login("x")))
        heard = [codec.decode_from_server_untrusted(await peer.next_message()) for _ in range(50)]
        assert heard == [Message(PeerId(1), op_code, b"") for op_code in range(1, 51)]
        assert (await other.close_frame())[0] == 4000
        await peer.close()
        await other.close()


async def test_a_peer_that_does_not_answer_a_close_is_closed_all_the_same() -> None:
    async with plain_relay(limits=ChannelLimits(close_seconds=0.1)) as relay:
        peer = await logged_in(relay, "ann")
        relay.room.end(OVER)
        assert await peer.close_frame() == (4008, "over")
        assert relay.farewells == [OVER]
        assert await peer.ended()
        await peer.close()


async def test_an_ordinary_websocket_client_gets_on_with_it() -> None:
    async with plain_relay() as relay:
        secure = certified.trusts() if certified.everywhere else None
        async with connect(f"{relay.url}/websocket", origin=None, compression="deflate", ssl=secure) as websocket:
            assert not websocket.protocol.extensions
            await websocket.send(login("ann"))
            assert codec.decode_from_server_untrusted(await websocket.recv(decode=False)) == codec.LoginResult(
                True, PeerId(1)
            )
            await websocket.send([to_everybody(5, 1)[:2], to_everybody(5, 1)[2:]])
            pong = await websocket.ping(b"ascii")
            await pong
            await websocket.send("text")
            with pytest.raises(ConnectionClosed):
                await websocket.recv()
            assert websocket.close_code == 4000
        with pytest.raises(InvalidStatus):
            async with connect(relay.url, additional_headers={"Sec-WebSocket-Version": "8"}, ssl=secure):
                raise AssertionError("the server took an old version")
