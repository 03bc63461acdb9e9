"""The worker's nursery, replaced whenever its zygote has ended."""

import asyncio
from collections.abc import Callable

import anyio

from sandbox.ears import Ears
from sandbox.nursery import NoSandbox, Nursery

#: How long a game session waits for a new zygote where the old one has just ended.
REPLACED_SECONDS = 10.0


class Nurseries:
    """Keeps one nursery ready. ``replaced`` is told the process id of each zygote after the first."""

    def __init__(self, replaced: Callable[[int], None]) -> None:
        self._replaced = replaced
        #: Hear all sandboxes, whichever zygote they came from.
        self.ears = Ears()
        self._nursery: Nursery | None = None
        self._changed = anyio.Event()

    async def start(self) -> int:
        """Start the first zygote and give its process id. Raises NoSandbox."""
        self._nursery = await Nursery.start(self.ears)
        return self._nursery.pid

    async def keep(self) -> None:
        """Start another zygote when one has ended, until ``close``. Raises NoSandbox."""
        while self._nursery is not None:
            await asyncio.shield(self._nursery.gone)
            self._nursery.close()
            self._nursery = await Nursery.start(self.ears)
            self._changed.set()
            self._changed = anyio.Event()
            self._replaced(self._nursery.pid)

    async def ready(self) -> Nursery:
        """Give the nursery, or the next one where it has just ended. Raises NoSandbox."""
        with anyio.move_on_after(REPLACED_SECONDS):
            while self._nursery is None or self._nursery.gone.done():
                await self._changed.wait()
            return self._nursery
        raise NoSandbox(f"there was no zygote within {REPLACED_SECONDS:g} seconds")

    def close(self) -> None:
        """End the zygote; ``keep`` is cancelled by whoever runs it."""
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None
        self.ears.close()
