"""The worker's nursery, replaced whenever its zygote has ended."""

import asyncio
from collections.abc import Callable

import anyio

from sandbox.ears import Ears
from sandbox.host import Birthplace
from sandbox.jail.layers import Layer
from sandbox.limits import DEFAULTS
from sandbox.nursery import NoSandbox, Nursery
from sandbox.spares import Spares

#: How long a game session waits for a new zygote where the old one has just ended.
REPLACED_SECONDS = 10.0


class TooWeak(NoSandbox):
    """There could be sandboxes, but a script that escaped from the language would have the whole kernel before it."""

    hint = "`sandbox.allow_weaker = true` in the configuration does without: for scripts of people whom you trust"

    def __init__(self) -> None:
        super().__init__("seccomp, which keeps them from the rest of the system, does not hold here")


class Nurseries:
    """Keeps one nursery ready. ``replaced`` is told each after the first."""

    def __init__(self, replaced: Callable[[Nursery], object]) -> None:
        self._replaced = replaced
        #: Hear all sandboxes, whichever zygote they came from.
        self.ears = Ears()
        self._spares: Spares | None = None
        #: What the next sandbox may use of it, as far as is known: spares are born for that.
        self.memory_bytes = DEFAULTS.memory_bytes
        self._allow_weaker = False
        self._changed = anyio.Event()

    @property
    def nursery(self) -> Nursery | None:
        """The nursery of the latest zygote, which may have ended; None before the first, and at the end."""
        return self._spares.nursery if self._spares else None

    async def start(self, *, allow_weaker: bool) -> Nursery:
        """Start the first zygote. Raises NoSandbox; TooWeak where seccomp does not hold and that is not allowed."""
        self._allow_weaker = allow_weaker
        return await self._started()

    async def keep(self) -> None:
        """Start another zygote when one has ended, until ``close``. Raises NoSandbox."""
        while self._spares is not None:
            await asyncio.shield(self._spares.nursery.gone)
            self._spares.nursery.close()
            nursery = await self._started()
            self._changed.set()
            self._changed = anyio.Event()
            self._replaced(nursery)

    async def _started(self) -> Nursery:
        nursery = await Nursery.start(self.ears)
        if Layer.SECCOMP not in nursery.layers and not self._allow_weaker:
            nursery.close()
            raise TooWeak
        if self._spares is not None:
            self._spares.close()
        self._spares = Spares(nursery)
        self._spares.want(self.memory_bytes)
        return nursery

    async def ready(self) -> Birthplace:
        """Give the nursery with its spares, or the next one where it has just ended. Raises NoSandbox."""
        with anyio.move_on_after(REPLACED_SECONDS):
            while self._spares is None or self._spares.nursery.gone.done():
                await self._changed.wait()
            return self._spares
        raise NoSandbox(f"there was no zygote within {REPLACED_SECONDS:g} seconds")

    def close(self) -> None:
        """End the zygote; ``keep`` is cancelled by whoever runs it."""
        if self._spares is not None:
            self._spares.close()
            self._spares.nursery.close()
            self._spares = None
        self.ears.close()
