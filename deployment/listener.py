"""The system's own notices of change in some directories: a hint that it is worth looking, never more than that."""

from collections.abc import Set
from typing import NoReturn

import anyio
from watchfiles import Change, awatch

from deployment.folder import Directory
from deployment.naming import ignored

#: Notices that come this close together are one.
_STEP_MILLISECONDS = 20
_DEBOUNCE_MILLISECONDS = 100
#: How often the watching thread comes back although nothing happened; the first time shows that it listens.
_TURN_MILLISECONDS = 200
_RETRY_SECONDS = 0.5


class Listener:
    """Listens to directories one by one, not into their depths: a link in one of them leads it nowhere."""

    def __init__(self) -> None:
        self._directories: Set[Directory] = frozenset()
        self._stirred = anyio.Event()
        self._stop = anyio.Event()

    def listen_to(self, directories: Set[Directory]) -> None:
        """These directories matter from now on; one that was made anew is listened to anew."""
        if directories != self._directories:
            self._directories = frozenset(directories)
            self._stop.set()

    async def stirred(self) -> None:
        """Something may have changed since this was last awaited."""
        await self._stirred.wait()
        self._stirred = anyio.Event()

    def stop(self) -> None:
        """Let the watching thread go, which no cancellation reaches; within some 20 ms it has ended."""
        self._stop.set()

    async def run(self) -> NoReturn:
        """Listen until cancelled; call `stop` as well then."""
        while True:
            self._stop = stop = anyio.Event()
            try:
                await self._listen([directory.path for directory in self._directories], stop)
            except (OSError, RuntimeError):
                # One of them has just gone, or the system gives out no more watches (watchfiles raises a RuntimeError
                # of its own for some of that): then looking from time to time has to do.
                with anyio.move_on_after(_RETRY_SECONDS):
                    await stop.wait()
            self._stirred.set()

    async def _listen(self, paths: list[str], stop: anyio.Event) -> None:
        if not paths:
            await stop.wait()
            return
        listening = False
        async for changes in awatch(
            *paths,
            watch_filter=_matters,
            debounce=_DEBOUNCE_MILLISECONDS,
            step=_STEP_MILLISECONDS,
            stop_event=stop,
            rust_timeout=_TURN_MILLISECONDS,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        ):
            # The first turn counts as a change: things may have happened before we listened.
            if changes or not listening:
                listening = True
                self._stirred.set()


def _matters(_change: Change, path: str) -> bool:
    return not ignored(path.rpartition("/")[2])
