"""The listener: how many may knock, what happens at the end, and to whom time is given."""

import anyio
import pytest

from harena import Client, ConnectionFailed, LoginRefused
from relay import client_codec as codec
from relay.channel import ChannelLimits
from relay.client_events import Closed
from relay.connection import Connection
from relay.listener import Listener
from session.farewells import CloseCode
from session.values import PlayerSessionId
from tests.relay.peers import RawPeer, WriteCounter, binary, request
from tests.relay.plain_relay import NO_SEAT, STOPPING, plain_relay

pytestmark = pytest.mark.anyio


async def test_beyond_the_limit_a_connection_is_closed_at_once_and_counted() -> None:
    async with plain_relay(max_connections=1) as relay:
        async with Client.connect(relay.url, "ann"):
            one_too_many = await RawPeer.connect(relay.listener.port)
            assert await one_too_many.ended()
            await one_too_many.close()
            assert (relay.listener.connections, relay.listener.counts.turned_away) == (1, 1)
        while relay.listener.connections:
            await anyio.lowlevel.checkpoint()
        async with Client.connect(relay.url, "bob") as bob:
            assert bob.peer_id == 2


async def test_closing_tells_players_and_takes_no_longer_than_it_may() -> None:
    async with plain_relay(limits=ChannelLimits(close_seconds=0.2)) as relay:
        mute = await RawPeer.connect(relay.listener.port)
        rude = await RawPeer.connect(relay.listener.port)
        await rude.shake_hands()
        async with Client.connect(relay.url, "ann") as ann:
            async with anyio.create_task_group() as group:
                group.start_soon(relay.listener.close, STOPPING)
                assert [event async for event in ann] == []
            assert ann.closed == Closed(STOPPING.code, STOPPING.reason)
        assert await rude.close_frame() == (STOPPING.code, STOPPING.reason)
        assert await mute.ended()
        assert relay.listener.connections == 0
        with pytest.raises(ConnectionFailed):
            async with Client.connect(relay.url, "late"):
                raise AssertionError("nobody listens")
        await mute.close()
        await rude.close()


async def test_a_refused_login_is_told_and_closed() -> None:
    async with plain_relay() as relay:
        with pytest.raises(LoginRefused) as refused:
            async with Client.connect(relay.url, "nobody"):
                raise AssertionError("there is no such seat")
        assert (refused.value.code, refused.value.reason) == (NO_SEAT.code, NO_SEAT.reason)


async def test_a_seat_may_be_found_later() -> None:
    async with plain_relay() as relay, anyio.create_task_group() as group:

        async def play() -> None:
            with pytest.raises(LoginRefused, match="no such player session"):
                async with Client.connect(relay.url, "later"):
                    raise AssertionError("there is no such seat")

        group.start_soon(play)
        await relay.news()
        relay.waiting[0][0].refused(NO_SEAT)
        relay.waiting[0][0].refused(NO_SEAT)


async def test_a_taken_port_is_the_callers_matter() -> None:
    async with plain_relay() as relay:
        second = Listener(relay)
        with pytest.raises(OSError, match=r"."):
            await second.open("127.0.0.1", relay.listener.port)
        await second.close(STOPPING)


async def test_ipv6() -> None:
    async with plain_relay() as relay:
        listener = Listener(relay)
        await listener.open("::1", 0)
        async with Client.connect(f"ws://[::1]:{listener.port}", "ann") as ann:
            assert ann.peer_id == 1
        await listener.close(STOPPING)


async def test_silence_is_forgiven_to_peers_when_it_was_ours() -> None:
    async with plain_relay(limits=ChannelLimits(ping_seconds=0.1, grace_seconds=0.1)) as relay:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(codec.encode_login(PlayerSessionId("later"), b"")))
        await relay.news()
        ((connection, _),) = relay.waiting
        now = anyio.current_time()
        connection.swept(now, False)
        connection.swept(now + 1000, True)
        connection.swept(now + 1000.2, False)
        assert (await peer.next_frame()).opcode == 9
        connection.swept(now + 1000.4, False)
        assert (await peer.close_frame())[0] == CloseCode.NOT_RESPONDING
        await peer.close()


async def test_a_peer_whose_bytes_wait_to_be_read_is_not_silent() -> None:
    async with plain_relay() as relay:
        connection, transport = Connection(relay.listener), WriteCounter()
        connection.connection_made(transport, "nowhere")
        connection.data_received(request())
        connection.data_received(binary(codec.encode_login(PlayerSessionId("later"), b"")))
        now = anyio.current_time()
        connection.swept(now, False)
        transport.unread = True
        connection.swept(now + 1000, False)
        assert relay.listener.counts.closed == {}
        transport.unread = False
        connection.swept(now + 2000, False)
        assert relay.listener.counts.closed == {CloseCode.NOT_RESPONDING: 1}
        connection.connection_lost()


async def test_a_login_has_its_time_again_when_it_was_us_who_slept() -> None:
    async with plain_relay() as relay:
        connection, transport = Connection(relay.listener), WriteCounter()
        connection.connection_made(transport, "nowhere")
        now = anyio.current_time()
        connection.swept(now + 1000, True)
        connection.swept(now + 1009, False)
        assert not transport.aborted
        connection.swept(now + 1011, False)
        assert transport.aborted
        connection.connection_lost()
