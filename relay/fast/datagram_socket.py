"""A socket for datagrams in the reactor: many are read in a turn, those to one peer leave together."""

import asyncio
import errno
import socket
import struct
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from select import EPOLLIN, EPOLLOUT

import structlog

from relay.acceptor import Address
from relay.counts import Counts
from relay.fast.drops import FastDrop
from relay.fast.hardship import Hardship
from relay.fast.limits import MAX_DATAGRAM_BYTES, FastLimits
from relay.fast.line import Outlet
from relay.fast.lines import Home
from relay.fast.ways import SAID_BYTES, Beside, Ways, has_all_addresses
from relay.reactor import Drain

LOG = structlog.get_logger()

#: So many are read in one turn of the loop; what is left comes in the next.
DATAGRAMS_A_TURN = 512
#: What may lie in the kernel between two turns. The system allows less, see net.core.rmem_max.
RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

#: Linux cuts one long datagram into several of this size each, at a quarter of the cost (udp(7)).
UDP_SEGMENT = 103
#: The kernel cuts into no more pieces.
MAX_SEGMENTS = 64
#: All segments together are one datagram to most of the kernel.
MAX_SEGMENTED_BYTES = 60_000
#: What it says where the way out cannot cut. A kernel that knows nothing of it says EINVAL, at once.
NO_SEGMENTS = (errno.EIO, errno.EOPNOTSUPP)

#: Says what is done on purpose to the datagrams of an address.
Hardships = Callable[[Address], Hardship | None]
#: Takes what came: the way back, the datagram, and the address of who sent it.
Received = Callable[[Outlet, bytes, Address], None]


