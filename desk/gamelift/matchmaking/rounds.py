"""Rounds: while anybody waits, matches are searched for again and again."""

import anyio
import structlog

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.matchmaking.lobby import Lobby
from desk.gamelift.matchmaking.searching import SearchFailed

_log = structlog.get_logger()
#: How late a ticket's time may be over: time passes so often while anybody waits.
CLOCK_SECONDS = 1.0


class Rounds:
    """One round looks after every matchmaker once; then there is a pause, at least as long as the round was."""

    def __init__(self, lobby: Lobby, search_seconds: float) -> None:
        self._lobby = lobby
        self._search_seconds = search_seconds

    async def run(self) -> None:
        """Search, until cancelled."""
        while True:
            await self._lobby.until_somebody_waits()
            began = anyio.current_time()
            await self.round()
            self._lobby.rest_if_empty()
            # Whatever the searches cost, half of one core is left to others.
            await anyio.sleep(max(self._search_seconds, anyio.current_time() - began))

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
                self._lobby.pass_time(name)
            except Exception:  # noqa: BLE001 - the border, as in a round
                _log.exception("time_not_passed", matchmaker=name)
        try:
            await self._lobby.flush()
        except OfficeTrouble as error:  # It is written the next time.
            _log.warning("time_not_written", reason=str(error))

    async def round(self) -> None:
        """Search once for every matchmaker."""
        for name in self._lobby.matchmakers:
            try:
                if name in self._lobby.configured:  # Still; the others had their time.
                    await self._lobby.search(name)
            except (SearchFailed, OfficeTrouble) as error:  # The next round tries again.
                _log.warning("matches_not_searched_for", matchmaker=name, reason=str(error))
            except Exception:  # noqa: BLE001 - the border: what one matchmaker's tickets bring about must not stop the others
                _log.exception("matches_not_searched_for", matchmaker=name)
