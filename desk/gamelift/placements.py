"""Placements: game sessions that are wanted in a queue. What is done for them stands in ``placing`` and ``placer``."""

from collections.abc import Mapping

from desk.gamelift.office import Answer, Call, Office, Operation
from desk.gamelift.placement_rows import placement_row, shown
from desk.gamelift.placing import start, stop


async def start_placement(office: Office, call: Call) -> Answer:
    """Put a placement into its queue; it is PENDING until a game session runs."""
    return {"GameSessionPlacement": shown(await start(office, call.asked))}


async def describe_placement(office: Office, call: Call) -> Answer:
    """Show how a placement stands, and where its game session is."""
    row = await office.database.read(lambda connection: placement_row(connection, call.asked["PlacementId"]))
    return {"GameSessionPlacement": shown(row)}


async def stop_placement(office: Office, call: Call) -> Answer:
    """Take a placement out of its queue."""
    return {"GameSessionPlacement": shown(await stop(office, call.asked["PlacementId"]))}


OPERATIONS: Mapping[str, Operation] = {
    "DescribeGameSessionPlacement": describe_placement,
    "StartGameSessionPlacement": start_placement,
    "StopGameSessionPlacement": stop_placement,
}
