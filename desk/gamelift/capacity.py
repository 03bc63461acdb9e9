"""Capacity: how many game sessions a fleet may carry, and how many it does.

An instance is a share of this machine: as many game sessions as the fleet's runtime configuration has processes.
"""

import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select, update

from desk.gamelift.errors import invalid
from desk.gamelift.fleet_rows import CARRIED, carried, happened, living_fleet_row, must_be_here, processes
from desk.gamelift.fleets import fleets_asked
from desk.gamelift.game_session_rows import players_held
from desk.gamelift.office import Answer, Call, Office, Operation
from desk.gamelift.state.tables import fleets, game_sessions


async def update_fleet_capacity(office: Office, call: Call) -> Answer:
    """Change how many instances a fleet has: it takes no game sessions beyond them, and ends none that is there."""
    asked, region = call.asked, office.names.region
    must_be_here(office.names, asked)
    if asked.get("ManagedCapacityConfiguration", {}).get("ZeroCapacityStrategy", "MANUAL") != "MANUAL":
        raise invalid(
            "ManagedCapacityConfiguration: capacity is not scaled automatically; give MANUAL, or leave it out"
        )

    def act(connection: Connection) -> Answer:
        row = living_fleet_row(connection, asked["FleetId"])
        minimum, maximum = asked.get("MinSize", row.minimum), asked.get("MaxSize", row.maximum)
        desired = asked.get("DesiredInstances", min(max(row.desired, minimum), maximum))
        if not minimum <= desired <= maximum:
            raise invalid(f"DesiredInstances is to be from MinSize {minimum} to MaxSize {maximum}, not {desired}")
        sizes = {"minimum": minimum, "maximum": maximum, "desired": desired}
        connection.execute(update(fleets).where(fleets.c.id == row.id).values(sizes))
        scaled = f"The fleet has {desired} instances now, of {minimum} to {maximum}."
        happened(connection, row.id, "FLEET_SCALING_EVENT", scaled, office.clock())
        return {"FleetId": row.id, "FleetArn": office.names.arn("fleet", row.id), "Location": region}

    return await office.database.write(act)


async def describe_fleet_capacity(office: Office, call: Call) -> Answer:
    """Show how many instances fleets have."""
    await office.journal.flush()
    rows, token = await fleets_asked(office, call)

    def act(connection: Connection) -> list[Answer]:
        return [_capacity(office, row, carried(connection, row.id)) for row in rows]

    return {"FleetCapacity": await office.database.read(act), "NextToken": token}


async def describe_fleet_utilization(office: Office, call: Call) -> Answer:
    """Show what fleets carry."""
    await office.journal.flush()
    rows, token = await fleets_asked(office, call)

    def act(connection: Connection) -> list[Answer]:
        return [_utilization(connection, office, row) for row in rows]

    return {"FleetUtilization": await office.database.read(act), "NextToken": token}


OPERATIONS: Mapping[str, Operation] = {
    "DescribeFleetCapacity": describe_fleet_capacity,
    "DescribeFleetUtilization": describe_fleet_utilization,
    "UpdateFleetCapacity": update_fleet_capacity,
}


def _capacity(office: Office, row: Any, game_sessions_carried: int) -> Answer:
    active = row.desired if row.status == "ACTIVE" else 0
    used = math.ceil(game_sessions_carried / processes(row.runtime))
    counts = {
        "DESIRED": row.desired,
        "MINIMUM": row.minimum,
        "MAXIMUM": row.maximum,
        "PENDING": 0,
        "ACTIVE": active,
        "IDLE": max(active - used, 0),
        "TERMINATING": 0,
    }
    return {
        "FleetId": row.id,
        "FleetArn": office.names.arn("fleet", row.id),
        "InstanceType": row.facts.get("InstanceType"),
        "InstanceCounts": counts,
        "Location": office.names.region,
    }


def _utilization(connection: Connection, office: Office, row: Any) -> Answer:
    game = game_sessions.c
    here = (game.fleet_id == row.id) & game.status.in_(CARRIED)
    count, seats = connection.execute(
        select(func.count(), func.coalesce(func.sum(game.max_players), 0)).where(here)
    ).one()
    players = select(func.coalesce(func.sum(players_held()), 0)).where(here)
    return {
        "FleetId": row.id,
        "FleetArn": office.names.arn("fleet", row.id),
        "ActiveServerProcessCount": count,
        "ActiveGameSessionCount": count,
        "CurrentPlayerSessionCount": int(connection.execute(players).scalar_one()),
        "MaximumPlayerSessionCount": int(seats),
        "Location": office.names.region,
    }
