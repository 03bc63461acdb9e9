"""Notices: what back ends are told by themselves, in the shape that EventBridge and SNS give to GameLift's events.

A notice is written in the transaction of what it tells, so there is none of what did not happen, and none is missing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert

from desk.gamelift.names import ACCOUNT, Names
from desk.gamelift.state.database import NEWS, bring
from desk.gamelift.state.tables import notices

#: Kinds of notices, as their ``detail-type``. GameLift itself tells the first two.
PLACEMENT = "GameLift Queue Placement Event"
MATCHMAKING = "GameLift Matchmaking Event"
FLEET = "Harena Fleet Event"
GAME_SESSION = "Harena Game Session Event"
_GAMELIFTS_OWN = (PLACEMENT, MATCHMAKING)
#: The resource, the detail, and the target of matchmaking.
Notice = tuple[str, Mapping[str, object], str]


def tell(
    connection: Connection, kind: str, resource: str, detail: Mapping[str, object], at: float, target: str = ""
) -> None:
    """Write a notice of a resource, which is the end of its ARN: ``fleet/fleet-1``. ``at`` is in Unix seconds."""
    tell_all(connection, kind, [(resource, detail, target)], at)


def tell_all(connection: Connection, kind: str, told: Sequence[Notice], at: float) -> None:
    """Write notices of one kind, in their order."""
    rows = [
        {"id": str(uuid4()), "time": at, "kind": kind, "resource": resource, "detail": detail, "target": target}
        for resource, detail, target in told
    ]
    if rows:
        connection.execute(insert(notices), rows)
        bring(connection, NEWS)


def tell_of(connection: Connection, row: Any, kind: str, at: float, **facts: object) -> None:
    """Write a notice of a game session; of the facts, members of GameSession, those that are None are left out."""
    known = {name[0].lower() + name[1:]: one for name, one in facts.items() if one is not None}
    detail = {"type": kind, "fleetId": row.fleet_id, **known}
    tell(connection, GAME_SESSION, f"gamesession/{row.fleet_id}/{row.tail}", detail, at)


def envelope(names: Names, row: Any) -> Mapping[str, object]:
    """A notice as it is told."""
    return {
        "version": "0",
        "id": row.id,
        "detail-type": row.kind,
        "source": "aws.gamelift" if row.kind in _GAMELIFTS_OWN else "harena",
        "account": ACCOUNT,
        "time": timestamp(row.time),
        "region": names.region,
        "resources": [names.resource(row.resource)],
        "detail": row.detail,
    }


def timestamp(unix_seconds: float) -> str:
    """A moment in ISO 8601 and UTC, to the millisecond."""
    moment = datetime.fromtimestamp(round(unix_seconds * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
