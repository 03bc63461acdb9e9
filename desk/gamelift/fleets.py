"""Fleets: a script, what its processes are, and how many game sessions it may carry on this machine's workers.

There is nothing to wait for: a fleet is ACTIVE, or in ERROR with an event that says why, when CreateFleet answers.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import anyio
from sqlalchemy import Connection, func, insert, select, update

from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.fleet_rows import CARRIED, fleet_failed, fleet_row, happened, launched, living_fleet_row, processes
from desk.gamelift.limits import MAX_PAGE
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.scripts import deployed
from desk.gamelift.state.tables import fleet_events, fleets, game_sessions
from desk.gamelift.tags import drop_tags, put_tags
from desk.house import UnknownGameSession

#: Members of CreateFleet that DescribeFleetAttributes shows again, by their names there.
_FACTS = {
    "Name": "Name",
    "Description": "Description",
    "EC2InstanceType": "InstanceType",
    "FleetType": "FleetType",
    "ServerLaunchPath": "ServerLaunchPath",
    "ServerLaunchParameters": "ServerLaunchParameters",
    "LogPaths": "LogPaths",
    "NewGameSessionProtectionPolicy": "NewGameSessionProtectionPolicy",
    "ResourceCreationLimitPolicy": "ResourceCreationLimitPolicy",
    "MetricGroups": "MetricGroups",
}
_CHANGEABLE = ("Name", "Description", "NewGameSessionProtectionPolicy", "ResourceCreationLimitPolicy", "MetricGroups")
#: What makes no sense here, with the values that are harmless.
_REFUSED: Mapping[str, tuple[Sequence[object], str]] = {
    "BuildId": ((), "Harena runs scripts, not builds: give a ScriptId"),
    "AnywhereConfiguration": ((), "a fleet runs on Harena's own machine: leave it out"),
    "ComputeType": (("EC2",), "a fleet runs on Harena's own machine: leave it out, or give EC2"),
    "PlayerGatewayMode": (("DISABLED",), "there is no player gateway: leave it out"),
    "PlayerGatewayConfiguration": ((), "there is no player gateway: leave it out"),
    "PeerVpcId": ((), "there is nothing to be peered: leave it out"),
    "PeerVpcAwsAccountId": ((), "there is nothing to be peered: leave it out"),
    "InstanceRoleArn": ((), "scripts have no role in AWS: leave it out"),
    "InstanceRoleCredentialsProvider": ((), "scripts have no role in AWS: leave it out"),
}
_WHY_CERTIFICATES = "the server's setting tls.enabled decides that for all fleets: leave it out"


async def create_fleet(office: Office, call: Call) -> Answer:
    """Make a fleet of a script."""
    asked = call.asked
    _must_make_sense(office, asked)
    runtime = _runtime(office, asked)
    script_id = id_of(asked["ScriptId"])
    trouble = await _trouble(office, script_id, runtime)
    identity, now = f"fleet-{uuid4()}", office.clock()

    def act(connection: Connection) -> Any:
        _must_have_room(connection, office)
        connection.execute(insert(fleets).values(_new(identity, script_id, asked, runtime, now)))
        put_tags(connection, office.names.arn("fleet", identity), asked.get("Tags", []))
        _begin(connection, identity, trouble, now)
        return fleet_row(connection, identity)

    row = await office.database.write(act)
    state = {"Location": office.names.region, "Status": row.status}
    return {"FleetAttributes": _shown(office, row), "LocationStates": [state]}


async def describe_fleet_attributes(office: Office, call: Call) -> Answer:
    """Show the fleets of these ids, or all that are not deleted."""
    rows, token = await fleets_asked(office, call)
    return {"FleetAttributes": [_shown(office, row) for row in rows], "NextToken": token}


async def list_fleets(office: Office, call: Call) -> Answer:
    """Give the ids of all fleets that are not deleted, or of those with one script."""
    query = select(fleets).where(fleets.c.status != "TERMINATED")
    if "BuildId" in call.asked:
        raise invalid("BuildId cannot be used: Harena runs scripts, not builds; give a ScriptId")
    if "ScriptId" in call.asked:
        query = query.where(fleets.c.script_id == id_of(call.asked["ScriptId"]))
    rows, token = await office.database.read(lambda connection: page(connection, office, call, query, fleets.c.serial))
    # The model has no empty list here.
    return {"FleetIds": [row.id for row in rows] or None, "NextToken": token}


async def update_fleet_attributes(office: Office, call: Call) -> Answer:
    """Change what can change of a fleet; game sessions that are there keep their protection."""
    asked = call.asked
    if "AnywhereConfiguration" in asked:
        raise invalid("AnywhereConfiguration cannot be used: a fleet runs on Harena's own machine; leave it out")

    def act(connection: Connection) -> Answer:
        row = living_fleet_row(connection, asked["FleetId"])
        facts = {**row.facts, **{name: asked[name] for name in _CHANGEABLE if name in asked}}
        connection.execute(update(fleets).where(fleets.c.id == row.id).values(facts=facts))
        return {"FleetId": row.id, "FleetArn": office.names.arn("fleet", row.id)}

    return await office.database.write(act)


async def describe_runtime_configuration(office: Office, call: Call) -> Answer:
    """Show what a fleet's processes are."""
    row = await office.database.read(lambda connection: fleet_row(connection, call.asked["FleetId"]))
    return {"RuntimeConfiguration": row.runtime}


