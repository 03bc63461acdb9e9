"""Fleets, queues and placements without GameLift's words: what the command asks for, done by the operations."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, cast
from uuid import uuid4

import anyio
from sqlalchemy import Connection, select

from deployment.record import UnknownScript
from desk.fleet_views import FleetView, PlacementView, QueueView
from desk.gamelift.checking import checked_untrusted
from desk.gamelift.fleet_rows import carried, fleet_row, processes
from desk.gamelift.model import operation
from desk.gamelift.names import id_of
from desk.gamelift.office import Call, Office, Operation
from desk.gamelift.placement_rows import placement_row
from desk.gamelift.placing import outcome
from desk.gamelift.scripts import PREFIX
from desk.gamelift.state.tables import fleets, queues
from desk.gamelift.wire import JSON

#: So long an answer waits for a placement that is not over, in seconds.
PATIENCE_SECONDS = 30.0


class Plain:
    """Every method but those that only look raises `GameLiftError`; all may raise `OfficeTrouble`."""

    def __init__(self, office: Office, operations: Mapping[str, Operation]) -> None:
        self._office = office
        self._operations = operations

    async def fleets(self) -> list[FleetView]:
        """The fleets that are not deleted, oldest first."""
        return await self._office.database.read(_fleets)

    async def create_fleet(self, script: str, name: str, game_sessions: int) -> FleetView:
        """Make a fleet of a script that carries at least so many game sessions. Raises `UnknownScript` as well."""
        instances = ceil(game_sessions / self._office.limits.max_processes)
        launch = await self._launch(script)
        process = {"LaunchPath": launch, "ConcurrentExecutions": ceil(game_sessions / instances)}
        runtime = {"ServerProcesses": [process]}
        made = await self._ask("CreateFleet", Name=name, ScriptId=PREFIX + script, RuntimeConfiguration=runtime)
        fleet_id = made["FleetAttributes"]["FleetId"]
        await self._ask("UpdateFleetCapacity", FleetId=fleet_id, MaxSize=instances, DesiredInstances=instances)
        return await self._fleet(fleet_id)

    async def delete_fleet(self, fleet_id: str) -> FleetView:
        """Delete a fleet; its game sessions say farewell and end."""
        await self._ask("DeleteFleet", FleetId=fleet_id)
        return await self._fleet(fleet_id)

    async def queues(self) -> list[QueueView]:
        """The queues, oldest first."""
        return await self._office.database.read(_queues)

    async def create_queue(self, name: str, destinations: Sequence[str], timeout_seconds: int) -> QueueView:
        """Make a queue that leads to fleets and aliases, by their ids."""
        arns = [self._office.names.arn(one.partition("-")[0], one) for one in destinations]
        leads = [{"DestinationArn": arn} for arn in arns]
        wanted = {"Name": name, "TimeoutInSeconds": timeout_seconds, "Destinations": leads}
        return _queue_of((await self._ask("CreateGameSessionQueue", **wanted))["GameSessionQueue"])

    async def delete_queue(self, name: str) -> QueueView:
        """Delete a queue; what waits in it fails."""
        found = (await self._ask("DescribeGameSessionQueues", Names=[name]))["GameSessionQueues"][0]
        await self._ask("DeleteGameSessionQueue", Name=name)
        return _queue_of(found)

    async def place(self, queue: str, players: Sequence[str], max_players: int, name: str) -> PlacementView:
        """Ask for a game session in a queue, with seats for players; it is told how that stands at once."""
        wanted = {
            "PlacementId": str(uuid4()),
            "GameSessionQueueName": queue,
            "MaximumPlayerSessionCount": max_players,
            "DesiredPlayerSessions": [{"PlayerId": player} for player in players],
            **({"GameSessionName": name} if name else {}),
        }
        placement = (await self._ask("StartGameSessionPlacement", **wanted))["GameSessionPlacement"]
        return await self._placement(placement["PlacementId"])

    async def placement(self, placement: str) -> PlacementView:
        """How a placement stands once it is over, or after a while if it is not."""
        with anyio.move_on_after(PATIENCE_SECONDS):
            await outcome(self._office, placement)
        return await self._placement(placement)

    async def stop_placement(self, placement: str) -> PlacementView:
        """Take a placement out of its queue."""
        await self._ask("StopGameSessionPlacement", PlacementId=placement)
        return await self._placement(placement)

    async def _placement(self, placement: str) -> PlacementView:
        return _placement_of(await self._office.database.read(lambda one: placement_row(one, placement)))

    async def _fleet(self, fleet_id: str) -> FleetView:
        return await self._office.database.read(lambda one: _fleet_view(one, fleet_row(one, fleet_id)))

    async def _launch(self, script: str) -> str:
        active = self._office.house.script(script).active
        if active is None:
            raise UnknownScript(f"the script {script!r} has been withdrawn")
        return (await self._office.house.source(script, active.number)).launch

    async def _ask(self, name: str, **asked: object) -> Mapping[str, Any]:
        """Ask an operation, after the model's own checks."""
        known = operation(name)
        assert known is not None
        checked = cast(Mapping[str, Any], checked_untrusted(known.asked, asked, JSON.blob))
        return await self._operations[name](self._office, Call(name, checked))


def _fleets(connection: Connection) -> list[FleetView]:
    living = connection.execute(select(fleets).where(fleets.c.status != "TERMINATED").order_by(fleets.c.serial)).all()
    return [_fleet_view(connection, row) for row in living]


def _fleet_view(connection: Connection, row: Any) -> FleetView:
    script, most = row.script_id.removeprefix(PREFIX), row.desired * processes(row.runtime)
    return FleetView(row.id, row.facts.get("Name", ""), script, row.status, carried(connection, row.id), most)


def _queues(connection: Connection) -> list[QueueView]:
    rows = connection.execute(select(queues).order_by(queues.c.serial)).all()
    return [_queue_of({**row.facts, "Name": row.id}) for row in rows]


def _queue_of(facts: Mapping[str, Any]) -> QueueView:
    destinations = (id_of(one["DestinationArn"]) for one in facts.get("Destinations", ()))
    return QueueView(facts["Name"], tuple(destinations), facts["TimeoutInSeconds"])


def _placement_of(row: Any) -> PlacementView:
    facts, fulfilled = row.facts, row.status == "FULFILLED"
    seats = {one["PlayerId"]: one["PlayerSessionId"] for one in facts.get("PlacedPlayerSessions", ())}
    address = facts.get("IpAddress") or facts.get("DnsName", "")
    game_session = row.game_session if fulfilled else ""
    return PlacementView(row.id, row.status, row.message, game_session, address, facts.get("Port", 0), seats)
