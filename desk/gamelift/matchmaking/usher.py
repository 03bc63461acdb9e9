"""The usher: leads those who were matched to their game session, a new one or one with free seats.

A match is placed by the queues of its matchmaker, in their order. What a restart interrupts is begun again, and looks
first how far it came: placements are found again by the match's id.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

import anyio
import anyio.lowlevel
import structlog
from anyio.abc import TaskGroup
from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import select

from desk.gamelift import placing
from desk.gamelift.errors import GameLiftError, OfficeTrouble
from desk.gamelift.fleets import end_soon
from desk.gamelift.game_session_rows import game_session_row
from desk.gamelift.limits import MAX_LATENCIES
from desk.gamelift.matchmaking.filling import NoVacancy, ended, fill
from desk.gamelift.matchmaking.matchmaker import Configured
from desk.gamelift.names import id_of
from desk.gamelift.office import Office
from desk.gamelift.placement_rows import end_placement
from desk.gamelift.placing import Outcome
from desk.gamelift.state.tables import placements
from matchmaking.tickets.effects import Abandon, Effects, Fill, Place
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.ticket import Connection, MatchId

_log = structlog.get_logger()
#: When the database fails it is asked again after so many seconds.
AGAIN_SECONDS = 1.0
#: Members of the configuration that the placement has, too.
_PASSED_ON = ("GameProperties", "GameSessionData")


class Usher:
    """One of them works in an office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lobby = office.lobby
        #: The latest placement of each match that is being placed.
        self._placements: dict[MatchId, str] = {}
        #: Of thousands of matches at once only so many ask for a place as there is room for; the others are next.
        self._room = anyio.Semaphore(max(1, office.limits.max_pending_placements))

    async def run(self) -> None:
        """Do what is to be done, until cancelled."""
        async with anyio.create_task_group() as tasks:
            while True:
                await self._lobby.until_something_is_to_be_done()
                await self._begin(tasks)

    async def look(self) -> None:
        """Do what is to be done now, and wait for it."""
        async with anyio.create_task_group() as tasks:
            await self._begin(tasks)

    async def _begin(self, tasks: TaskGroup) -> None:
        while deeds := self._lobby.deeds():
            for deed in deeds:
                tasks.start_soon(self._do, deed)
            await anyio.lowlevel.checkpoint()

    async def _do(self, deed: Place | Fill | Abandon) -> None:
        while True:
            try:
                await self._lobby.flush()
                await self._try(deed)
                return
            except OfficeTrouble:
                await anyio.sleep(AGAIN_SECONDS)
            except Exception:  # noqa: BLE001 - the border: what one match brings about must not stop the others
                _log.exception("match_not_placed", match=deed.match)
                self._lobby.give_up(deed.match)
                return

    async def _try(self, deed: Place | Fill | Abandon) -> None:
        match deed:
            case Place():
                await self._place(deed)
            case Fill():
                await self._fill(deed)
            case Abandon(match):
                await self._abandon(match)

    async def _place(self, deed: Place) -> None:
        made = self._lobby.configured.get(self._lobby.matchmakers.configuration_of(deed.match))
        if made is None:
            return  # It is off.
        try:
            async with self._room:
                found = await self._placed(deed, made)
        finally:
            self._placements.pop(deed.match, None)
        if found is None:
            return
        if found.status == "FULFILLED" and not self._lobby.matchmakers.configuration_of(deed.match):
            await self._send_away(found.game_session)
            return
        await self._lobby.change(lambda all_of_them, now: _told(all_of_them, deed.match, found, now))

    async def _placed(self, deed: Place, made: Configured) -> Outcome | None:
        """Place a match; None where it is off. What was placed before a restart, and is over by now, does not count."""
        late = 0
        for number in count(1):
            identity = self._placements[deed.match] = f"{deed.match}-{number}"
            before = await self._standing(identity)
            if before is None:
                if not self._lobby.matchmakers.configuration_of(deed.match):
                    return None
                try:
                    await placing.start(self._office, _asked(deed, made, identity, made.queues[late]))
                except GameLiftError as error:
                    status = "TIMED_OUT" if error.code == "ThrottlingException" else "FAILED"
                    return Outcome(identity, status, str(error), "", "", "", 0, {})
            found = await placing.outcome(self._office, identity)
            if found.status == "TIMED_OUT" and late + 1 < len(made.queues):
                late += 1
            elif found.status != "FULFILLED" or before is None or await self._runs(found.game_session):
                return found
        raise AssertionError("numbers do not end")

    async def _standing(self, identity: str) -> Outcome | None:
        try:
            return await placing.standing(self._office, identity)
        except GameLiftError:
            return None

    async def _runs(self, arn: str) -> bool:
        return not await self._office.database.read(lambda connection: ended(connection, [arn]))

    async def _fill(self, deed: Fill) -> None:
        try:
            connection = await fill(self._office, deed)
        except NoVacancy:
            await self._lobby.game_session_ended(deed.game_session_arn)
            return
        if connection is not None:
            await self._lobby.change(lambda all_of_them, now: all_of_them.placed(deed.match, connection, now))

    async def _abandon(self, match: MatchId) -> None:
        if match in self._placements:
            try:
                await placing.stop(self._office, self._placements[match])
            except GameLiftError:  # It was over already, or had not begun: who places it sees that the match is off.
                return

    async def _send_away(self, arn: str) -> None:
        """The match was off when its game session began: nobody comes."""
        row = await self._office.database.read(lambda connection: game_session_row(connection, arn))
        await end_soon(self._office, row.id, "nobody waits for it any more", now=True)


def end_what_is_off(connection: DatabaseConnection, matchmakers: Matchmakers, at: float) -> None:
    """End the placements that wait for matches that are off: who was to call them off was killed before."""
    pending = select(placements).where(placements.c.status == "PENDING")
    for row in connection.execute(pending).all():
        match = MatchId(row.id.rpartition("-")[0])
        if "MatchmakerData" in row.facts and not matchmakers.configuration_of(match):
            end_placement(connection, row, "CANCELLED", "its match is off", at)


def _asked(deed: Place, made: Configured, identity: str, queue: str) -> Mapping[str, Any]:
    """What a queue is asked for: members of StartGameSessionPlacement, and MatchmakerData."""
    latencies = [
        {"PlayerId": player.player_id, "RegionIdentifier": location, "LatencyInMilliseconds": latency}
        for player in deed.players
        for location, latency in player.latency_ms.items()
    ]
    return {
        "PlacementId": identity,
        "GameSessionQueueName": id_of(queue),
        "MaximumPlayerSessionCount": deed.max_players,
        "DesiredPlayerSessions": [{"PlayerId": player.player_id} for player in deed.players],
        "PlayerLatencies": latencies[:MAX_LATENCIES],
        "MatchmakerData": deed.matchmaker_data,
        **{name: made.facts[name] for name in _PASSED_ON if name in made.facts},
    }


def _told(matchmakers: Matchmakers, match: MatchId, found: Outcome, now: float) -> Effects:
    """Tell the matchmaker how the placement of a match ended; one that was stopped by hand is late."""
    match found.status:
        case "FULFILLED":
            seats = tuple(found.player_sessions.items())
            where = Connection(found.game_session, found.ip_address, found.dns_name, found.port, seats)
            return matchmakers.placed(match, where, now)
        case "FAILED":
            return matchmakers.placement_failed(match, now)
        case _:
            return matchmakers.placement_timed_out(match, now)
