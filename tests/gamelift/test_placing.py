"""Placements in a small house, in time that the test turns forward: where they go, why they wait, how they end."""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from desk.gamelift.placing import outcome, start
from desk.house import Full, Refused
from tests.gamelift.small_house import Caller, calling, furnished

WANTED = {"GameSessionQueueName": "queue", "MaximumPlayerSessionCount": 2}


class Clock:
    """Gives Unix seconds; the test turns it forward."""

    def __init__(self) -> None:
        self.now = 2_000_000_000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


def refusing(error: Exception) -> Callable[[], Awaitable[None]]:
    """What lets nothing happen."""

    async def refuse() -> None:
        await anyio.lowlevel.checkpoint()
        raise error

    return refuse


def cancelling(scope: anyio.CancelScope) -> Callable[[], Awaitable[None]]:
    """What cuts everything off."""

    async def cancel() -> None:
        scope.cancel()
        await anyio.lowlevel.checkpoint()

    return cancel


async def queue_of(call: Caller, ids: dict[str, str], **more: Any) -> str:
    """Make a queue with one fleet of its own, with a single place; give the fleet's id."""
    runtime = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 1}]}
    fleet = await call.done("CreateFleet", Name="small", ScriptId=ids["ScriptId"], RuntimeConfiguration=runtime)
    destination = {"DestinationArn": fleet["FleetAttributes"]["FleetArn"]}
    await call.done("CreateGameSessionQueue", **{"Name": "small", "Destinations": [destination], **more})
    return str(fleet["FleetAttributes"]["FleetId"])


