"""Patience: how long a sandbox may take for one question, looked after by one timer."""

import asyncio
from collections.abc import Callable

#: The clock is looked at so often within the time of one question: a question may take this much longer than it should.
LOOKS = 4


class Patience:
    """Calls ``late`` once a question has had its time. ``progress`` gives another number when a new one has begun."""

    def __init__(self, progress: Callable[[], int], late: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._progress = progress
        self._late = late
        self._waiting = False
        self._seconds = 0.0
        self._seen = 0
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """A question has so many seconds from now on."""
        if seconds != self._seconds:  # It would be looked at by the pace of another.
            self.stop()
        self._waiting = True
        self._seconds = seconds
        self._since = self._loop.time()
        if self._timer is None:
            self._plan()

    def rest(self) -> None:
        """Nothing is asked for now. The timer goes on: the next question is mostly there before it looks."""
        self._waiting = False

    def stop(self) -> None:
        """Nothing is asked, and the timer is let go."""
        self.rest()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _plan(self) -> None:
        self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        now, progress = self._loop.time(), self._progress()
        if progress != self._seen:
            self._seen, self._since = progress, now
        if now >= self._since + self._seconds:
            self._late()
        else:
            self._plan()
