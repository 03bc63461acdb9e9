"""Rounds: while anybody waits for a matchmaker, it is searched again and again."""

import anyio
import anyio.lowlevel
import structlog

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.matchmaking.lobby import Lobby
from desk.gamelift.matchmaking.searching import SearchFailed

_log = structlog.get_logger()
#: How late a ticket's time may be over: time passes so often while anybody waits.
CLOCK_SECONDS = 1.0


class Rounds:
    """Every matchmaker has its own rhythm: a search, and a pause that is at least as long as the search was."""

    def __init__(self, lobby: Lobby, search_seconds: float) -> None:
        self._lobby = lobby
        self._search_seconds = search_seconds
        #: Matchmakers that are being searched, or pause.
        self._busy: set[str] = set()

    async def run(self) -> None:
        """Search, until cancelled."""
        async with anyio.create_task_group() as tasks:
            while True:
                await self._lobby.until_somebody_waits()
                for name in filter(self._lobby.anybody_waits, self._lobby.matchmakers):
                    if name not in self._busy:
                        self._busy.add(name)
                        tasks.start_soon(self._look_after, name)
                self._lobby.rest_if_empty()
                await anyio.sleep(self._search_seconds)

    async def _look_after(self, name: str) -> None:
        try:
            await self._search(name)
            # Whatever the searches of a matchmaker cost, half of one core is left to others.
            await anyio.sleep(self._lobby.search_seconds(name))
        finally:
            self._busy.discard(name)

    async def run_clock(self) -> None:
        """Let time pass however long the searches take, until cancelled."""
        while True:
            await self._lobby.until_somebody_waits()
            await anyio.sleep(CLOCK_SECONDS)
            await self.tick()

    async def tick(self) -> None:
        """Let time pass for every matchmaker."""
        for name in self._lobby.matchmakers:
            try:
                while name in self._lobby.configured and self._lobby.pass_time(name):
                    await self._write()
            except Exception:  # noqa: BLE001 - the border, as in a round
                _log.exception("time_not_passed", matchmaker=name)
            await anyio.lowlevel.checkpoint()
        await self._write()

    async def _write(self) -> None:
        try:
            await self._lobby.flush()
        except OfficeTrouble as error:  # It is written the next time.
            _log.warning("time_not_written", reason=str(error))

    async def round(self) -> None:
        """Search once for every matchmaker."""
        for name in self._lobby.matchmakers:
            await self._search(name)

    async def _search(self, name: str) -> None:
        try:
            if name in self._lobby.configured:  # Still; others had their time.
                await self._lobby.search(name)
        except (SearchFailed, OfficeTrouble) as error:  # The next round tries again.
            _log.warning("matches_not_searched_for", matchmaker=name, reason=str(error))
        except Exception:  # noqa: BLE001 - the border: what one matchmaker's tickets bring about must not stop the others
            _log.exception("matches_not_searched_for", matchmaker=name)
