"""The journal: what happens to sessions while they run, on its way into the database.

It is told on the event loop and writes later, before the next question is answered; of each session the latest counts,
so it holds no more than there are sessions.
"""

import time
from collections.abc import Callable

import anyio
from sqlalchemy import Connection, bindparam, select, update

from desk.gamelift.fleet_rows import happened
from desk.gamelift.notices import tell_of
from desk.gamelift.state.database import Database
from desk.gamelift.state.tables import game_sessions, player_sessions


class Journal:
    """``clock`` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._moved: dict[str, tuple[str, float]] = {}
        self._over: dict[str, float] = {}
        self._crashed: dict[str, tuple[str, float]] = {}
        self._one_at_a_time = anyio.Lock()

    def player_session_moved(self, player_session: str, status: str) -> None:
        """A player session is ACTIVE, COMPLETED or TIMEDOUT now."""
        self._moved[player_session] = status, self._clock()

    def game_session_over(self, game_session: str) -> None:
        """A game session has ended, and with it its player sessions."""
        self._over[game_session] = self._clock()

    def sandbox_died(self, game_session: str, why: str) -> None:
        """The sandbox of a game session has died; the game session may go on in another."""
        self._crashed[game_session] = why, self._clock()

    async def flush(self) -> None:
        """Write what was told."""
        async with self._one_at_a_time:
            moved, over, crashed = self._moved, self._over, self._crashed
            if not (moved or over or crashed):
                return
            self._moved, self._over, self._crashed = {}, {}, {}

            def act(connection: Connection) -> None:
                _write_crashes(connection, crashed)
                _write(connection, moved, over)

            try:
                await self._database.write(act)
            except BaseException:
                self._moved, self._over = {**moved, **self._moved}, {**over, **self._over}
                self._crashed = {**crashed, **self._crashed}
                raise


def _write_crashes(connection: Connection, crashed: dict[str, tuple[str, float]]) -> None:
    row = game_sessions.c
    for game_session, (why, at) in crashed.items():
        fleet_id = connection.execute(select(row.fleet_id).where(row.id == game_session)).scalar_one_or_none()
        if fleet_id:
            happened(connection, fleet_id, "SERVER_PROCESS_CRASHED", f"The game session {game_session}: {why}", at)


def _write(connection: Connection, moved: dict[str, tuple[str, float]], over: dict[str, float]) -> None:
    row = player_sessions.c
    living = update(player_sessions).where(row.terminated.is_(None))
    by_id = living.where(row.id == bindparam("which"))
    goes_on = [{"which": one, "now": status} for one, (status, _) in moved.items() if status == "ACTIVE"]
    ends = [{"which": one, "now": status, "at": at} for one, (status, at) in moved.items() if status != "ACTIVE"]
    if goes_on:
        connection.execute(by_id.values(status=bindparam("now")), goes_on)
    if ends:
        connection.execute(by_id.values(status=bindparam("now"), terminated=bindparam("at")), ends)
    for game_session, at in over.items():
        end_game_session(connection, game_session, at)


def end_game_session(connection: Connection, game_session: str, at: float, reason: str | None = None) -> None:
    """Write that a game session has ended, and its player sessions with it; a reason only where it has none yet.

    One that has never run was interrupted, whatever else has ended it.
    """
    player = player_sessions.c
    row = connection.execute(select(game_sessions).where(game_sessions.c.id == game_session)).one_or_none()
    if row and row.status != "TERMINATED":
        is_new = row.status == "ACTIVATING"
        reason = row.reason or reason or ("INTERRUPTED" if is_new else None)
        ended = {"status": "TERMINATED", "terminated": at, "reason": reason}
        connection.execute(update(game_sessions).where(game_sessions.c.id == game_session).values(ended))
        if not is_new:  # Of those nobody has been told.
            tell_of(connection, row, "GameSessionTerminated", at, StatusReason=reason)
    for before, after in (("RESERVED", "TIMEDOUT"), ("ACTIVE", "COMPLETED")):
        those = update(player_sessions).where(player.game_session == game_session, player.status == before)
        connection.execute(those.values(status=after, terminated=at))