class DatagramSocket:
    """A bound, non-blocking socket, read from when it is made until ``close``."""

    def __init__(self, bound: socket.socket, drain: Drain, received: Received, home: Home, limits: FastLimits) -> None:
        self.limits = limits
        self._loop = asyncio.get_running_loop()
        self._socket = bound
        self._drain = drain
        self._received = received
        self._home = home
        self._buffer = bytearray(MAX_DATAGRAM_BYTES + 1)
        #: None where there is one address to answer from.
        self._ways = Ways(self) if has_all_addresses(bound) else None
        #: What waits until the network takes more.
        self._waiting: deque[tuple[Address, bytes, Beside]] = deque()
        #: Datagrams to one peer are handed over together; not every network card can.
        self._segments = True
        #: They have been, once at least.
        self._segmented = False
        self._again: asyncio.Handle | None = None
        #: There only while somebody's line is bad on purpose.
        self.hardships: Hardships | None = None
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        drain.add(bound.fileno(), EPOLLIN, self._ready)

    @property
    def port(self) -> int:
        """The port that it is bound to."""
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def _counts(self) -> Counts:
        return self._home.counts

    def move(self, drain: Drain) -> None:
        """Let another drain read it from now on."""
        if drain is not self._drain:
            self._drain.remove(self._socket.fileno())
            self._drain = drain
            drain.add(self._socket.fileno(), EPOLLIN | (EPOLLOUT if self._waiting else 0), self._ready)

    def close(self) -> None:
        """Close it, whatever waits."""
        if self._again:
            self._again.cancel()
        self._drain.remove(self._socket.fileno())
        self._socket.close()

    # In.

    def _ready(self, events: int) -> None:
        if events & EPOLLOUT:
            self._send_waiting()
        if events != EPOLLOUT:
            self._read()

    def _read(self) -> None:
        """Read what is there, for one turn. There is one next turn at most, however often this is called."""
        if self._again:
            self._again.cancel()
            self._again = None
        if self._socket.fileno() < 0:
            return
        for _ in range(DATAGRAMS_A_TURN):
            try:
                if self._ways:
                    length, said, _, address = self._socket.recvmsg_into((self._buffer,), SAID_BYTES)
                    outlet = self._ways.back(said)
                else:
                    length, address = self._socket.recvfrom_into(self._buffer)
                    outlet = self
            except BlockingIOError:
                return
            except OSError:  # The network tells of a peer that is gone; it is not this datagram's business.
                continue
            self._take(length, outlet, address)
        self._again = self._loop.call_soon(self._read)

    def _take(self, length: int, outlet: Outlet, address: Address) -> None:
        self._counts.datagrams_in += 1
        if length > MAX_DATAGRAM_BYTES:
            self._counts.fast_drops[FastDrop.TOO_LARGE] += 1
            return
        datagram = bytes(memoryview(self._buffer)[:length])
        hardship = self.hardships(address) if self.hardships else None
        if hardship:
            hardship.coming.take(partial(self._tell, outlet, datagram, address))
        else:
            self._tell(outlet, datagram, address)

    def _tell(self, outlet: Outlet, datagram: bytes, address: Address) -> None:
        try:
            self._received(outlet, datagram, address)
        except Exception:  # the border: what one datagram brings about is its own
            LOG.exception("datagram_failed", address=str(address))

    # Out.

    def send(self, address: Address, datagrams: Sequence[bytes]) -> None:
        """Send datagrams to one address, behind what waits. What the network does not take waits, or is dropped."""
        self.send_beside(address, datagrams, ())

    def send_beside(self, address: Address, datagrams: Sequence[bytes], beside: Beside) -> None:
        """Do the same, and tell the kernel something beside each."""
        hardship = self.hardships(address) if self.hardships else None
        if hardship:
            for datagram in datagrams:
                hardship.going.take(partial(self._send, address, (datagram,), beside))
        else:
            self._send(address, datagrams, beside)

    def _send(self, address: Address, datagrams: Sequence[bytes], beside: Beside) -> None:
        if self._socket.fileno() < 0:  # It was closed while a bad line held this back.
            return
        at, singly, end = 0, 0, len(datagrams)
        while at < end and not self._waiting:
            stop = _alike(datagrams, at) if self._segments and singly <= at < end - 1 else at + 1
            try:
                self._hand_over(address, datagrams[at:stop], beside)
            except BlockingIOError:
                break
            except OSError as error:
                if stop - at > 1:  # What is refused together is tried one by one.
                    self._refused_together(error)
                    singly = stop
                else:
                    self._counts.fast_drops[FastDrop.UNSENDABLE] += 1
                    at += 1
                continue
            self._counts.datagrams_out += stop - at
            at = stop
        for datagram in datagrams[at:]:
            self._wait(address, datagram, beside)

    def _hand_over(self, address: Address, datagrams: Sequence[bytes], beside: Beside) -> None:
        if len(datagrams) > 1:
            size = struct.pack("=H", len(datagrams[0]))
            self._socket.sendmsg(datagrams, (*beside, (socket.IPPROTO_UDP, UDP_SEGMENT, size)), 0, address)
            self._segmented = True
        elif beside:
            self._socket.sendmsg(datagrams, beside, 0, address)
        else:
            self._socket.sendto(datagrams[0], address)

    def _refused_together(self, error: OSError) -> None:
        """Say no more what cannot be understood here; any other refusal is the business of one address."""
        if error.errno in NO_SEGMENTS or (error.errno == errno.EINVAL and not self._segmented):
            LOG.info("datagrams_are_sent_one_by_one", why=str(error))
            self._segments = False

    def _wait(self, address: Address, datagram: bytes, beside: Beside) -> None:
        """Keep a datagram; what has waited longest is worth least."""
        if not self._waiting:
            self._drain.change(self._socket.fileno(), EPOLLIN | EPOLLOUT)
        if len(self._waiting) >= self.limits.out_datagrams:
            self._waiting.popleft()
            self._counts.fast_drops[FastDrop.QUEUE_FULL] += 1
        self._waiting.append((address, datagram, beside))

    def _send_waiting(self) -> None:
        waiting, self._waiting = self._waiting, deque()
        while waiting and not self._waiting:
            address, datagram, beside = waiting.popleft()
            self._send(address, (datagram,), beside)
        if waiting:  # The first one that was not taken goes before these.
            self._waiting += waiting
        else:
            self._drain.change(self._socket.fileno(), EPOLLIN | (EPOLLOUT if self._waiting else 0))


def _alike(datagrams: Sequence[bytes], at: int) -> int:
    """Give where those end that the kernel takes as one: all of one size, but the last, which may be shorter."""
    size = len(datagrams[at])
    most = min(len(datagrams), at + min(MAX_SEGMENTS, MAX_SEGMENTED_BYTES // size))
    stop = at + 1
    while stop < most and len(datagrams[stop]) == size:
        stop += 1
    return stop + 1 if stop < most and len(datagrams[stop]) < size else stop
