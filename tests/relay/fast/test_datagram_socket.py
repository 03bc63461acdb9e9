"""The sockets of the fast channel: bounded in what they read and keep, and not hurt by what the network refuses."""

import asyncio
import errno
import socket
from select import EPOLLIN
from typing import Any

import anyio
import pytest

from relay.acceptor import Address
from relay.counts import Counts
from relay.fast.datagram_socket import DATAGRAMS_A_TURN, MAX_SEGMENTS, DatagramSocket, _alike
from relay.fast.limits import MAX_DATAGRAM_BYTES, FastLimits
from relay.fast.line import Outlet
from relay.fast.ways import MAX_WAYS
from relay.reactor import Reactor

pytestmark = pytest.mark.anyio


class Home:
    """A socket in a reactor, a friend outside, and what came from it."""

    def __init__(
        self, sock: socket.socket | None = None, limits: FastLimits | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.counts = Counts()
        self.reactor = Reactor()
        self.came: list[bytes] = []
        self.outlets: list[Outlet] = []
        self.enough = 0
        self.news = asyncio.Event()
        self.friend = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.friend.bind(("127.0.0.1", 0))
        self.friend.settimeout(5)
        bound = sock or socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        bound.setblocking(False)
        bound.bind((host, 0))
        self.ours = DatagramSocket(bound, self.reactor.drain(0), self.received, self, limits or FastLimits())
        self.friend.connect(("127.0.0.1", self.ours.port))

    def received(self, outlet: Outlet, datagram: bytes, address: Address) -> None:
        self.came.append(datagram)
        self.outlets.append(outlet)
        if datagram == b"bad":
            raise RuntimeError("a fault of ours")
        if len(self.came) >= self.enough:
            self.news.set()

    @property
    def to_friend(self) -> Address:
        address: Address = self.friend.getsockname()
        return address

    def close(self) -> None:
        self.ours.close()
        self.reactor.close()
        self.friend.close()


class Full(socket.socket):
    """A socket whose network takes only so many datagrams, or refuses them."""

    room = 0
    refuses = 0

    def sendto(self, data: bytes, address: Address) -> int:  # type: ignore[override]
        if self.refuses:
            raise OSError(self.refuses, "refused")
        if not self.room:
            raise BlockingIOError
        self.room -= 1
        return super().sendto(data, address)

    def sendmsg(self, *args: object) -> int:
        raise OSError(self.refuses or errno.EINVAL, "no segments")


class Choosy(socket.socket):
    """A socket whose network refuses what leaves together, and counts how often it was tried."""

    refuses = 0
    tries = 0

    def sendmsg(self, *args: Any) -> int:
        self.tries += 1
        if self.refuses:
            raise OSError(self.refuses, "not now")
        return super().sendmsg(*args)


class Called(socket.socket):
    """A socket whose network may be full."""

    full = False

    def sendmsg(self, *args: Any) -> int:
        if self.full:
            raise BlockingIOError
        return super().sendmsg(*args)


class Flooded(socket.socket):
    """A socket to which something comes whenever it is read."""

    reads = 0

    def recvfrom_into(self, buffer: bytearray) -> tuple[int, Address]:  # type: ignore[override]
        if self.fileno() < 0:
            raise OSError(errno.EBADF, "closed")
        self.reads += 1
        return 0, ("127.0.0.1", 9)


async def test_a_flood_is_read_once_a_turn_however_often_it_is_announced_and_never_after_the_end() -> None:
    flooded = Flooded(socket.AF_INET, socket.SOCK_DGRAM)
    home = Home(flooded)
    for _ in range(3):
        home.ours._ready(EPOLLIN)
    reads = flooded.reads
    await asyncio.sleep(0)
    assert flooded.reads == reads + DATAGRAMS_A_TURN
    home.close()
    assert home.ours._again is not None
    assert home.ours._again.cancelled()
    home.ours._read()
    assert flooded.reads == reads + DATAGRAMS_A_TURN
    assert home.ours._again is None


async def test_more_than_a_turn_takes_comes_in_the_next() -> None:
    home = Home()
    home.enough = DATAGRAMS_A_TURN + 5
    for number in range(home.enough):
        home.friend.send(b"%d" % number)
        if number % 100 == 99:
            await asyncio.sleep(0)
    await home.news.wait()
    assert home.came == [b"%d" % number for number in range(home.enough)]
    assert home.counts.datagrams_in == home.enough
    home.close()


async def test_answers_leave_from_the_address_that_was_called_together_and_later_too() -> None:
    full = Called(socket.AF_INET, socket.SOCK_DGRAM)
    home = Home(full, host="0.0.0.0")
    home.friend.connect(("127.0.0.3", home.ours.port))
    home.enough = 1
    home.friend.send(b"hello")
    await home.news.wait()
    (outlet,) = home.outlets
    outlet.send(home.to_friend, [b"one"])
    outlet.send(home.to_friend, [b"same", b"size", b"end"])
    full.full = True
    outlet.send(home.to_friend, [b"later"])
    full.full = False
    home.ours._send_waiting()
    assert [home.friend.recv(99) for _ in range(5)] == [b"one", b"same", b"size", b"end", b"later"]
    home.close()


async def test_not_more_ways_are_kept_than_a_machine_has_addresses() -> None:
    home = Home(host="0.0.0.0")
    home.enough = MAX_WAYS + 9
    for number in range(home.enough):
        home.friend.sendto(b"hello", (f"127.0.1.{number + 1}", home.ours.port))
    await home.news.wait()
    assert len(set(home.outlets)) == MAX_WAYS + 1
    assert home.outlets[-1] is home.ours
    home.close()


async def test_what_is_too_long_is_counted_and_a_fault_stays_with_its_datagram() -> None:
    home = Home()
    home.enough = 3
    for datagram in (b"x" * (MAX_DATAGRAM_BYTES + 1), b"x" * 9000, b"bad", b"y" * MAX_DATAGRAM_BYTES, b""):
        home.friend.send(datagram)
    await home.news.wait()
    assert [len(one) for one in home.came] == [3, MAX_DATAGRAM_BYTES, 0]
    assert {drop.name: number for drop, number in home.counts.fast_drops.items()} == {"TOO_LARGE": 2}  # type: ignore[attr-defined]
    home.close()


async def test_datagrams_that_leave_together_arrive_each_by_itself() -> None:
    home = Home()
    sent = [b"a" * 30] * 100 + [b"b" * 20, b"c" * 1200, b"d"] + [b"e" * 40, b"e" * 40, b"f" * 50]
    home.ours.send(home.to_friend, sent)
    assert [home.friend.recv(4096) for _ in sent] == sent
    assert home.counts.datagrams_out == len(sent)
    home.close()


async def test_what_the_network_does_not_take_waits_and_the_oldest_is_dropped() -> None:
    full = Full(socket.AF_INET, socket.SOCK_DGRAM)
    home = Home(full, FastLimits(out_datagrams=3))
    home.ours.send(home.to_friend, [b"%d" % number for number in range(5)])
    assert {drop.name: number for drop, number in home.counts.fast_drops.items()} == {"QUEUE_FULL": 2}  # type: ignore[attr-defined]
    full.room = 1
    while full.room:
        await anyio.lowlevel.checkpoint()
    assert home.friend.recv(99) == b"2"
    home.ours.send(home.to_friend, [b"9"])
    full.room = 9
    while full.room > 6:
        await anyio.lowlevel.checkpoint()
    assert [home.friend.recv(99) for _ in range(3)] == [b"3", b"4", b"9"]
    home.close()


async def test_what_the_network_refuses_is_counted_and_the_rest_goes_one_by_one() -> None:
    full = Full(socket.AF_INET, socket.SOCK_DGRAM)
    home = Home(full)
    full.room = 9
    home.ours.send(home.to_friend, [b"1", b"2", b"3"])
    assert [home.friend.recv(99) for _ in range(3)] == [b"1", b"2", b"3"]
    full.refuses = errno.ENETUNREACH
    home.ours.send(home.to_friend, [b"4", b"5"])
    assert {drop.name: number for drop, number in home.counts.fast_drops.items()} == {"UNSENDABLE": 2}  # type: ignore[attr-defined]
    home.close()


@pytest.mark.parametrize(
    ("before", "refuses", "tries"),
    [(False, errno.EACCES, 2), (False, errno.ENOBUFS, 2), (True, errno.EINVAL, 3),
     (False, errno.EINVAL, 1), (False, errno.EIO, 1), (True, errno.EOPNOTSUPP, 2)],
)  # fmt: skip
async def test_what_is_refused_together_goes_singly_and_for_good_only_where_nobody_can(
    before: bool, refuses: int, tries: int
) -> None:
    choosy = Choosy(socket.AF_INET, socket.SOCK_DGRAM)
    home = Home(choosy)
    sent = [b"1", b"2", b"3"]
    if before:
        home.ours.send(home.to_friend, sent)
    choosy.refuses = refuses
    home.ours.send(home.to_friend, sent)
    choosy.refuses = 0
    home.ours.send(home.to_friend, sent)
    assert [home.friend.recv(99) for _ in sent * (3 if before else 2)] == sent * (3 if before else 2)
    assert (choosy.tries, home.counts.fast_drops) == (tries, {})
    home.close()


@pytest.mark.parametrize(
    ("sizes", "ends"),
    [([5], [1]), ([5, 5, 5], [3]), ([5, 5, 3, 5], [3, 4]), ([5, 6], [1, 2]), ([5, 3, 3], [2, 3]),
     ([4] * (MAX_SEGMENTS + 1), [MAX_SEGMENTS, MAX_SEGMENTS + 1]), ([1300] * 50, [46, 50])],
)  # fmt: skip
def test_the_kernel_is_given_together_what_it_can_cut(sizes: list[int], ends: list[int]) -> None:
    datagrams, at, found = [b"x" * size for size in sizes], 0, []
    while at < len(datagrams):
        at = _alike(datagrams, at)
        found.append(at)
    assert found == ends
