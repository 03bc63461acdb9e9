"""Drains: when they read, how much in a turn, and whom a failure concerns."""

import asyncio
import select
import socket
from collections import Counter
from collections.abc import Callable, Iterator

import anyio
import anyio.lowlevel
import pytest

from relay import reactor
from relay.reactor import Drain, Reactor

pytestmark = pytest.mark.anyio

#: No test lasts so long: what is due after it does not come.
NEVER_SECONDS = 3600.0


class Pairs:
    """Pairs of sockets: one end of each is read by a drain, the other speaks."""

    def __init__(self) -> None:
        self.heard: list[tuple[socket.socket, bytes]] = []
        self._news = anyio.Event()
        self._all: list[socket.socket] = []

    def pair(self, drain: Drain, instead: Callable[[], None] | None = None) -> tuple[socket.socket, socket.socket]:
        """Let a drain read a new socket, or do something else when it is ready; give it and its other end."""
        read, speaks = socket.socketpair()
        read.setblocking(False)
        self._all += [read, speaks]
        drain.add(read.fileno(), select.EPOLLIN, lambda _: instead() if instead else self._hear(read))
        return read, speaks

    async def hears(self, count: int) -> None:
        with anyio.fail_after(20):
            while len(self.heard) < count:
                await self._news.wait()

    def close(self) -> None:
        for one in self._all:
            one.close()

    def _hear(self, read: socket.socket) -> None:
        self.heard.append((read, read.recv(100)))
        self._news.set()
        self._news = anyio.Event()


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    made = Pairs()
    yield made
    made.close()


async def turn_around(pairs: Pairs, drain: Drain) -> None:
    """Let the loop turn so often that whatever was ready has been read."""
    _, speaks = pairs.pair(drain)
    for _ in range(5):
        count = len(pairs.heard)
        speaks.send(b".")
        await pairs.hears(count + 1)


async def test_after_a_rest_it_reads_at_once_and_then_not_before_its_time(pairs: Pairs) -> None:
    slow, quick = Drain(NEVER_SECONDS), Drain(0)
    read, speaks = pairs.pair(slow)
    speaks.send(b"at once")
    await pairs.hears(1)
    speaks.send(b"in an hour")
    await turn_around(pairs, quick)
    assert [data for one, data in pairs.heard if one is read] == [b"at once"]
    slow.close()
    quick.close()


async def test_what_comes_too_early_for_the_timer_is_read_by_it_and_then_the_loop_is_back(pairs: Pairs) -> None:
    drain = Drain(0.02)
    _, speaks = pairs.pair(drain)
    for number in range(5):
        speaks.send(b"%d" % number)
        await pairs.hears(number + 1)
        assert not drain._watching
    with anyio.fail_after(20):
        while not drain._watching:
            await anyio.lowlevel.checkpoint()
    assert drain._timer is None
    speaks.send(b"again")
    await pairs.hears(6)
    drain.close()


async def test_without_a_time_it_stays_in_the_loop(pairs: Pairs) -> None:
    drain = Drain(0)
    await turn_around(pairs, drain)
    assert drain._watching
    drain.close()


def numbered_turns(loop: asyncio.AbstractEventLoop) -> list[int]:
    """Count the turns of the loop in the list's only entry."""
    number = [0]

    def turn() -> None:
        number[0] += 1
        loop.call_soon(turn)

    turn()
    return number


@pytest.mark.parametrize(("events", "seconds", "most"), [(4, 10.0, 4), (1024, -1.0, reactor._EVENTS_A_LOOK)])
async def test_a_turn_is_bounded_and_the_others_come_in_the_next(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch, events: int, seconds: float, most: int
) -> None:
    monkeypatch.setattr(reactor, "EVENTS_A_TURN", events)
    monkeypatch.setattr(reactor, "TURN_SECONDS", seconds)
    drain, turns, ready_in = Drain(NEVER_SECONDS), numbered_turns(asyncio.get_running_loop()), Counter[int]()
    everyone = [pairs.pair(drain)[1] for _ in range(100)]
    _, first = pairs.pair(drain, lambda: ready_in.update(turns))
    first.send(b"never read, so always ready")
    for speaks in everyone:
        speaks.send(b"x")
    count = 0
    while len(pairs.heard) < 100:
        await anyio.lowlevel.checkpoint()
        assert len(pairs.heard) - count <= most
        count = len(pairs.heard)
    assert max(ready_in.values()) == 1
    drain.close()


async def test_who_is_always_ready_does_not_keep_the_others_from_being_read(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reactor, "TURN_SECONDS", -1.0)
    drain = Drain(0)
    for _ in range(2 * reactor._EVENTS_A_LOOK):
        _, speaks = pairs.pair(drain, lambda: None)
        speaks.send(b"never read")
    _, last = pairs.pair(drain)
    last.send(b"me too")
    await pairs.hears(1)
    drain.close()


async def test_one_sockets_failure_is_its_own(pairs: Pairs) -> None:
    def fail() -> None:
        raise RuntimeError("a fault of ours")

    drain = Drain(0)
    _, broken = pairs.pair(drain, fail)
    _, sound = pairs.pair(drain)
    for count in range(3):
        broken.send(b"x")
        sound.send(b"x")
        await pairs.hears(count + 1)
    drain.close()


async def test_who_is_removed_in_a_turn_is_not_read_in_it(pairs: Pairs) -> None:
    drain = Drain(0)
    ends: list[tuple[socket.socket, socket.socket]] = []
    called: list[int] = []

    def remove_the_other(mine: int) -> None:
        called.append(mine)
        for read, _ in ends:
            drain.remove(read.fileno())

    for at in range(2):
        ends.append(pairs.pair(drain, lambda at=at: remove_the_other(at)))  # type: ignore[misc]
    for _, speaks in ends:
        speaks.send(b"x")
    await turn_around(pairs, drain)
    assert len(called) == 1
    drain.close()


async def test_closing_while_sockets_are_still_there(pairs: Pairs) -> None:
    reactor = Reactor()
    for milliseconds in (0, 10, 3_600_000):
        drain = reactor.drain(milliseconds)
        assert reactor.drain(milliseconds) is drain
        _, speaks = pairs.pair(drain)
        speaks.send(b"x")
    await pairs.hears(3)
    for _, speaks in [pairs.pair(reactor.drain(milliseconds)) for milliseconds in (0, 10)]:
        speaks.send(b"unread")
    reactor.close()
    reactor.close()
    quick = Drain(0)
    await turn_around(pairs, quick)
    assert b"unread" not in [data for _, data in pairs.heard]
    quick.close()
