"""Matchmaking over both databases: what a restart finds in every state, and a crash at the worst moment."""

from pathlib import Path

import anyio
import pytest

from tests.gamelift.clock import Clock
from tests.gamelift.matching import (
    QUEUE,
    SKILLED,
    described,
    duelling,
    game,
    matchmaker,
    searched,
    started,
    statuses,
    told,
    ushered,
)
from tests.gamelift.small_house import calling, furnished

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]


async def test_a_restart_loses_no_ticket_and_matches_none_twice(url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock, database=url, max_fleets=1_000) as call:
        await duelling(call, AcceptanceRequired=True, AcceptanceTimeoutSeconds=30)
        await matchmaker(call, "open", SKILLED, BackfillMode="AUTOMATIC")
        await started(call, "ended")
        await call.done("StopMatchmaking", TicketId="ended")
        await started(call, "ann", "bob", name="open", PlayerAttributes={"skill": {"N": 3}})
        await searched(call)  # They play, and two seats are free.
        await started(call, "cid", "dan")
        await searched(call)  # They are asked.
        await call.done("AcceptMatch", TicketId="cid", PlayerIds=["cid"], AcceptanceType="ACCEPT")
        await started(call, "eve", "fay", name="open", PlayerAttributes={"skill": {"N": 300}})
        await started(call, "gus", PlayerAttributes={"x": {"SDM": {"ä": 1.5}}}, LatencyInMs={"local": 7})
        before = await described(call, "ended", "ann", "cid", "eve", "gus")
    async with calling(tmp_path, clock, database=url) as call:
        assert await described(call, "ended", "ann", "cid", "eve", "gus") == before
        opened = await call.front.open()
        assert {one.id for one in opened.matching.active()} == {"cid", "dan", "eve", "fay", "gus"}, (
            "nobody fills a ruin"
        )
        await call.done("AcceptMatch", TicketId="dan", PlayerIds=["dan"], AcceptanceType="ACCEPT")
        await opened.matching.rounds.round()
        assert await statuses(call, "cid", "dan", "eve", "fay") == ["PLACING"] * 4
    async with calling(tmp_path, clock, database=url) as call:
        await ushered(call)
        cid, dan, eve, fay, gus = await described(call, "cid", "dan", "eve", "fay", "gus")
        assert [one["Status"] for one in (cid, dan, eve, fay, gus)] == ["COMPLETED"] * 4 + ["SEARCHING"]
        where = [one["GameSessionConnectionInfo"]["GameSessionArn"] for one in (cid, dan, eve, fay)]
        assert where[0] == where[1] != where[2] == where[3]
        assert (await game(call, cid))["Status"] == "ACTIVE"
        assert len(call.house.games) == 2


async def test_a_match_that_was_placed_before_a_crash_is_placed_again(tmp_path: Path) -> None:
    """The placement was written as fulfilled, the tickets were not yet: nobody was told of a game that is over now."""
    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann", "bob")
        opened = await call.front.open()
        await opened.matching.rounds.round()
        (match,) = opened.office.lobby.deeds()
        usher = opened.matching.usher
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.placer.run)
            made = opened.office.lobby.configured["duel"]
            found = await usher._placed(match, made)  # type: ignore[arg-type]  # it is a Place
            tasks.cancel_scope.cancel()
        assert found is not None
        assert found.status == "FULFILLED"
        assert await statuses(call, "ann", "bob") == ["PLACING", "PLACING"]
    async with calling(tmp_path) as call:
        await ushered(call)
        (ann,) = await described(call, "ann")
        assert ann["Status"] == "COMPLETED"
        assert ann["GameSessionConnectionInfo"]["GameSessionArn"] != found.game_session
        assert (await game(call, ann))["Status"] == "ACTIVE"


async def test_a_match_that_was_called_off_before_a_crash_is_not_placed_after_it(url: str, tmp_path: Path) -> None:
    """Its placement waited, and who was to stop it was killed."""
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call, "crowded")
        await call.done("UpdateFleetCapacity", FleetId=ids["FleetId"], DesiredInstances=0)
        arn = QUEUE.replace("/queue", "/crowded")
        await matchmaker(call, "off", {**SKILLED, "rules": [], "expansions": []}, GameSessionQueueArns=[arn])
        await started(call, "olga", "pete", name="off")
        opened = await call.front.open()
        await opened.matching.rounds.round()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.matching.usher.look)
            await anyio.wait_all_tasks_blocked()
            potential = next(one for one in await told(call, "off") if one["type"] == "PotentialMatchCreated")
            await call.done("StopMatchmaking", TicketId="olga")
            tasks.cancel_scope.cancel()
    placement = f"{potential['matchId']}-1"
    async with calling(tmp_path, database=url) as call:
        assert await statuses(call, "olga", "pete") == ["CANCELLED", "SEARCHING"]
        assert (await call.looked(placement))["Status"] == "CANCELLED"
        assert not call.house.games
        await call.done("StopMatchmaking", TicketId="pete")
