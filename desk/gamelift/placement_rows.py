"""Placements in the database: how they are found, shown and ended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from desk.gamelift.counts import PlacementEnded
from desk.gamelift.errors import not_found
from desk.gamelift.notices import PLACEMENT, tell, timestamp
from desk.gamelift.office import Answer
from desk.gamelift.queues import KIND
from desk.gamelift.state.database import bring
from desk.gamelift.state.tables import placements, queues

#: What is told of the end of a placement, by its status then.
_TOLD = {
    "FULFILLED": "PlacementFulfilled",
    "CANCELLED": "PlacementCancelled",
    "TIMED_OUT": "PlacementTimedOut",
    "FAILED": "PlacementFailed",
}


def placement_row(connection: Connection, identity: str, *, to_change: bool = False) -> Any:
    """The placement of an id, locked until the transaction's end if it is to change. Raises `GameLiftError`."""
    query = select(placements).where(placements.c.id == identity)
    row = connection.execute(query.with_for_update() if to_change else query).one_or_none()
    if row is None:
        raise not_found(f"there is no placement {identity}")
    return row


def count_pending(connection: Connection) -> int:
    """How many placements wait, in all queues."""
    pending = select(func.count()).select_from(placements).where(placements.c.status == "PENDING")
    return int(connection.execute(pending).scalar_one())


def shown(row: Any) -> Answer:
    """A row as GameSessionPlacement has it."""
    return {
        **row.facts,
        "PlacementId": row.id,
        "GameSessionQueueName": row.queue,
        "Status": row.status,
        "StartTime": row.started,
        "EndTime": row.ended,
    }


def end_placement(
    connection: Connection, row: Any, status: str, message: str, at: float, found: Mapping[str, Any] | None = None
) -> None:
    """Write that a placement is over, and tell it; ``found`` are members of GameSessionPlacement that it has now."""
    facts = {**row.facts, **(found or {})}
    this = update(placements).where(placements.c.id == row.id)
    connection.execute(this.values(status=status, message=message, ended=at, facts=facts))
    bring(connection, PlacementEnded(status, at - row.started))
    queue = connection.execute(select(queues.c.facts).where(queues.c.id == row.queue)).scalar_one_or_none() or {}
    custom = queue.get("CustomEventData")
    detail = {
        "type": _TOLD[status],
        "placementId": row.id,
        "startTime": timestamp(row.started),
        "endTime": timestamp(at),
        **({"message": message} if message else {}),
        **({"customEventData": custom} if custom else {}),
        **_where(found or {}),
    }
    tell(connection, PLACEMENT, f"{KIND}/{row.queue}", detail, at, queue.get("NotificationTarget", ""))


def _where(found: Mapping[str, Any]) -> dict[str, object]:
    """Where a game session was placed, as GameLift's events have it: the port is a text."""
    if not found:
        return {}
    seats = [
        {"playerId": one["PlayerId"], "playerSessionId": one["PlayerSessionId"]}
        for one in found["PlacedPlayerSessions"]
    ]
    address = {"ipAddress": found.get("IpAddress"), "dnsName": found.get("DnsName")}
    return {
        "gameSessionArn": found["GameSessionArn"],
        **{name: text for name, text in address.items() if text},
        "port": str(found["Port"]),
        "gameSessionRegion": found["GameSessionRegion"],
        "placedPlayerSessions": seats,
    }
