"""The budget: how much of the processor a script may use, watched from within its process.

The kernel sends SIGPROF for every few milliseconds of processor time that the process uses, and none while it waits.
Who overspends is not interrupted by an exception, which a script could catch: its process ends, from within the handler
of that signal. What a C function holds longer than allowed is seen when it returns, and by the relay's clock if it does
not.
"""

import math
import signal
import time
from collections import deque
from collections.abc import Callable
from types import FrameType

from sandbox.limits import CPU_WINDOW_SECONDS
from session.answers import Outcome

#: The kernel looks at its timers 250 times a second on most machines: it sends a signal every eight milliseconds or so.
TICK_SECONDS = 0.005
#: The window is counted in pieces of this length: so much of it may count for less long than it should.
_PIECE_SECONDS = 0.5

#: A second timer counts down from here and never rings. It shows what the kernel's own ticks have seen a script use.
_FAR_SECONDS = 1e8

#: Ends the process: how it overspent, milliseconds used and allowed, and what ran.
Overspent = Callable[[Outcome, int, int, FrameType | None], None]


class Budget:
    """Processor time of what runs now, and of the last ten seconds.

    The time is that of the only thread. The process's own clock stands still between two ticks of the kernel while a
    timer like this one is armed.
    """

    def __init__(self, overspent: Overspent) -> None:
        self._overspent = overspent
        #: Counts the runs; the handler finds out by itself that another has begun: to read the clock for each is dear.
        self._run = 0
        self._allowed = math.inf
        #: What had been used shortly before it began, what was left on the second timer, and when both were read, by
        #: the steady clock, which costs next to nothing.
        self._before = 0.0
        self._left = 0.0
        self._read_at = -math.inf
        self._seen = 0
        self._began = 0.0
        self._left_then = 0.0
        #: When a call was forgiven something.
        self._forgiven_at = -math.inf
        self._last = 0.0
        self._share = math.inf
        #: When a piece of the window began, by the steady clock, and the processor time used in it.
        self._pieces: deque[tuple[float, float]] = deque()
        self._in_window = 0.0

    def arm(self) -> None:
        """Watch from now on; a forked process does not inherit it."""
        self._last = time.thread_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, _FAR_SECONDS)
        signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_PROF, TICK_SECONDS, TICK_SECONDS)

    def begin(self, seconds: float) -> None:
        """Something else runs, and may use so much from now on."""
        now = time.monotonic()
        if now - self._read_at > TICK_SECONDS:
            self._read_at, self._before = now, time.thread_time()
            self._left = signal.getitimer(signal.ITIMER_VIRTUAL)[0]
        self._run += 1  # Before the budget: a signal in between must not hold what ran before to this.
        self._allowed = seconds

    def share(self, seconds: float) -> None:
        """From now on, allow so much in each ``CPU_WINDOW_SECONDS``."""
        self._share = seconds
        self._pieces.clear()
        self._in_window, self._last = 0.0, time.thread_time()

    def look(self, frame: FrameType | None = None) -> None:
        """Count, and end the process if it has overspent."""
        used, now = time.thread_time(), time.monotonic()
        last, self._last = self._last, used  # At once: a signal may come and look within this look.
        if self._run != self._seen:
            # It began since the last look. Its first C call counts; up to a tick is given away, for what was before.
            # More than that may have been: the kernel looks at whoever runs when its clock ticks, and short calls may
            # miss that again and again.
            self._seen, self._began = self._run, min(used, max(last + TICK_SECONDS, self._before))
            self._left_then = self._left
        try:
            self._count(used - last, now)
        except (RecursionError, MemoryError):
            self._last = last  # No room to count in: it is counted at the next look.
            raise
        if used - self._began > self._allowed and not self._forgives(used, now):
            self._end(Outcome.EXCEEDED_CPU, used - self._began, self._allowed, frame)
        if self._in_window > self._share:
            self._end(Outcome.EXCEEDED_CPU_SHARE, self._in_window, self._share, frame)

    def _forgives(self, used: float, now: float) -> bool:
        """Forgive a call, once in a window, what no tick of the kernel has seen it use.

        A machine's host can stop it without saying so, for a tenth of a second and more, and the kernel can be busy
        with something else: who runs just then is charged. No script does that, unless it has the kernel find memory.
        """
        seen = self._left_then - signal.getitimer(signal.ITIMER_VIRTUAL)[0]
        if seen > self._allowed or now - self._forgiven_at < CPU_WINDOW_SECONDS:
            return False
        self._forgiven_at, self._began = now, used - seen
        return True

    def _tick(self, _: int, frame: FrameType | None) -> None:
        try:
            self.look(frame)
        except (RecursionError, MemoryError):
            pass  # No room to count in; it is not for the script to hear, and the next tick comes.

    def _count(self, seconds: float, now: float) -> None:
        while self._pieces and now - self._pieces[0][0] > CPU_WINDOW_SECONDS:
            self._in_window -= self._pieces.popleft()[1]
        if self._pieces and now - self._pieces[-1][0] < _PIECE_SECONDS:
            began, so_far = self._pieces.pop()
            self._pieces.append((began, so_far + seconds))
        else:
            self._pieces.append((now, seconds))
        self._in_window += seconds

    def _end(self, outcome: Outcome, used: float, allowed: float, frame: FrameType | None) -> None:
        self._overspent(outcome, round(1000 * used), round(1000 * allowed), frame)
