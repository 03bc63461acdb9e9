"""A network that is bad on purpose: for whom it is meant, both ways, and what is reliable stays so."""

import anyio
import pytest

from harena import Client
from relay.fast import client_line
from relay.fast.bad_line import BadLine
from relay.fast.limits import FastLimits
from session.configuration import Configuration
from session.values import PlayerId
from tests.relay.fast.test_channel import fast, until
from tests.relay.plain_relay import plain_relay

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
