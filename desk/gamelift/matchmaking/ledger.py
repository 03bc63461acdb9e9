"""The ledger: what tickets come to, in order, on its way into the database and then into the world.

The matchmakers live on the event loop and change at once. What they return is written before anybody hears of it: an
operation answers, and a match is placed, only after its effects are on the disk. Whoever writes takes along what others
have added meanwhile, so that many calls at the same time cost few transactions.
"""

from collections.abc import Callable

import anyio
from sqlalchemy import Connection

from desk.gamelift.matchmaking.keeping import write_effects
from desk.gamelift.state.database import Database
from matchmaking.tickets.effects import Abandon, Effects, Fill, Place
from matchmaking.tickets.events import MatchmakingEvent

#: What is done once it is written that it is to be done.
Deed = Place | Fill | Abandon


class Ledger:
    """``do`` is given what is to be done, in order; ``clock`` gives Unix seconds."""

    def __init__(
        self,
        database: Database,
        do: Callable[[Deed], None],
        target: Callable[[MatchmakingEvent], str],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._do = do
        self._target = target
        self._clock = clock
        self._pending: Effects = []
        self._one_at_a_time = anyio.Lock()

    def add(self, effects: Effects) -> None:
        """Something has come about."""
        self._pending += effects

    async def flush(self, also: Callable[[Connection], None] | None = None) -> None:
        """Write what has come about, and have it done. Raises `OfficeTrouble`; it is written the next time then.

        ``also`` writes in the same transaction, this time only.
        """
        async with self._one_at_a_time:
            written, self._pending = self._pending, []
            if not (written or also):
                return
            now = self._clock()

            def act(connection: Connection) -> None:
                write_effects(connection, written, now, self._target)
                if also:
                    also(connection)

            try:
                await self._database.write(act)
            except BaseException:
                self._pending = written + self._pending
                raise
            for effect in written:
                if isinstance(effect, Place | Fill | Abandon):
                    self._do(effect)
