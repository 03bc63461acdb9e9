"""Fleets in the database: how they are found, what has happened to them, and how many game sessions they carry."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.names import Names, id_of
from desk.gamelift.notices import FLEET, tell
from desk.gamelift.state.tables import aliases, fleet_events, fleets, game_sessions

#: Where GameLift unpacks a script; a launch path may begin with it.
_ROOTS = ("/local/game/", "C:\\game\\")
#: Statuses of game sessions that take a place in their fleet.
CARRIED = ("ACTIVATING", "ACTIVE", "TERMINATING")


def fleet_row(connection: Connection, given: str, *, to_change: bool = False) -> Any:
    """The fleet of an id or ARN, locked until the transaction's end if it is to change. Raises `GameLiftError`."""
    query = select(fleets).where(fleets.c.id == id_of(given))
    row = connection.execute(query.with_for_update() if to_change else query).one_or_none()
    if row is None:
        raise not_found(f"there is no fleet {id_of(given)}")
    return row


def fleet_of(connection: Connection, asked: Mapping[str, Any], *, to_change: bool = False) -> Any:
    """The fleet that the members FleetId or AliasId lead to. Raises `GameLiftError`."""
    given = resolved(connection, asked["AliasId"]) if "AliasId" in asked else asked["FleetId"]
    return fleet_row(connection, given, to_change=to_change)


def must_be_here(names: Names, asked: Mapping[str, Any]) -> None:
    """Raise `GameLiftError` where the member Location is another than the one that there is."""
    if asked.get("Location", names.region) != names.region:
        raise invalid(f"Location: a fleet has one location here, {names.region}: leave it out")


def living_fleet_row(connection: Connection, given: str) -> Any:
    """The fleet, to be changed; raises `GameLiftError` where it is not there, or deleted."""
    row = fleet_row(connection, given, to_change=True)
    if row.status in ("DELETING", "TERMINATED"):
        raise GameLiftError("InvalidFleetStatusException", f"the fleet {row.id} is {row.status}")
    return row


def alias_row(connection: Connection, given: str) -> Any:
    """The alias of an id or ARN; raises `GameLiftError`."""
    row = connection.execute(select(aliases).where(aliases.c.id == id_of(given))).one_or_none()
    if row is None:
        raise not_found(f"there is no alias {id_of(given)}")
    return row


def resolved(connection: Connection, given: str) -> str:
    """The fleet's id that an alias leads to; raises `GameLiftError`, of a terminal one with its message."""
    alias = alias_row(connection, given)
    if alias.type == "TERMINAL":
        raise GameLiftError("TerminalRoutingStrategyException", alias.message or "this alias is terminal")
    return str(alias.fleet_id)


def happened(connection: Connection, fleet_id: str, code: str, message: str, at: float) -> None:
    """Write an event of a fleet, and tell it; ``code`` is an EventCode, ``at`` in Unix seconds."""
    row = {"id": str(uuid4()), "fleet_id": fleet_id, "code": code, "message": message, "time": at}
    connection.execute(insert(fleet_events).values(row))
    tell(connection, FLEET, f"fleet/{fleet_id}", {"type": code, "fleetId": fleet_id, "message": message}, at)


def fleet_failed(connection: Connection, fleet_id: str, why: str, at: float) -> None:
    """A fleet can have no more game sessions, until its cause is mended and another fleet made."""
    connection.execute(update(fleets).where(fleets.c.id == fleet_id).values(status="ERROR"))
    happened(connection, fleet_id, "FLEET_STATE_ERROR", f"The fleet is in the state ERROR: {why}.", at)


def processes(runtime: Mapping[str, Any]) -> int:
    """The game sessions that one instance carries at the same time."""
    return sum(int(one["ConcurrentExecutions"]) for one in runtime["ServerProcesses"])


def launched(path: str) -> str:
    """The file within the script that a LaunchPath means."""
    for root in _ROOTS:
        path = path.removeprefix(root)
    return path


def carried(connection: Connection, fleet_id: str) -> int:
    """The game sessions that a fleet carries now."""
    row = game_sessions.c
    query = select(func.count()).select_from(game_sessions).where(row.fleet_id == fleet_id, row.status.in_(CARRIED))
    return int(connection.execute(query).scalar_one())
