"""The placer: begins game sessions for placements that wait, as soon as there is room for them.

What it does can be cut off at any moment: a placement is FULFILLED in the same transaction in which its game session
runs and its players have their seats, and before that it waits, also for who starts after a crash.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import anyio
from anyio.abc import TaskGroup
from sqlalchemy import Connection, delete, select, update

from deployment.store import StoreError
from desk.gamelift.board import Board, board
from desk.gamelift.creating import Place, begun, place_taken, runs
from desk.gamelift.errors import GameLiftError, OfficeTrouble
from desk.gamelift.fleet_rows import fleet_row
from desk.gamelift.fleets import end_soon
from desk.gamelift.game_session_rows import place
from desk.gamelift.office import Office
from desk.gamelift.placement_rows import end_placement, placement_row
from desk.gamelift.player_sessions import seats_written
from desk.gamelift.state.tables import game_sessions, placements
from desk.house import Full, GameSessionView, NewPlayerSession, PlayerSessionView, Refused, UnknownGameSession

#: While placements wait they are looked at so often: time passes, and fleets change.
AGAIN_SECONDS = 1.0
#: Between two looks there is so much time: who rings often does not keep it busy.
BREATH_SECONDS = 0.005
#: Game sessions that are begun at the same time.
MAX_BEGINNING = 16
#: After its n-th failure a placement rests for two to the power of n seconds, and at most for so long.
MAX_REST_SECONDS = 30.0
#: Of CreateGameSession, by the names of StartGameSessionPlacement.
_ASKED = {
    "GameSessionName": "Name",
    "GameProperties": "GameProperties",
    "GameSessionData": "GameSessionData",
    "MatchmakerData": "MatchmakerData",
    "MaximumPlayerSessionCount": "MaximumPlayerSessionCount",
}


class Placer:
    """One of them works in an office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._busy: set[str] = set()
        #: How often each placement has failed to begin, and until when it rests, in Unix seconds.
        self._rests: dict[str, tuple[int, float]] = {}

    async def run(self) -> None:
        """Place what comes, until cancelled."""
        async with anyio.create_task_group() as tasks:
            while True:
                rung = self._office.bell.rung
                some_wait = await self._look(tasks)
                await anyio.sleep(BREATH_SECONDS)
                with anyio.move_on_after(AGAIN_SECONDS if some_wait else math.inf):
                    await rung.wait()

    async def look(self) -> None:
        """Look once, and wait for what is begun by it."""
        async with anyio.create_task_group() as tasks:
            await self._look(tasks)

    async def _look(self, tasks: TaskGroup) -> bool:
        """Begin what can begin, end what is too late; tell whether any placement waits on."""
        office, now = self._office, self._office.clock()
        try:
            await office.journal.flush()  # It has the places that have become free.
            found, chosen = await office.database.read(self._chosen)
            await self._end(found.lapsed(now), now)
        except OfficeTrouble:
            return True  # Who asks is told; we try again.
        self._rests = {one.id: self._rests[one.id] for one in found.pending if one.id in self._rests}
        for placement, fleet_id in chosen:
            if placement not in self._busy:
                self._busy.add(placement)
                tasks.start_soon(self._place, placement, fleet_id)
        return bool(found.pending)

    def _chosen(self, connection: Connection) -> tuple[Board, list[tuple[str, str]]]:
        """The board, and what can begin now; in a reader's thread, since a thousand may wait."""
        found = board(connection, self._office.names.region)
        ready = found.chosen(self._office.clock(), self._is_ready)
        return found, list(islice(ready, max(0, MAX_BEGINNING - len(self._busy))))

    def _is_ready(self, placement: str) -> bool:
        _, until = self._rests.get(placement, (0, 0.0))
        return placement not in self._busy and until <= self._office.clock()

    async def _end(self, ends: Mapping[str, tuple[str, str]], now: float) -> None:
        def act(connection: Connection) -> None:
            for placement, (status, why) in ends.items():
                row = placement_row(connection, placement, to_change=True)
                if row.status == "PENDING":
                    end_placement(connection, row, status, why, now)

        if ends:
            await self._office.database.write(act)
            for placement in ends:
                self._office.bell.over(placement)

    async def _place(self, placement: str, fleet_id: str) -> None:
        try:
            await self._try(placement, fleet_id)
        except (GameLiftError, OfficeTrouble, StoreError):
            tries = self._rests.get(placement, (0, 0.0))[0] + 1
            self._rests[placement] = tries, self._office.clock() + min(2.0**tries, MAX_REST_SECONDS)
        finally:
            self._busy.discard(placement)
            self._office.bell.ring()

    async def _try(self, placement: str, fleet_id: str) -> None:
        office = self._office
        taken = await office.database.write(lambda connection: _taken(connection, office, placement, fleet_id))
        if taken is None:
            return
        row, asked, where = taken
        view = await begun(office, asked, where)
        fulfilled = False
        try:
            fulfilled = await self._seat(row, view)
        finally:
            if not fulfilled:
                await end_soon(office, view.id, "nobody waits for it any more", now=True)
        office.bell.over(placement)

    async def _seat(self, row: Any, view: GameSessionView) -> bool:
        """Keep the seats, and write that the placement is fulfilled; or that it cannot be. Raises `GameLiftError`."""
        office = self._office
        try:
            kept = [
                await office.house.create_player_session(
                    view.id, NewPlayerSession(one["PlayerId"], one.get("PlayerData", ""))
                )
                for one in row.players
            ]
        except Full as error:  # The script allows fewer players; another try would go the same way.
            why = f"the game session has no seats for all players: {error}"
            return await office.database.write(lambda connection: _failed(connection, office, row.id, view.id, why))
        except (Refused, UnknownGameSession) as error:
            await office.database.write(lambda connection: _forget(connection, view.id))
            raise GameLiftError("InvalidGameSessionStatusException", str(error)) from None
        return await office.database.write(lambda connection: _fulfilled(connection, office, row.id, view, kept))


