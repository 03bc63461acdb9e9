"""Watching game sessions: where players leave, automatic backfill asks for others; where a game ends, nobody does."""

import anyio
import structlog

from desk.gamelift.errors import GameLiftError, OfficeTrouble
from desk.gamelift.matchmaking.filling import Played, arns, played
from desk.gamelift.office import Office

_log = structlog.get_logger()
#: When the database fails it is asked again after so many seconds.
AGAIN_SECONDS = 1.0


class Watch:
    """Is told on the event loop, and looks into the database afterwards."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lobby = office.lobby
        self._left: set[str] = set()
        self._over: set[str] = set()
        self._news = anyio.Event()

    def player_left(self, player_session: str) -> None:
        """A player has left, or has not come."""
        if self._lobby.fills_by_itself:
            self._left.add(player_session)
            self._news.set()

    def game_session_over(self, game_session: str) -> None:
        """A game session has ended."""
        if self._lobby.matchmakers.backfills():
            self._over.add(game_session)
            self._news.set()

    async def run(self) -> None:
        """Let matchmakers know, until cancelled."""
        while True:
            await self._news.wait()
            self._news = anyio.Event()
            try:
                await self.look()
            except OfficeTrouble as error:
                _log.warning("backfill_waits", reason=str(error))
                self._news.set()
                await anyio.sleep(AGAIN_SECONDS)

    async def look(self) -> None:
        """Let matchmakers know what has been told so far. Raises `OfficeTrouble`."""
        left, over = set(self._left), set(self._over)
        office = self._office
        await office.journal.flush()  # Now the database knows of all of these, at least.
        gone = await office.database.read(lambda connection: arns(connection, office, over))
        now_there = await office.database.read(lambda connection: played(connection, office, left))
        for arn in gone:
            await self._lobby.game_session_ended(arn)
        for one in now_there:
            await self._refill(one)
        self._left -= left
        self._over -= over

    async def _refill(self, one: Played) -> None:
        if one.configuration not in self._lobby.configured:
            return
        try:
            await self._lobby.change(
                lambda all_of_them, now: all_of_them[one.configuration].refill(one.game_session_arn, one.players, now)
            )
        except GameLiftError as error:
            _log.warning("no_backfill", game_session=one.game_session_arn, reason=str(error))
