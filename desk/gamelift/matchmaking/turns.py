"""Turns: many want the one process that searches, and those who take long shall not hold up those who do not.

Next is whoever would have been ready first, had nobody been before: the time of asking and how long it took last
time. So what is short goes first, and what is long is not put off for ever, since who asks later has to wait as well.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from heapq import heapify, heappop, heappush

import anyio


class Turns:
    """One at a time. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = anyio.current_time) -> None:
        self._clock = clock
        self._taken = False
        self._number = 0
        #: When they would be ready, the number of their asking, and what they wait for.
        self._waiting: list[tuple[float, int, anyio.Event]] = []
        self._seconds: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn; it lasts as long as the block. Those of the same name are held to take about as long."""
        await self._come(self._clock() + self.seconds(name))
        began = self._clock()
        try:
            yield
        finally:
            self._seconds[name] = self._clock() - began
            self._go()

    def seconds(self, name: str) -> float:
        """Say how long the last turn of this name lasted."""
        return self._seconds.get(name, 0.0)

    def forget(self, name: str) -> None:
        """Nobody of this name comes any more."""
        self._seconds.pop(name, None)

    async def _come(self, ready: float) -> None:
        if not self._taken:
            self._taken = True
            return
        self._number += 1
        entry = ready, self._number, anyio.Event()
        heappush(self._waiting, entry)
        try:
            await entry[2].wait()
        except BaseException:
            if entry in self._waiting:
                self._waiting.remove(entry)
                heapify(self._waiting)
            else:
                self._go()  # It was our turn already.
            raise

    def _go(self) -> None:
        if self._waiting:
            heappop(self._waiting)[2].set()
        else:
            self._taken = False
