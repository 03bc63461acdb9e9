"""Timers of a script: functions to be called later, in the order of their times."""

import heapq
from collections.abc import Callable

#: The shortest time until a timer's call, and between two of them: 100 a second.
SHORTEST_SECONDS = 0.01


class Timer:
    """One call, or one call after another, that lies ahead."""

    __slots__ = ("_args", "_every", "_function", "_running")

    def __init__(self, function: Callable[..., object], args: tuple[object, ...], every: float | None) -> None:
        self._function = function
        self._args = args
        self._every = every
        self._running = True

    def cancel(self) -> None:
        """Call no more; harmless at any time, from inside the call too."""
        self._running = False

    def __repr__(self) -> str:
        return "<timer>" if self._running else "<cancelled timer>"


class Timers:
    """All timers of a script; at most ``limit`` run at a time."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._serial = 0
        self._heap: list[tuple[float, int, Timer]] = []

    def add(self, timer: Timer, due: float) -> None:
        """Set a timer. Raises ValueError where there are too many."""
        if len(self._heap) >= self.limit:
            self._heap = [entry for entry in self._heap if entry[2]._running]
            heapq.heapify(self._heap)
        if len(self._heap) >= self.limit:
            raise ValueError(f"a script may run {self.limit} timers at a time")
        self._push(timer, due)

    def wake_at(self) -> float | None:
        """Give the time of the next call, None where there is none."""
        while self._heap and not self._heap[0][2]._running:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> list[Timer]:
        """Take out the timers that are due; repeated ones are set anew, and skip the times that were missed."""
        due: list[Timer] = []
        while self._heap and self._heap[0][0] <= now:
            at, _, timer = heapq.heappop(self._heap)
            if timer._running:
                due.append(timer)
                if timer._every is None:
                    continue
                missed = int((now - at) / timer._every)
                self._later(timer, at + (missed + 1) * timer._every, now)
        return due

    def _later(self, timer: Timer, due: float, now: float) -> None:
        assert timer._every is not None
        self._push(timer, due if due > now else now + timer._every)

    def _push(self, timer: Timer, due: float) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (due, self._serial, timer))
