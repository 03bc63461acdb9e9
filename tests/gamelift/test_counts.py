"""Who waits is counted, and how long they have waited: once it is written what has become of them, and once."""

from bisect import bisect_left
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desk.gamelift.counts import WAIT_SECONDS, PlacementBegan, Waits
from desk.gamelift.state.database import bring
from tests.gamelift.clock import Clock
from tests.gamelift.matching import duelling, searched, started
from tests.gamelift.small_house import calling, furnished

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]

WANTED = {"GameSessionQueueName": "queue", "MaximumPlayerSessionCount": 2}


def waited(waits: Waits, status: str) -> tuple[int, float]:
    """How many ended so, and how long all of them waited."""
    *counts, seconds = waits[status]
    return int(sum(counts)), seconds


async def test_placements_are_counted_by_how_they_end(tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock) as call:
        assert call.front.waiting().placement_waits == {}, "nobody has called"
        ids = await furnished(call)
        assert waited(call.front.waiting().placement_waits, "FULFILLED") == (1, 0.0)
        await call.done("UpdateFleetCapacity", FleetId=ids["FleetId"], DesiredInstances=0)
        for placement in ("stopped", "late", "waits"):
            await call.done("StartGameSessionPlacement", PlacementId=placement, **WANTED)
            clock.now += 3
        await call.done("StartGameSessionPlacement", PlacementId="waits", **WANTED)
        assert call.front.waiting().placements == 3
        await call.done("StopGameSessionPlacement", PlacementId="stopped")
        clock.now += 600 - 6
        await call.looked("late")
        found = call.front.waiting()
        assert found.placements == 1
        assert waited(found.placement_waits, "CANCELLED") == (1, 9.0)
        assert waited(found.placement_waits, "TIMED_OUT") == (1, 600.0)
        assert waited(found.placement_waits, "FAILED") == (0, 0.0)
        assert found.placement_waits["CANCELLED"][bisect_left(WAIT_SECONDS, 9.0)] == 1
    async with calling(tmp_path, clock) as call:
        await call.front.open()
        assert call.front.waiting().placements == 1
        assert waited(call.front.waiting().placement_waits, "TIMED_OUT") == (0, 0.0)


async def test_tickets_are_counted_by_their_status(tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock) as call:
        await duelling(call)
        await started(call, "ann", "bob", "cid")
        clock.now += 2
        await searched(call)
        await started(call, "dan")
        await call.done("StopMatchmaking", TicketId="dan")
        found = call.front.waiting()
        assert found.tickets == {"QUEUED": 0, "SEARCHING": 1, "REQUIRES_ACCEPTANCE": 0, "PLACING": 0}
        assert waited(found.ticket_waits, "COMPLETED") == (2, 4.0)
        assert waited(found.ticket_waits, "CANCELLED") == (1, 0.0)


async def test_what_is_not_written_does_not_count(tmp_path: Path) -> None:
    class Undone(Exception):
        """Nothing is to be written."""

    def undone(connection: Connection) -> None:
        bring(connection, PlacementBegan())
        raise Undone

    async with calling(tmp_path) as call:
        database = (await call.front.open()).office.database
        with pytest.raises(Undone):
            await database.write(undone)
        await database.write(lambda _: None)
        assert call.front.waiting().placements == 0
        await database.write(lambda connection: bring(connection, PlacementBegan()))
        assert call.front.waiting().placements == 1
