"""Live settings: the configuration file is followed, and what can be taken over of it is, while the server runs."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import anyio
from anyio import to_thread

from deployment.folder import Directory
from deployment.listener import Listener
from desk.events import Event, SettingsChanged, SettingsRejected
from runtime.config import Config
from runtime.config_faults import Misconfigured
from runtime.keys import changed, taken_over

#: So long a file must say the same to count: an editor may still be at it.
SETTLE_SECONDS = 0.2
#: A look at the file is taken at least so often, whatever the system's notices say.
LOOK_AGAIN_SECONDS = 5.0


class LiveSettings:
    """Follows the configuration file. A faulty one changes nothing, and is told once."""

    def __init__(
        self,
        again: Callable[[], Config],
        current: Callable[[], Config],
        take_over: Callable[[Config], None],
        publish: Callable[[Event], None],
    ) -> None:
        self._again = again
        self._current = current
        self._take_over = take_over
        self._publish = publish
        self._seen: Config | tuple[str, ...] = current()
        self._one_look_at_a_time = anyio.Lock()

    async def run(self, file: Path | None) -> None:
        """Look whenever something stirs around the file, if there is one, or the process is told to; for ever."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._obey)
            if file:
                tasks.start_soon(self._follow, file.parent)

    async def _obey(self) -> None:
        """Look whenever the process gets a SIGHUP, which ends those that do not care."""
        with anyio.open_signal_receiver(signal.SIGHUP) as told:
            async for _ in told:
                await self._look()

    async def _follow(self, folder: Path) -> None:
        listener = Listener()
        listener.listen_to(frozenset({_directory(folder)}))
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listener.run)
                while True:
                    with anyio.move_on_after(LOOK_AGAIN_SECONDS):
                        await listener.stirred()
                    await self._look()
        finally:
            listener.stop()

    async def _look(self) -> None:
        async with self._one_look_at_a_time:
            read = await self._read()
            while read != self._seen:
                await anyio.sleep(SETTLE_SECONDS)
                before, read = read, await self._read()
                if read == before:
                    mended = isinstance(self._seen, tuple)
                    self._seen = read
                    self._take(read, mended=mended)

    async def _read(self) -> Config | tuple[str, ...]:
        try:
            return await to_thread.run_sync(self._again)
        except Misconfigured as error:
            return tuple(map(str, error.faults))

    def _take(self, read: Config | tuple[str, ...], *, mended: bool) -> None:
        current = self._current()
        file = str(current.start.file)
        if isinstance(read, tuple):
            self._publish(SettingsRejected(file, read))
            return
        taken, need_restart = changed(current, read)
        if taken:
            self._take_over(taken_over(current, read))
        if taken or need_restart or mended:  # Who has mended a faulty file wants to hear that it is good.
            self._publish(SettingsChanged(file, tuple(taken), tuple(need_restart)))


def _directory(folder: Path) -> Directory:
    status = os.stat(folder)
    return Directory(str(folder.absolute()), status.st_dev, status.st_ino)