async def update_runtime_configuration(office: Office, call: Call) -> Answer:
    """Change what a fleet's processes are; game sessions that run are left alone."""
    runtime = call.asked["RuntimeConfiguration"]
    _must_be_processes(office, runtime)
    before = await office.database.read(lambda connection: fleet_row(connection, call.asked["FleetId"]))
    if trouble := await _trouble(office, before.script_id, runtime):
        raise invalid(f"RuntimeConfiguration: {trouble[1]}")

    def act(connection: Connection) -> Answer:
        row = living_fleet_row(connection, call.asked["FleetId"])
        connection.execute(update(fleets).where(fleets.c.id == row.id).values(runtime=runtime))
        return {"RuntimeConfiguration": runtime}

    return await office.database.write(act)


async def describe_fleet_events(office: Office, call: Call) -> Answer:
    """Show what has happened to a fleet, oldest first."""
    asked = call.asked

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        event = fleet_events.c
        query = select(fleet_events).where(event.fleet_id == fleet_row(connection, asked["FleetId"]).id)
        if "StartTime" in asked:
            query = query.where(event.time >= asked["StartTime"])
        if "EndTime" in asked:
            query = query.where(event.time <= asked["EndTime"])
        return page(connection, office, call, query, event.serial)

    rows, token = await office.database.read(act)
    return {"Events": [_shown_event(row) for row in rows], "NextToken": token}


async def delete_fleet(office: Office, call: Call) -> Answer:
    """Delete a fleet: its game sessions say farewell and end. It is kept as TERMINATED, under its id."""
    now = office.clock()

    def act(connection: Connection) -> list[str]:
        row = living_fleet_row(connection, call.asked["FleetId"])
        gone = {"status": "TERMINATED", "terminated": now}
        connection.execute(update(fleets).where(fleets.c.id == row.id).values(gone))
        drop_tags(connection, office.names.arn("fleet", row.id))
        happened(connection, row.id, "FLEET_DELETED", "The fleet has been deleted.", now)
        here = game_sessions.c
        those = (here.fleet_id == row.id) & here.status.in_(CARRIED)
        ending = [str(one) for one in connection.execute(select(here.id).where(those)).scalars()]
        connection.execute(update(game_sessions).where(those).values(status="TERMINATING"))
        return ending

    ending = await office.database.write(act)
    with anyio.CancelScope(shield=True):  # All of them end, even if who asks does not wait.
        for game_session in ending:
            await end_soon(office, game_session, "its fleet has been deleted")
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateFleet": create_fleet,
    "DeleteFleet": delete_fleet,
    "DescribeFleetAttributes": describe_fleet_attributes,
    "DescribeFleetEvents": describe_fleet_events,
    "DescribeRuntimeConfiguration": describe_runtime_configuration,
    "ListFleets": list_fleets,
    "UpdateFleetAttributes": update_fleet_attributes,
    "UpdateRuntimeConfiguration": update_runtime_configuration,
}


async def fleets_asked(office: Office, call: Call) -> tuple[list[Any], str | None]:
    """The fleets that are asked for by ids, or, a page of them, all that are not deleted. Raises `GameLiftError`."""

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        if wanted := call.asked.get("FleetIds"):
            if len(wanted) > MAX_PAGE:
                raise invalid(f"FleetIds has {len(wanted)} fleets; {MAX_PAGE} can be asked for at the same time")
            return [fleet_row(connection, given) for given in wanted], None
        query = select(fleets).where(fleets.c.status != "TERMINATED")
        return page(connection, office, call, query, fleets.c.serial)

    return await office.database.read(act)


async def end_soon(office: Office, game_session: str, reason: str, *, now: bool = False, seconds: float = 0) -> None:
    """Have a game session end, and wait so long for it; one that the house does not know is written as over."""
    try:
        with anyio.move_on_after(seconds):
            await office.house.end_game_session(game_session, reason, now=now)
    except UnknownGameSession:
        office.journal.game_session_over(game_session)


