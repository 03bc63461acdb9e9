"""The farewell: a sandbox that is to end may say where it is, and is killed once it has, or has had time for it."""

import asyncio
from collections.abc import Callable

#: So long after it began to say in which line it is, a sandbox may go on, and send what it has finished.
LAST_WORDS_SECONDS = 0.05
#: So long it may take to begin. It begins as soon as it is let: who needs longer waits for the processor, and harms
#: nobody meanwhile.
FIRST_WORD_SECONDS = 1.0


class Farewell:
    """Waits for one sandbox's last words, then calls ``kill``. The loop does other things meanwhile."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._kill = kill
        self._timer: asyncio.TimerHandle | None = None
        self._errors: int | None = None

    def wait(self, errors: int) -> None:
        """The sandbox has been told to say it, by its standard error, whose descriptor this is."""
        self._errors = errors
        self._loop.add_reader(errors, self._begun)
        self._timer = self._loop.call_later(FIRST_WORD_SECONDS, self._kill)

    def stop(self) -> None:
        """Wait no more, before the descriptor is closed. Harmless a second time."""
        if self._errors is not None:
            self._loop.remove_reader(self._errors)
            self._errors = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begun(self) -> None:
        self.stop()
        self._timer = self._loop.call_later(LAST_WORDS_SECONDS, self._kill)
