"""Spares: children that are born, and rehearse, before anybody wants them: a game session waits for neither."""

import asyncio
from collections import deque

from sandbox.nursery import Ended, Newborn, NoSandbox, Nursery

#: So many wait. Each takes the memory of a sandbox without a script.
SPARES = 2
#: Others are born so long after one was taken: not while the script of that one is being loaded.
REFILL_SECONDS = 0.1


class _Spare:
    """A child that waits, and is told of its end to whoever has it by then."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.newborn: Newborn
        self.heir: Ended | None = None
        self.dead = False

    def ended(self, status: int | None) -> None:
        """Its process has ended."""
        self.dead = True
        if self.heir:
            self.heir(status)


class Spares:
    """A nursery whose next children are there already. All methods are called from the thread of the loop."""

    def __init__(self, nursery: Nursery) -> None:
        #: Hear the children.
        self.ears = nursery.ears
        #: Where they are born; whoever started it ends it.
        self.nursery = nursery
        self._waiting: deque[_Spare] = deque()
        #: One fills at a time: two would each have as many born as are missing.
        self._filling = asyncio.Lock()
        self._refilling: asyncio.Task[None] | None = None
        self._closed = False

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Give a child as ``Nursery.spawn`` does; mostly at once. Raises NoSandbox."""
        spare = self._taken(memory_bytes)
        if spare is None:
            newborn = await self.nursery.spawn(memory_bytes, ended)
        else:
            spare.heir, newborn = ended, spare.newborn
        self.want(memory_bytes, REFILL_SECONDS)
        return newborn

    def want(self, memory_bytes: int, in_seconds: float = 0.0) -> None:
        """Have as many born as are missing, after so long."""
        if not self._closed and (self._refilling is None or self._refilling.done()):
            self._refilling = asyncio.get_running_loop().create_task(self._refill(memory_bytes, in_seconds))

    async def fill(self, memory_bytes: int) -> None:
        """Have as many born as are missing. Raises NoSandbox."""
        async with self._filling:
            while len(self._waiting) < SPARES and not self._closed:
                spare = _Spare(memory_bytes)
                spare.newborn = await self.nursery.spawn(memory_bytes, spare.ended, rehearsing=True)
                if self._closed:  # Meanwhile: nobody else would let go of it.
                    spare.newborn.close()
                else:
                    self._waiting.append(spare)

    def close(self) -> None:
        """Let go of those that wait; without their sockets' other ends they end by themselves. Harmless twice."""
        self._closed = True
        if self._refilling:
            self._refilling.cancel()
        while self._waiting:
            self._waiting.popleft().newborn.close()

    async def _refill(self, memory_bytes: int, in_seconds: float) -> None:
        await asyncio.sleep(in_seconds)
        try:
            await self.fill(memory_bytes)
        except NoSandbox:  # Whoever wants one will be told so.
            pass

    def _taken(self, memory_bytes: int) -> _Spare | None:
        """Take one that lives and has this limit; the others are of no use any more."""
        while self._waiting:
            spare = self._waiting.popleft()
            if not spare.dead and spare.memory_bytes == memory_bytes:
                return spare
            spare.newborn.close()
        return None
