"""The board: all placements that wait, and where there is room for them, as they are at one moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from desk.gamelift.errors import GameLiftError
from desk.gamelift.fleet_rows import carried, processes, resolved
from desk.gamelift.names import id_of
from desk.gamelift.queues import kind_of
from desk.gamelift.routing import Candidate, Route, ranked
from desk.gamelift.state.tables import fleets, placements, queues
from session.values import value


@value
class Pending:
    """A placement that waits. Times are in Unix seconds."""

    id: str
    queue: str
    started: float
    deadline: float
    route: Route


@value
class Board:
    """Placements, oldest first; each queue with its destinations; and the places that are free in fleets."""

    pending: Sequence[Pending]
    queues: Mapping[str, tuple[Mapping[str, Any], Sequence[Candidate]]]
    free: Mapping[str, int]

    def lapsed(self, now: float) -> dict[str, tuple[str, str]]:
        """Placements that are over without a game session: their status and why."""
        late = {one.id: ("TIMED_OUT", "its time in the queue was over") for one in self.pending if one.deadline <= now}
        lost = {one.id: ("FAILED", "its queue was deleted") for one in self.pending if one.queue not in self.queues}
        return {**late, **lost}

    def chosen(self, now: float, is_ready: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
        """Placements that can be tried now, each with its fleet; who has waited longest chooses first."""
        free = dict(self.free)
        lapsed = self.lapsed(now)
        for one in self.pending:
            if one.id in lapsed or not is_ready(one.id):
                continue
            facts, candidates = self.queues[one.queue]
            open_now = [fleet for fleet in candidates if free.get(fleet.fleet_id, 0) > 0]
            if best := ranked(facts, one.route, open_now, now - one.started)[:1]:
                free[best[0].fleet_id] -= 1
                yield one.id, best[0].fleet_id


def board(connection: Connection, location: str) -> Board:
    """Read the board; every fleet has this one location."""
    row = placements.c
    waiting = select(row.id, row.queue, row.started, row.deadline, row.route).where(row.status == "PENDING")
    pending = [
        Pending(one.id, one.queue, one.started, one.deadline, Route(**one.route))
        for one in connection.execute(waiting.order_by(row.serial))
    ]
    if not pending:
        return Board((), {}, {})
    named = queues.c.id.in_({one.queue for one in pending})
    found = {
        one.id: (one.facts, _candidates(connection, one.facts, location))
        for one in connection.execute(select(queues).where(named)).all()
    }
    return Board(pending, found, _free(connection))


def _candidates(connection: Connection, facts: Mapping[str, Any], location: str) -> list[Candidate]:
    leads = [_fleet(connection, one["DestinationArn"]) for one in facts.get("Destinations", ())]
    return [Candidate(at, fleet_id, location) for at, fleet_id in enumerate(leads) if fleet_id]


def _fleet(connection: Connection, arn: str) -> str:
    """The fleet that a destination leads to; "" where an alias is terminal, or there is none any more."""
    if kind_of(arn) == "fleet":
        return id_of(arn)
    try:
        return resolved(connection, arn)
    except GameLiftError:
        return ""


def _free(connection: Connection) -> dict[str, int]:
    living = connection.execute(select(fleets).where(fleets.c.status == "ACTIVE")).all()
    return {one.id: one.desired * processes(one.runtime) - carried(connection, one.id) for one in living}