@pytest.mark.anyio
async def test_a_placement_has_its_game_session_and_seats(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        ids = await furnished(call)
        players = [{"PlayerId": "ann", "PlayerData": "red"}, {"PlayerId": "bob"}]
        properties = [{"Key": "map", "Value": "ice"}]
        asked = {**WANTED, "PlacementId": "one", "DesiredPlayerSessions": players, "GameProperties": properties}
        started = (await call.done("StartGameSessionPlacement", **asked))["GameSessionPlacement"]
        assert (started["Status"], "GameSessionArn" in started) == ("PENDING", False)
        placed = await call.looked("one")
        assert (placed["Status"], placed["GameSessionRegion"], placed["Port"]) == ("FULFILLED", "local", 1900)
        assert placed["GameSessionArn"].endswith(f"/{ids['FleetId']}/one")
        (game,) = (await call.done("DescribeGameSessions", GameSessionId=placed["GameSessionArn"]))["GameSessions"]
        assert (game["Status"], game["GameProperties"], game["CurrentPlayerSessionCount"]) == ("ACTIVE", properties, 2)
        seats = await call.done("DescribePlayerSessions", GameSessionId=placed["GameSessionArn"])
        assert placed["PlacedPlayerSessions"] == [
            {"PlayerId": one["PlayerId"], "PlayerSessionId": one["PlayerSessionId"]} for one in seats["PlayerSessions"]
        ]
        assert [one.get("PlayerData") for one in seats["PlayerSessions"]] == ["red", None]
        again = (await call.done("StartGameSessionPlacement", **asked))["GameSessionPlacement"]
        assert again == placed
        status, said = await call("StartGameSessionPlacement", **{**asked, "MaximumPlayerSessionCount": 3})
        assert (status, "ids are used once" in said["Message"]) == (400, True)
        status, said = await call("StopGameSessionPlacement", PlacementId="one")
        assert (status, "TerminateGameSession" in said["Message"]) == (400, True)


@pytest.mark.anyio
async def test_a_placement_waits_for_room_and_for_its_turn(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        fleet = await queue_of(call, await furnished(call), TimeoutInSeconds=10)
        first, second, third = ({**WANTED, "GameSessionQueueName": "small", "PlacementId": one} for one in "abc")
        assert (await call.placed(**first))["Status"] == "FULFILLED"
        assert (await call.placed(**second))["Status"] == "PENDING"
        clock.now += 1
        assert (await call.placed(**third))["Status"] == "PENDING"
        opened = await call.front.open()
        (game,) = (await call.done("DescribeGameSessions", FleetId=fleet))["GameSessions"]
        assert game["Status"] == "ACTIVE"
        call.front.game_session_over(list(call.house.games)[-1])
        assert (await call.looked("b"))["Status"] == "FULFILLED", "who has waited longest"
        assert (await call.looked("c"))["Status"] == "PENDING"
        clock.now += 10
        late = await call.looked("c")
        assert (late["Status"], late["EndTime"]) == ("TIMED_OUT", clock.now)
        assert (await outcome(opened.office, "c")).message == "its time in the queue was over"


@pytest.mark.anyio
async def test_latency_policies_are_loosened(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        policies = [
            {"MaximumIndividualPlayerLatencyMilliseconds": 50, "PolicyDurationSeconds": 30},
            {"MaximumIndividualPlayerLatencyMilliseconds": 100},
        ]
        await queue_of(call, await furnished(call), PlayerLatencyPolicies=policies)

        def latency(milliseconds: float) -> dict[str, Any]:
            one = {"PlayerId": "ann", "RegionIdentifier": "local", "LatencyInMilliseconds": milliseconds}
            return {"GameSessionQueueName": "small", "MaximumPlayerSessionCount": 1, "PlayerLatencies": [one]}

        assert (await call.placed(PlacementId="slow", **latency(101)))["Status"] == "PENDING"
        assert (await call.placed(PlacementId="fair", **latency(51)))["Status"] == "PENDING"
        clock.now += 30
        assert (await call.looked("fair"))["Status"] == "FULFILLED"
        clock.now += 570
        assert (await call.looked("slow"))["Status"] == "TIMED_OUT"


@pytest.mark.anyio
async def test_aliases_lead_on_and_what_has_no_place_is_passed_over(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        ids = await furnished(call)
        names = (await call.front.open()).office.names
        terminal = {"Type": "TERMINAL", "Message": "closed"}
        closed = (await call.done("CreateAlias", Name="closed", RoutingStrategy=terminal))["Alias"]["AliasArn"]
        full = await queue_of(call, ids)
        await call.done("UpdateFleetCapacity", FleetId=full, DesiredInstances=0)
        arns = [closed, names.arn("fleet", full), names.arn("alias", ids["AliasId"])]
        destinations = [{"DestinationArn": arn} for arn in arns]
        await call.done("UpdateGameSessionQueue", Name="small", Destinations=destinations)
        placed = await call.placed(GameSessionQueueName="small", MaximumPlayerSessionCount=1, PlacementId="one")
        assert f"/{ids['FleetId']}/" in placed["GameSessionArn"]


@pytest.mark.anyio
async def test_what_cannot_begin_is_tried_again_later(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        await furnished(call)
        before = len(call.house.games)
        asked = {**WANTED, "PlacementId": "one", "DesiredPlayerSessions": [{"PlayerId": "ann"}]}
        call.house.before_game = refusing(Refused("it drains"))
        assert (await call.placed(**asked))["Status"] == "PENDING"
        call.house.before_game = anyio.lowlevel.checkpoint
        assert (await call.looked("one"))["Status"] == "PENDING", "it rests"
        call.house.before_seat = refusing(Refused("its worker has ended"))
        clock.now += 2
        assert (await call.looked("one"))["Status"] == "PENDING"
        assert len(call.house.games) == before, "a game session without seats is not left behind"
        call.house.before_seat = anyio.lowlevel.checkpoint
        clock.now += 4
        assert (await call.looked("one"))["Status"] == "FULFILLED"


@pytest.mark.anyio
async def test_a_script_with_fewer_seats_fails_a_placement(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        await furnished(call)
        before = len(call.house.games)
        call.house.before_seat = refusing(Full("the game session is full"))
        placed = await call.placed(PlacementId="one", **WANTED, DesiredPlayerSessions=[{"PlayerId": "ann"}])
        assert (placed["Status"], "GameSessionArn" in placed) == ("FAILED", False)
        assert "no seats for all" in (await outcome((await call.front.open()).office, "one")).message
        assert len(call.house.games) == before


@pytest.mark.anyio
async def test_a_placement_is_stopped_while_it_waits_and_while_it_begins(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call:
        await furnished(call)
        before = len(call.house.games)

        async def stop(placement: str) -> None:
            answer = await call.done("StopGameSessionPlacement", PlacementId=placement)
            assert answer["GameSessionPlacement"]["Status"] == "CANCELLED"

        await call.done("StartGameSessionPlacement", PlacementId="waits", **WANTED)
        await stop("waits")
        await stop("waits")
        call.house.before_game = functools.partial(stop, "begins")
        assert (await call.placed(PlacementId="begins", **WANTED))["Status"] == "CANCELLED"
        assert len(call.house.games) == before


@pytest.mark.anyio
async def test_matchmaking_waits_without_http(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock) as call, anyio.create_task_group() as tasks:
        await furnished(call)
        office = (await call.front.open()).office
        players = [{"PlayerId": "ann"}]
        data = {"MatchmakerData": '{"matchId": "m"}', "DesiredPlayerSessions": players}
        await start(office, {"PlacementId": "m", **WANTED, **data})
        tasks.start_soon((await call.front.open()).placer.look)
        ended = await outcome(office, "m")
        assert (ended.status, ended.ip_address, ended.port) == ("FULFILLED", "127.0.0.1", 1900)
        assert list(ended.player_sessions) == ["ann"]
        (game,) = (await call.done("DescribeGameSessions", GameSessionId=ended.game_session))["GameSessions"]
        assert game["MatchmakerData"] == data["MatchmakerData"]
        assert [wanted.matchmaker_data for wanted, _ in call.house.games.values()][-1] == data["MatchmakerData"]


@pytest.mark.anyio
async def test_placements_outlive_a_restart(url: str, tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock, database=url) as call:
        await furnished(call)
        with anyio.CancelScope() as crash:
            call.house.before_game = cancelling(crash)
            await call.placed(PlacementId="cut-off", **WANTED)
        assert crash.cancelled_caught
        await call.done("StartGameSessionPlacement", PlacementId="waits", **WANTED)
        await call.done("CreateGameSessionQueue", Name="gone")
        await call.done(
            "StartGameSessionPlacement", PlacementId="lost", MaximumPlayerSessionCount=1, GameSessionQueueName="gone"
        )
        await call.done("DeleteGameSessionQueue", Name="gone")
    async with calling(tmp_path, clock, database=url) as call:
        assert (await call.looked("cut-off"))["Status"] == "FULFILLED"
        assert (await call.looked("waits"))["Status"] == "FULFILLED"
        assert (await call.looked("lost"))["Status"] == "FAILED"
        (queue,) = (await call.done("DescribeGameSessionQueues"))["GameSessionQueues"]
        assert (queue["Name"], queue["TimeoutInSeconds"]) == ("queue", 600)


@pytest.mark.anyio
async def test_no_more_wait_than_may(tmp_path: Path, clock: Clock) -> None:
    async with calling(tmp_path, clock, max_pending_placements=1) as call:
        await furnished(call)
        await call.done("StartGameSessionPlacement", PlacementId="one", **WANTED)
        status, said = await call("StartGameSessionPlacement", PlacementId="two", **WANTED)
        assert (status, said["__type"]) == (400, "ThrottlingException")
        assert "gamelift.max_pending_placements" in said["Message"]


@pytest.mark.anyio
async def test_there_are_so_many_queues(tmp_path: Path) -> None:
    async with calling(tmp_path, max_queues=1) as call:
        await furnished(call)
        status, said = await call("CreateGameSessionQueue", Name="second")
        assert (status, said["__type"]) == (400, "LimitExceededException")
