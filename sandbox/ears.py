"""Ears: what sandboxes say is heard through one epoll, which never waits for a clock."""

import asyncio
import select
import time
from collections.abc import Callable

#: So long the relay waits, once a turn, for sandboxes that it has just asked: one wake-up for all, not one for each.
GATHER_SECONDS = 0.003
#: Sandboxes that are heard at a time; the others are heard next.
_EVENTS = 256


class Ears:
    """The channels of all sandboxes of a process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._epoll = select.epoll()
        self._heard: dict[int, Callable[[], object]] = {}
        #: Who was asked in this turn, and mostly answers in time.
        self._expected: set[int] = set()
        self._loop.add_reader(self._epoll.fileno(), self._hear, 0.0)

    def listen(self, channel: int, heard: Callable[[], object]) -> None:
        """Call ``heard``, which does not raise, whenever a channel can be read."""
        self._heard[channel] = heard
        self._epoll.register(channel, select.EPOLLIN)

    def forget(self, channel: int) -> None:
        """Listen no more, before the channel is closed. Harmless a second time."""
        if self._heard.pop(channel, None):
            self._epoll.unregister(channel)
            self._expected.discard(channel)

    def expect(self, channel: int) -> None:
        """An answer of this one is worth waiting for."""
        self._expected.add(channel)

    def satisfied(self, channel: int) -> None:
        """This one has answered all that it was asked."""
        self._expected.discard(channel)

    def gather(self) -> None:
        """Hear those who are expected, for ``GATHER_SECONDS`` at most; who is later is heard when it speaks."""
        # By a clock that goes on within a turn, which that of an event loop need not.
        end = time.monotonic() + GATHER_SECONDS
        while self._expected and (left := end - time.monotonic()) > 0:
            self._hear(left)
        self._expected.clear()

    def close(self) -> None:
        """Hear nothing more. Harmless a second time."""
        if not self._epoll.closed:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._heard.clear()

    def _hear(self, seconds: float) -> None:
        for channel, _ in self._epoll.poll(seconds, _EVENTS):
            if heard := self._heard.get(channel):
                heard()
