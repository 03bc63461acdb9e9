"""The watch over a folder of scripts: tells what was saved and deleted in it, each once it is quiet."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import NoReturn

import anyio
from anyio import to_thread

from deployment.events import FolderBack, FolderMissing, Refused
from deployment.folder import Entry, FolderGone, Look, claimed, look_into
from deployment.found import AllRead, Deleted, Found, Saved
from deployment.listener import Listener
from deployment.naming import shown
from deployment.reading import NotQuiet, Unreadable, read_script
from deployment.settling import DEFAULT_TIMING, Due, Settling, Timing
from deployment.source import BadSource, PathKey, script_of

#: A look is never taken more often than this, however much stirs.
_SHORTEST_PAUSE_SECONDS = 0.02
#: Looking from time to time takes at most this share of the time, however large the folder.
_LOOKING_SHARE = 0.02


class Watcher:
    """Looks at a folder when something stirs in it, and from time to time; tells what it finds, one after another.

    While `tell` has not returned, nothing more is read: what changes meanwhile is found at the next look, in its
    latest state. A folder that is missing says nothing about its scripts.
    """

    def __init__(
        self,
        folder: Path,
        tell: Callable[[Found], Awaitable[None]],
        known: Iterable[PathKey] = (),
        timing: Timing = DEFAULT_TIMING,
    ) -> None:
        """`known` are the paths that held scripts in an earlier run: those that are gone are told as deleted."""
        self._folder = folder
        self._tell = tell
        self._timing = timing
        self._settling = Settling(timing, known)
        self._listener = Listener()
        self._missing = False
        self._all_read = False

    async def run(self) -> NoReturn:
        """Watch until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listener.run)
            try:
                while True:
                    pause = await self._turn()
                    with anyio.move_on_after(pause):
                        await self._listener.stirred()
                    await anyio.sleep(_SHORTEST_PAUSE_SECONDS)
            finally:
                self._listener.stop()
        raise AssertionError("a watch ends only by being cancelled")

    async def _turn(self) -> float:
        """Look, tell what counts by now, and return how many seconds the next look may wait."""
        began = anyio.current_time()
        try:
            look = await to_thread.run_sync(look_into, self._folder)
        except FolderGone as error:
            await self._gone(str(error))
        else:
            await self._seen(look)
        if not self._all_read and (self._missing or self._settling.quiet):
            self._all_read = True
            await self._tell(AllRead())
        return self._pause(began)

    async def _gone(self, reason: str) -> None:
        self._listener.listen_to(frozenset())
        if not self._missing:
            self._missing = True
            await self._tell(FolderMissing(self._folder, reason))

    async def _seen(self, look: Look) -> None:
        self._listener.listen_to(look.directories)
        if self._missing:
            self._missing = False
            await self._tell(FolderBack(self._folder))
        for due in self._settling.looked(anyio.current_time(), look):
            await self._settled(due, look)
        for path, reason in self._settling.overdue(anyio.current_time()):
            waited = f"{reason} after {self._timing.give_up_seconds:g} seconds; it counts once it is quiet"
            await self._tell(Refused(shown(path), waited))

    async def _settled(self, due: Due, look: Look) -> None:
        try:
            found = await self._found(due, look)
        except NotQuiet as error:
            self._settling.postponed(due, anyio.current_time(), str(error))
            return
        self._settling.told(due)
        if found is not None:
            await self._tell(found)

    async def _found(self, due: Due, look: Look) -> Saved | Deleted | Refused | None:
        if due.entry is None:
            return _deleted(due.key, look)
        if due.entry.refusal is not None:
            return Refused(due.entry.refused_path, due.entry.refusal)
        return await to_thread.run_sync(_read, self._folder, due.entry)

    def _pause(self, began: float) -> float:
        now = anyio.current_time()
        regular = max(self._timing.look_again_seconds, (now - began) / _LOOKING_SHARE)
        wake_at = self._settling.wake_at()
        if wake_at is None or self._missing:
            return regular
        return min(regular, max(wake_at - now, 0.0))


def _read(folder: Path, entry: Entry) -> Saved | Refused:
    try:
        return Saved(read_script(folder, entry), entry.key)
    except (Unreadable, BadSource) as error:
        return Refused(shown(entry.key), str(error))


def _deleted(path: PathKey, look: Look) -> Deleted | None:
    try:
        name = script_of(path)
    except BadSource:
        return None
    return None if claimed(name, look.entries.values()) else Deleted(name, path)