def _must_make_sense(office: Office, asked: Mapping[str, Any]) -> None:
    for name, (harmless, why) in _REFUSED.items():
        if name in asked and asked[name] not in harmless:
            raise invalid(f"{name} cannot be used so: {why}")
    if (wanted := asked.get("CertificateConfiguration")) not in (None, _certificates(office)):
        raise invalid(f"CertificateConfiguration cannot be {wanted['CertificateType']}: {_WHY_CERTIFICATES}")
    if any(one.get("Location") != office.names.region for one in asked.get("Locations", [])):
        raise invalid(f"Locations: a fleet has one location here, {office.names.region}: leave them out")
    if "ScriptId" not in asked:
        raise invalid("ScriptId is required: CreateScript gives one, and script-NAME is one of the watched folder")


def _certificates(office: Office) -> Mapping[str, str]:
    """Say whether players connect by TLS: that is the same for all fleets of a server."""
    return {"CertificateType": "GENERATED" if office.house.status().certificate else "DISABLED"}


def _runtime(office: Office, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    if "RuntimeConfiguration" in asked:
        runtime: Mapping[str, Any] = asked["RuntimeConfiguration"]
    elif "ServerLaunchPath" in asked:
        process = {"LaunchPath": asked["ServerLaunchPath"], "Parameters": asked.get("ServerLaunchParameters")}
        runtime = {"ServerProcesses": [{**process, "ConcurrentExecutions": 1}]}
    else:
        raise invalid("RuntimeConfiguration is required: it says what is launched, and how many at the same time")
    _must_be_processes(office, runtime)
    return runtime


def _must_be_processes(office: Office, runtime: Mapping[str, Any]) -> None:
    if not runtime.get("ServerProcesses"):
        raise invalid("RuntimeConfiguration.ServerProcesses is required")
    if (count := processes(runtime)) > office.limits.max_processes:
        message = f"{count} ConcurrentExecutions in all are more than the setting gamelift.max_processes allows"
        raise GameLiftError("LimitExceededException", f"RuntimeConfiguration: {message}")


async def _trouble(office: Office, script_id: str, runtime: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why a fleet of this script cannot be: an EventCode and a sentence. Raises `GameLiftError` for no script."""
    view = deployed(office, script_id)
    if view is None or view.active is None:
        raise GameLiftError("NotFoundException", f"there is no script {script_id}")
    source = await office.house.source(view.name, view.active.number)
    there = {file.path for file in source.files}
    missing = [one["LaunchPath"] for one in runtime["ServerProcesses"] if launched(one["LaunchPath"]) not in there]
    if not missing:
        return None
    return (
        "FLEET_VALIDATION_LAUNCH_PATH_NOT_FOUND",
        f"the script has no file {missing[0]}: a LaunchPath is one of its files, such as /local/game/{source.launch}",
    )


def _must_have_room(connection: Connection, office: Office) -> None:
    living = select(func.count()).select_from(fleets).where(fleets.c.status != "TERMINATED")
    if (count := connection.execute(living).scalar_one()) >= office.limits.max_fleets:
        message = f"there are {count} fleets, and the setting gamelift.max_fleets allows no more"
        raise GameLiftError("LimitExceededException", message)


def _new(
    identity: str, script_id: str, asked: Mapping[str, Any], runtime: Mapping[str, Any], now: float
) -> dict[str, object]:
    facts = {shown: asked[name] for name, shown in _FACTS.items() if name in asked}
    return {
        "id": identity,
        "script_id": script_id,
        "status": "ACTIVE",
        "created": now,
        "facts": facts,
        "runtime": runtime,
        "desired": 1,
        "minimum": 0,
        "maximum": 1,
    }


def _begin(connection: Connection, identity: str, trouble: tuple[str, str] | None, now: float) -> None:
    happened(connection, identity, "FLEET_CREATED", "The fleet has been created.", now)
    happened(connection, identity, "FLEET_STATE_VALIDATING", "The fleet's launch paths are looked at.", now)
    if trouble:
        code, why = trouble
        happened(connection, identity, code, why, now)
        fleet_failed(connection, identity, "no process can be launched", now)
    else:
        happened(connection, identity, "FLEET_STATE_ACTIVE", "The fleet takes game sessions.", now)


def _shown(office: Office, row: Any) -> Answer:
    return {
        "FleetType": "ON_DEMAND",
        "NewGameSessionProtectionPolicy": "NoProtection",
        "MetricGroups": ["default"],
        **row.facts,
        "FleetId": row.id,
        "FleetArn": office.names.arn("fleet", row.id),
        "ScriptId": row.script_id,
        "ScriptArn": office.names.arn("script", row.script_id),
        "Status": row.status,
        "CreationTime": row.created,
        "TerminationTime": row.terminated,
        "ComputeType": "EC2",
        "CertificateConfiguration": _certificates(office),
    }


def _shown_event(row: Any) -> Answer:
    return {
        "EventId": row.id,
        "ResourceId": row.fleet_id,
        "EventCode": row.code,
        "Message": row.message,
        "EventTime": row.time,
        "Count": 1,
    }
