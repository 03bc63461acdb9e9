"""The reactor: sockets of peers lie in epolls of their own, nested in the event loop, and are read together.

A drain is one such epoll. After a wake-up it reads all of its sockets that are ready; whoever was told something is
written to at the end of that turn, once. What comes within its time after a wake-up waits for the next, so that many
messages share one wake-up and one write: at once if the last was long enough ago, else on a timer, for as long as
something is found.
"""

import asyncio
import select
import time
from collections.abc import Callable

import structlog

LOG = structlog.get_logger()

#: Sockets that are read in one turn of the loop, and how long that may take; the others come in the next.
EVENTS_A_TURN = 1024
TURN_SECONDS = 0.01
#: So many sockets are read between two looks at the clock: each may bring thousands of small messages.
_EVENTS_A_LOOK = 8

#: Called with the events of a socket that is ready.
Ready = Callable[[int], None]


class Drain:
    """Sockets that are read together, at most once in ``seconds``; with 0, whenever one of them is ready."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._epoll = select.epoll()
        self._ready: dict[int, Ready] = {}
        #: What a turn found and had no time for. An epoll would tell of the same sockets first, again and again.
        self._left: list[tuple[int, int]] = []
        self._last = 0.0
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._watching = False
        self._watch()

    def add(self, fd: int, events: int, ready: Ready) -> None:
        """Watch a socket for events of ``select.epoll``."""
        self._ready[fd] = ready
        self._epoll.register(fd, events)

    def change(self, fd: int, events: int) -> None:
        """Watch a socket for other events."""
        self._epoll.modify(fd, events)

    def remove(self, fd: int) -> None:
        """Forget a socket, before it is closed."""
        if self._ready.pop(fd, None):
            self._epoll.unregister(fd)

    def close(self) -> None:
        """Let go of the epoll; the sockets are their owners'."""
        self._rest()
        if self._timer:
            self._timer.cancel()
        self._epoll.close()

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            self._loop.add_reader(self._epoll.fileno(), self._woken)

    def _rest(self) -> None:
        """Leave the loop: before the descriptor is closed, or uvloop ends the process."""
        if self._watching:
            self._watching = False
            self._loop.remove_reader(self._epoll.fileno())

    def _woken(self) -> None:
        early = self._last + self._seconds - self._loop.time()
        if early > 0:
            self._rest()
            self._timer = self._loop.call_later(early, self._turn)
        else:
            self._turn()

    def _turn(self) -> None:
        """Read what is ready, and plan the next turn, whatever happens in this one."""
        self._timer = None
        self._last = self._loop.time()
        found = 0
        try:
            events = self._left or self._epoll.poll(0, EVENTS_A_TURN)
            found = len(events)
            self._left = self._read(events)
        finally:
            self._plan(found, bool(self._left) or found == EVENTS_A_TURN)

    def _read(self, events: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Let the owners read; give the events for which the time was too short."""
        # By a clock that goes on within a turn, which that of an event loop need not.
        end = time.monotonic() + TURN_SECONDS
        for at, (fd, mask) in enumerate(events):
            if at % _EVENTS_A_LOOK == _EVENTS_A_LOOK - 1 and time.monotonic() > end:
                return events[at:]
            ready = self._ready.get(fd)
            if ready is not None:
                try:
                    ready(mask)
                except Exception:  # the border: one socket's failure is its own
                    LOG.exception("socket_failed", fd=fd)
                    self.remove(fd)
        return []

    def _plan(self, found: int, rest: bool) -> None:
        if rest:
            self._rest()
            self._timer = self._loop.call_soon(self._turn)
        elif found and self._seconds:
            self._rest()
            self._timer = self._loop.call_later(self._seconds, self._turn)
        else:
            self._watch()


class Reactor:
    """The drains of a process: one for each time that game sessions may want between two flushes."""

    def __init__(self) -> None:
        self._drains: dict[int, Drain] = {}

    def drain(self, milliseconds: int) -> Drain:
        """Give the drain that reads at most once in so many milliseconds."""
        drain = self._drains.get(milliseconds)
        if drain is None:
            drain = self._drains[milliseconds] = Drain(milliseconds / 1000)
        return drain

    def close(self) -> None:
        """Let go of all drains."""
        for drain in self._drains.values():
            drain.close()
        self._drains.clear()
