"""Handshakes: a few steps in a turn, and none for ever."""

import asyncio

import anyio
import anyio.lowlevel
import pytest

from relay.channel import ChannelLimits
from relay.handshakes import STEPS_A_TURN, Handshakes
from tests.relay import certified
from tests.relay.test_tls_stream import House

pytestmark = pytest.mark.anyio


class Slow:
    """A peer whose steps are counted."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> None:
        self.steps += 1

    def late(self) -> None:
        raise AssertionError("nobody is late")


async def test_so_many_steps_are_taken_in_a_turn_and_no_more() -> None:
    handshakes = Handshakes(certified.shows(), House())
    peers = [Slow() for _ in range(5 * STEPS_A_TURN)]
    for peer in peers:
        handshakes.begin(peer)
        handshakes.ready(peer)
        handshakes.ready(peer)
    turns = 0
    while (taken := sum(peer.steps for peer in peers)) < len(peers):
        await anyio.lowlevel.checkpoint()
        assert sum(peer.steps for peer in peers) - taken <= STEPS_A_TURN
        turns += 1
    assert turns >= 5
    assert {peer.steps for peer in peers} == {1}


async def test_who_overslept_blames_nobody() -> None:
    house = House()
    house.limits = ChannelLimits(handshake_seconds=5)
    handshakes = Handshakes(certified.shows(), house)
    handshakes.begin(Slow())
    now = asyncio.get_running_loop().time()
    handshakes.sweep(now + 60, forgiven=True)
    handshakes.sweep(now + 64, forgiven=False)