def _taken(
    connection: Connection, office: Office, placement: str, fleet_id: str
) -> tuple[Any, Mapping[str, Any], Place] | None:
    """Take a place in a fleet for a placement that waits still; what an earlier try has left behind goes."""
    row = placement_row(connection, placement, to_change=True)
    if row.status != "PENDING":
        return None
    _forget(connection, row.game_session)
    fleet = fleet_row(connection, fleet_id, to_change=True)
    game = game_sessions.c
    used = select(game.serial).where(game.fleet_id == fleet.id, game.tail == placement)
    tail = "" if connection.execute(used).first() else placement
    asked = {name: row.facts[given] for given, name in _ASKED.items() if given in row.facts}
    where = place_taken(connection, office, fleet, asked, tail)
    this = update(placements).where(placements.c.id == placement)
    connection.execute(this.values(game_session=where.game_session))
    return row, asked, where


def _forget(connection: Connection, game_session: str | None) -> None:
    """A game session was begun for a placement, and nobody has been told of it."""
    connection.execute(delete(game_sessions).where(game_sessions.c.id == game_session))


def _failed(connection: Connection, office: Office, placement: str, game_session: str, why: str) -> bool:
    _forget(connection, game_session)
    row = placement_row(connection, placement, to_change=True)
    if row.status == "PENDING":
        end_placement(connection, row, "FAILED", why, office.clock())
    return False


def _fulfilled(
    connection: Connection, office: Office, placement: str, view: GameSessionView, kept: Sequence[PlayerSessionView]
) -> bool:
    """Write that game session, seats and placement are there; False where the placement or the session has ended."""
    row = placement_row(connection, placement, to_change=True)
    game = connection.execute(select(game_sessions).where(game_sessions.c.id == view.id)).one()
    if row.status != "PENDING" or game.status != "ACTIVATING":
        return _failed(connection, office, placement, view.id, "the game session ended while it was being placed")
    runs(connection, office, view)
    seats_written(connection, office, view.id, kept, {one["PlayerId"]: one.get("PlayerData") for one in row.players})
    arn = office.names.game_session(game.fleet_id, game.tail)
    found = {
        "GameSessionId": arn,
        "GameSessionArn": arn,
        "GameSessionRegion": office.names.region,
        **place(office, view.port),
        "PlacedPlayerSessions": [{"PlayerId": one.player_id, "PlayerSessionId": one.id} for one in kept],
    }
    end_placement(connection, row, "FULFILLED", "", office.clock(), found)
    return True
