"""The front of the GameLift API: opens what it needs when somebody first calls, and tells it what happens here.

A server that nobody asks by this API pays nothing for it: what is imported to open it takes most of a second.
"""

import gc
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread

from desk.gamelift.counts import Waiting
from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.limits import GameLiftLimits
from desk.house import House

if TYPE_CHECKING:
    from desk.gamelift.access import AccessKeys
    from desk.gamelift.opening import Opened
    from desk.tickets import Tickets

DATABASE_FILE = "gamelift.sqlite"
#: Changes may be so old before they are written, in seconds, when nobody asks.
WRITE_SECONDS = 0.5
#: How often old rows are looked for, in seconds.
KEEPING_SECONDS = 3_600.0


class Front:
    """Opens the office once. ``folder`` is where the default database and the server's key lie."""

    def __init__(
        self, house: House, folder: Path, limits: GameLiftLimits, clock: Callable[[], float] = time.time
    ) -> None:
        """``clock`` gives Unix seconds."""
        self.limits = limits
        self._house = house
        self._folder = folder
        self._clock = clock
        self._opening = anyio.Lock()
        self._opened: Opened | None = None
        self._news = anyio.Event()
        self._is_open = anyio.Event()

    async def open(self) -> "Opened":
        """Give the office and all that works in it. Raises `OfficeTrouble`."""
        if self._opened is None:
            async with self._opening:
                await self._open()
        assert self._opened
        return self._opened

    async def open_if_used(self) -> None:
        """Open now what was used before, or is named in the settings, so that trouble is told at the start."""
        if self.limits.database or self.limits.webhook_url or (self._folder / DATABASE_FILE).exists():
            await self.open()

    async def keys(self) -> "AccessKeys":
        """The access keys of this server. Raises `OfficeTrouble`."""
        return (await self.open()).keys

    async def tickets(self) -> "Tickets":
        """The tickets of matchmaking. Raises `OfficeTrouble`."""
        return (await self.open()).matching

    def waiting(self) -> Waiting:
        """Who waits for a game session or a match, and how long others have waited."""
        return self._opened.counts.now(self._opened.matching.waiting()) if self._opened else Waiting()

    def player_session_moved(self, player_session: str, status: str) -> None:
        """A player session is in another status now."""
        if self._opened:
            self._opened.office.journal.player_session_moved(player_session, status)
            self._opened.matching.player_session_moved(player_session, status)
            self._news.set()

    def game_session_over(self, game_session: str) -> None:
        """A game session has ended."""
        if self._opened:
            self._opened.office.journal.game_session_over(game_session)
            self._opened.office.bell.ring()
            self._opened.matching.game_session_over(game_session)
            self._news.set()

    def sandbox_died(self, game_session: str, why: str) -> None:
        """The sandbox of a game session has died."""
        if self._opened:
            self._opened.office.journal.sandbox_died(game_session, why)
            self._news.set()

    def close_streams(self) -> None:
        """End all that follow the notices, for which HTTP would wait."""
        if self._opened:
            self._opened.feed.close()

    async def write(self) -> None:
        """Write what was told so far, if there is anywhere to write it. Raises `OfficeTrouble`."""
        if self._opened:
            await self._opened.office.journal.flush()

    async def run(self) -> None:
        """Write and tell what happens, place and match who waits, and forget what is old, until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._write)
            tasks.start_soon(self._place_and_tell)
            tasks.start_soon(self._match)
            tasks.start_soon(self._forget)
            tasks.start_soon(self._settle)

    async def close(self) -> None:
        """Write what is left, and close the database."""
        if self._opened:
            await self._flush()
            await to_thread.run_sync(self._opened.office.database.close)

    async def _open(self) -> None:
        if self._opened is None:  # Nobody else was quicker.
            living = {view.id for view in self._house.game_sessions(ended=False)}
            self._opened = await to_thread.run_sync(self._opened_in_thread, living)
            self._is_open.set()

    def _opened_in_thread(self, living: Collection[str]) -> "Opened":
        from desk.gamelift.opening import opened

        return opened(self._house, self._folder / DATABASE_FILE, self.limits, self._clock, living)

    async def _write(self) -> None:
        while True:
            await self._news.wait()
            self._news = anyio.Event()
            await self._flush()
            await anyio.sleep(WRITE_SECONDS)

    async def _flush(self) -> None:
        assert self._opened
        try:
            await self._opened.office.journal.flush()
        except OfficeTrouble:
            self._news.set()  # It stays in the journal, and is tried again; who asks meanwhile is told.

    async def _settle(self) -> None:
        """What opening has loaded stays; to look at it again and again holds up everything for a tenth of a second."""
        await self._is_open.wait()
        gc.freeze()

    async def _place_and_tell(self) -> None:
        await self._is_open.wait()
        assert self._opened
        await self._opened.tidy()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._opened.placer.run)
            if self.limits.webhook_url:
                tasks.start_soon(self._opened.webhook.run)

    async def _match(self) -> None:
        await self._is_open.wait()
        assert self._opened
        await self._opened.matching.run()

    async def _forget(self) -> None:
        while True:
            await anyio.sleep(KEEPING_SECONDS)
            if self._opened:
                await self._opened.forget()
