"""A delay: what happens later keeps its order, whatever the timers of an event loop make of two moments."""

import asyncio
from collections import deque
from collections.abc import Callable


class Delay:
    """Does things later, in the order in which they came."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._waiting: deque[tuple[float, Callable[[], None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self, do: Callable[[], None]) -> None:
        """Do something when its time has come, and not before what came first."""
        due = self._loop.time() + self._seconds()
        self._waiting.append((max(due, self._waiting[-1][0]) if self._waiting else due, do))
        self._plan()

    def drop(self) -> None:
        """Do nothing of it."""
        self._waiting.clear()

    def hurry(self) -> None:
        """Do all of it at once, and so what comes from now on."""
        self._seconds = lambda: 0.0
        self._waiting = deque((0.0, do) for _, do in self._waiting)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._plan()

    def _plan(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = self._loop.call_at(self._waiting[0][0], self._go)

    def _go(self) -> None:
        self._timer = None
        while self._waiting and self._waiting[0][0] <= self._loop.time():
            self._waiting.popleft()[1]()
        self._plan()
