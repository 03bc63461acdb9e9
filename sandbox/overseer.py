"""The overseer: a sandbox's share of the processor, watched from outside.

A script that has escaped from the language can switch off what watches it from within, and then would burn a
core for as long as it is asked nothing, or answers in time.
"""

import asyncio
import math
from collections.abc import Callable

from sandbox.limits import CPU_WINDOW_SECONDS
from sandbox.processor import looked_at

#: Who used so many times its share is ended from here; who has not escaped is ended from within before that.
SHARES = 2


class Overseer:
    """Calls ``overspent``, with what it used in words, when a process has used more than ``SHARES`` times its share.

    It looks once in so many seconds. Each process has a timer of its own: to look at all of them in one turn of the
    loop would hold up the game sessions. Without /proc it sees nothing.
    """

    def __init__(self, overspent: Callable[[str], None], window_seconds: float = CPU_WINDOW_SECONDS) -> None:
        self._loop = asyncio.get_running_loop()
        self._overspent = overspent
        self._window_seconds = window_seconds
        self._timer: asyncio.TimerHandle | None = None

    def start(self, pid: int, cpu_percent: int) -> None:
        """From now on this process may use so much of a core."""
        self._plan(pid, cpu_percent, looked_at(pid)[1])

    def stop(self) -> None:
        """Look no more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _plan(self, pid: int, cpu_percent: int, used: float) -> None:
        since = self._loop.time()
        self._timer = self._loop.call_later(self._window_seconds, self._look, pid, cpu_percent, used, since)

    def _look(self, pid: int, cpu_percent: int, used_before: float, since: float) -> None:
        used, seconds = looked_at(pid)[1], self._loop.time() - since
        self._plan(pid, cpu_percent, used)
        more = used - used_before
        if math.isfinite(more) and more > SHARES * cpu_percent / 100 * seconds:
            self._overspent(f"it used {more:.1f} s of processor time in {seconds:.1f} s, seen from outside")
