"""Counts of a listener: bytes and packets are those that went over the socket, writes by what was in them."""

import anyio
import pytest

from harena import Client
from relay import client_codec as codec
from session.farewells import CloseCode
from session.values import PeerId, PlayerSessionId
from tests.relay.peers import RawPeer, binary, request
from tests.relay.plain_relay import plain_relay

pytestmark = pytest.mark.anyio


async def test_bytes_and_packets_are_those_on_the_socket() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        accepted = await peer.shake_hands()
        login = binary(codec.encode_login(PlayerSessionId("ann"), b""))
        peer.writer.write(login)
        result = await peer.next_frame()
        counts = relay.listener.taken_counts()
        assert (counts.packets_in, counts.bytes_in) == (1, len(request()) + len(login))
        assert counts.bytes_out == len(accepted) + len(result.serialize(mask=False))
        assert counts.flushes == {0: 1, 1: 1}, "the answer to the handshake, and that to the login"
        again = relay.listener.taken_counts()
        assert (again.packets_in, again.bytes_in, again.bytes_out, again.flushes) == (0, 0, 0, {})
        await peer.close()


async def test_many_packets_in_one_write_are_counted_as_many() -> None:
    async with plain_relay() as relay, Client.connect(relay.url, "ann") as ann:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(codec.encode_login(PlayerSessionId("bob"), b"")))
        await peer.next_message()
        relay.listener.taken_counts()
        peer.writer.write(
            b"".join(binary(codec.encode_message(1, b"%d" % n, PeerId(2), PeerId(ann.peer_id))) for n in range(7))
        )
        for _ in range(7):
            await ann.receive()
        counts = relay.listener.taken_counts()
        assert (counts.packets_in, counts.flushes) == (7, {7: 1})
        await peer.close()


async def test_those_who_are_cut_off_are_counted_once_by_close_code() -> None:
    async with plain_relay() as relay:
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(codec.encode_message(1, b"", PeerId(1))))
        assert await peer.ended()
        await peer.close()
        async with Client.connect(relay.url, "ann") as first, Client.connect(relay.url, "ann"):
            assert [event async for event in first] == []
        while relay.listener.connections:
            await anyio.lowlevel.checkpoint()
        assert relay.listener.counts.closed == {CloseCode.PROTOCOL_VIOLATION: 1, CloseCode.REPLACED: 1}
