"""Between the watcher, which must not wait, and the deployments, which take their time: one courier for each script."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from deployment.events import CaughtUp, Event
from deployment.found import AllRead, Deleted, Found, Saved
from deployment.source import ScriptName

#: How many scripts may have a courier at once; while there are as many, the watcher waits.
MAX_COURIERS = 16

Change = Saved | Deleted


class Couriers:
    """Hands each script's changes over one by one; of those that pile up meanwhile only the newest."""

    def __init__(
        self,
        tasks: TaskGroup,
        folder: Path,
        deliver: Callable[[Change], Awaitable[None]],
        publish: Callable[[Event], None],
    ) -> None:
        self._tasks = tasks
        self._folder = folder
        self._deliver = deliver
        self._publish = publish
        self._places = anyio.Semaphore(MAX_COURIERS)
        self._newest: dict[ScriptName, Change | None] = {}
        self._all_read = False

    async def take(self, found: Found) -> None:
        """The watcher has found something."""
        match found:
            case Saved() | Deleted():
                await self._send(found)
            case AllRead():
                self._all_read = True
                self._if_caught_up()
            case _:
                self._publish(found)

    async def _send(self, change: Change) -> None:
        name = change.source.name if isinstance(change, Saved) else change.name
        if name in self._newest:
            self._newest[name] = change
            return
        await self._places.acquire()
        self._newest[name] = change
        self._tasks.start_soon(self._carry, name)

    async def _carry(self, name: ScriptName) -> None:
        while (change := self._newest[name]) is not None:
            self._newest[name] = None
            await self._deliver(change)
        del self._newest[name]
        self._places.release()
        self._if_caught_up()

    def _if_caught_up(self) -> None:
        if self._all_read and not self._newest:
            self._all_read = False
            self._publish(CaughtUp(self._folder))
