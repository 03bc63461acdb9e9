"""A network that is bad on purpose: for whom it is meant, both ways, and what is reliable stays so."""

import anyio
import pytest

from harena import Client
from relay.channel import ChannelLimits
from relay.fast import client_line
from relay.fast.bad_line import BadLine
from relay.fast.limits import FastLimits
from relay.late import Late
from relay.stream import Stream
from session.configuration import Configuration
from session.values import PlayerId
from tests.relay.fast.test_channel import FAST, fast, until
from tests.relay.peers import binary
from tests.relay.plain_relay import plain_relay
from tests.relay.test_channel import OVER, logged_in, to_everybody

pytestmark = pytest.mark.anyio

ALL = PlayerId("")
LATE = BadLine(delay_seconds=0.1)


async def test_who_is_late_is_overtaken_and_nobody_else() -> None:
    async with (
        plain_relay() as relay,
        Client.connect(relay.url, "ann") as ann,
        Client.connect(relay.url, "bob") as bob,
        Client.connect(relay.url, "cid") as cid,
    ):
        relay.room.spoil(PlayerId("ann"), LATE)
        await ann.send(1, to=cid.peer_id)
        await bob.send(2, to=cid.peer_id)
        assert [(await cid.receive()).op_code for _ in range(2)] == [2, 1]
        await cid.send(3, to=ann.peer_id)
        assert (await ann.receive()).op_code == 3
        relay.room.spoil(ALL, BadLine())
        await ann.send(4, to=bob.peer_id)
        assert (await bob.receive()).op_code == 4


async def test_what_is_reliable_comes_whole_and_in_order_however_late() -> None:
    async with plain_relay(Configuration(messages_per_second=1000)) as relay:
        relay.room.spoil(ALL, BadLine(loss=0.5, delay_seconds=0.01, jitter_seconds=0.01))
        async with Client.connect(relay.url, "ann") as ann:
            for number in range(100):
                await ann.send(1 + number, b"x" * 500, to=1)
                await anyio.lowlevel.checkpoint()
            assert [(await ann.receive()).op_code for _ in range(100)] == list(range(1, 101))
        await until(relay, lambda: relay.room.connected == 0)


async def test_what_a_peer_says_before_it_goes_arrives_and_then_it_is_gone() -> None:
    async with plain_relay() as relay, Client.connect(relay.url, "bob") as bob:
        ann = await logged_in(relay, "ann")
        relay.room.spoil(PlayerId("ann"), LATE)
        ann.writer.write(binary(to_everybody(1, 2, b"farewell")))
        await ann.close()
        assert (await bob.receive()).payload == b"farewell"
        await until(relay, lambda: relay.room.connected == 1)


async def test_who_is_gone_is_not_waited_for_longer_than_for_an_answer() -> None:
    async with plain_relay(limits=ChannelLimits(close_seconds=0.1)) as relay:
        ann = await logged_in(relay, "ann")
        relay.room.spoil(ALL, BadLine(delay_seconds=3_600))
        await ann.close()
        connection = next(iter(relay.room._connections.values()))
        assert isinstance(connection.stream, Late)
        stream = connection.stream._stream
        assert isinstance(stream, Stream)
        await until(relay, lambda: not stream.open)
        relay.room.end(OVER)
        await until(relay, lambda: relay.listener.connections == 0)


async def test_datagrams_whose_delay_varies_are_not_lost_for_it() -> None:
    async with plain_relay(Configuration(messages_per_second=1000), fast=FAST) as relay:
        async with Client.connect(relay.url, "ann") as ann:
            await fast(relay, ann)
            relay.fast.spoil()
            relay.room.spoil(ALL, BadLine(delay_seconds=0.02, jitter_seconds=0.02))
            for number in range(50):
                await ann.send(1 + number, to=1)
            assert [(await ann.receive()).op_code for _ in range(50)] == list(range(1, 51))
            assert relay.listener.counts.datagrams_out > 50


async def test_a_network_that_loses_everything_is_left_for_the_websocket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(client_line, "SILENT_SECONDS", 0.3)
    async with plain_relay(fast=FastLimits(silent_seconds=0.3)) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        relay.fast.spoil()
        relay.room.spoil(PlayerId("ann"), BadLine(loss=1.0))
        line = next(iter(relay.room._connections.values())).line
        assert line
        await until(relay, lambda: not ann.fast and not line.open)
        await ann.send(1, to=1)
        assert (await ann.receive()).op_code == 1
        relay.room.spoil(PlayerId("ann"), BadLine(delay_seconds=0.01))
        await fast(relay, ann)
        datagrams = relay.listener.counts.datagrams_out
        await ann.send(2, to=1)
        assert (await ann.receive()).op_code == 2
        assert relay.listener.counts.datagrams_out > datagrams
