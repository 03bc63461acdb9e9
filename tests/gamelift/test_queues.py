"""Queues and placements as a back end asks for them with boto3, and a game that begins by one."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from harena import Client
from tests.gamelift.serving import Served, a_fleet, a_game_session, zipped
from tests.gamelift.test_errors import NO_FLEET, refused

CRASHING = """
def on_message(message):
    while True:
        pass
"""


@pytest.fixture
def queue(client: Any, fleet: str) -> Iterator[str]:
    """The name of a queue that leads to the fleet."""
    (shown,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    name = f"queue-{uuid4()}"
    client.create_game_session_queue(Name=name, Destinations=[{"DestinationArn": shown["FleetArn"]}])
    yield name
    client.delete_game_session_queue(Name=name)


@asynccontextmanager
async def notices(server: Served) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Follow the notices of a server by server-sent events; give the detail of each."""

    async def details(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
        async for line in lines:
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))["detail"]

    url, accepted = f"http://127.0.0.1:{server.http_port}/local/v1/notices", {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=60) as asking, asking.stream("GET", url, headers=accepted) as answer:
        lines = answer.aiter_lines()
        assert (await anext(lines)).startswith(":"), "it has begun"
        yield details(lines)


async def told(found: AsyncIterator[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Wait for the next notice of that type."""
    return await anext(one async for one in found if one["type"] == kind)


@pytest.mark.anyio
async def test_a_game_by_a_placement(server: Served, client: Any, queue: str) -> None:
    async with notices(server) as found:
        await play_by_a_placement(client, queue, found)
        ended = await told(found, "GameSessionTerminated")
        assert ended["statusReason"] == "FORCE_TERMINATED"


async def play_by_a_placement(client: Any, queue: str, found: AsyncIterator[dict[str, Any]]) -> None:
    """Let two players play, who come by a placement, and end their game."""
    players = [{"PlayerId": "ann", "PlayerData": "a red hat"}, {"PlayerId": "bob"}]
    client.start_game_session_placement(
        PlacementId=queue[-20:], GameSessionQueueName=queue, MaximumPlayerSessionCount=2, DesiredPlayerSessions=players
    )
    notice = await told(found, "PlacementFulfilled")
    placed = client.describe_game_session_placement(PlacementId=queue[-20:])["GameSessionPlacement"]
    assert (placed["Status"], str(placed["Port"])) == ("FULFILLED", notice["port"])
    ann, bob = (one["PlayerSessionId"] for one in placed["PlacedPlayerSessions"])
    assert [one["playerSessionId"] for one in notice["placedPlayerSessions"]] == [ann, bob]
    url = f"ws://{placed['IpAddress']}:{placed['Port']}"
    async with Client.connect(url, ann) as player, Client.connect(url, bob):
        await player.send(1, "hello")
        assert (await player.receive(1)).text == "hello"
        (game,) = client.describe_game_sessions(GameSessionId=placed["GameSessionArn"])["GameSessions"]
        assert (game["Status"], game["CurrentPlayerSessionCount"]) == ("ACTIVE", 2)
    client.terminate_game_session(GameSessionId=placed["GameSessionArn"], TerminationMode="FORCE_TERMINATE")


def test_a_queue_is_changed_shown_and_tagged(client: Any, fleet: str, queue: str) -> None:
    arn = client.describe_game_session_queues(Names=[queue])["GameSessionQueues"][0]["GameSessionQueueArn"]
    assert arn.endswith(f":gamesessionqueue/{queue}")
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "who", "Value": "me"}])
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "who", "Value": "me"}]
    changes = {
        "TimeoutInSeconds": 20,
        "CustomEventData": "told",
        "NotificationTarget": "arn:aws:sns:local:000000000000:topic",
        "PriorityConfiguration": {"PriorityOrder": ["LOCATION"], "LocationOrder": ["local"]},
        "FilterConfiguration": {"AllowedLocations": ["local"]},
    }
    client.update_game_session_queue(Name=arn, **changes)
    (shown,) = client.describe_game_session_queues(Names=[arn, queue])["GameSessionQueues"]
    assert {name: shown[name] for name in changes} == changes
    assert len(shown["Destinations"]) == 1
    emptied = client.update_game_session_queue(Name=queue, FilterConfiguration={}, CustomEventData="")
    assert not {"FilterConfiguration", "CustomEventData"} & emptied["GameSessionQueue"].keys()
    pages = client.get_paginator("describe_game_session_queues").paginate(PaginationConfig={"PageSize": 1})
    assert queue in [one["Name"] for page in pages for one in page["GameSessionQueues"]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"TimeoutInSeconds": 9}, "from 10 to 600, not 9"),
        ({"Destinations": [{}]}, "the ARN of a fleet or of an alias"),
        ({"Destinations": [{"DestinationArn": "arn:aws:s3:::a"}]}, "the ARN of a fleet or of an alias"),
        ({"Destinations": [{"DestinationArn": "arn:a:fleet/fleet-1"}] * 11}, "at most 10 elements long, not 11"),
        ({"PlayerLatencyPolicies": [{}]}, "MaximumIndividualPlayerLatencyMilliseconds"),
        ({"PlayerLatencyPolicies": [{}] * 11}, "PlayerLatencyPolicies is to be at most 10"),
        ({"PriorityConfiguration": {"PriorityOrder": ["COST", "COST"]}}, "PriorityOrder names something twice"),
        ({"LogConfiguration": {"DeliveryDestinations": [{"LogDestination": "S3"}]}}, "LogConfiguration cannot be used"),
    ],
)
def test_a_queue_that_makes_no_sense(client: Any, asked: dict[str, Any], said: str) -> None:
    assert said in refused(client, "InvalidRequestException", "create_game_session_queue", Name="wrong", **asked)


def test_a_queue_of_what_is_not_there(client: Any, queue: str) -> None:
    gone = [{"DestinationArn": f"arn:aws:gamelift:local:000000000000:fleet/{NO_FLEET}"}]
    refused(client, "NotFoundException", "create_game_session_queue", Name="wrong", Destinations=gone)
    refused(client, "NotFoundException", "update_game_session_queue", Name="none")
    refused(client, "NotFoundException", "delete_game_session_queue", Name="none")
    refused(client, "NotFoundException", "describe_game_session_queues", Names=["none"])
    many = refused(client, "InvalidRequestException", "describe_game_session_queues", Names=[queue] * 101)
    assert "Names has 101 queues" in many
    refused(client, "NotFoundException", "describe_game_session_placement", PlacementId="none")
    refused(client, "NotFoundException", "stop_game_session_placement", PlacementId="none")
    placement = {"PlacementId": "x", "MaximumPlayerSessionCount": 1}
    refused(client, "NotFoundException", "start_game_session_placement", GameSessionQueueName="none", **placement)
    assert "already" in refused(client, "InvalidRequestException", "create_game_session_queue", Name=queue)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"MaximumPlayerSessionCount": 0}, "from 1 to 200"),
        ({"DesiredPlayerSessions": [{}]}, "is to have a PlayerId"),
        ({"DesiredPlayerSessions": [{"PlayerId": "a"}] * 2}, "a player twice"),
        ({"DesiredPlayerSessions": [{"PlayerId": "a"}, {"PlayerId": "b"}]}, "2 players, for 1 seats"),
        ({"PlayerLatencies": [{}], "PriorityConfigurationOverride": {"LocationOrder": ["x"]}}, "only one of"),
        ({"PriorityConfigurationOverride": {"LocationOrder": ["x"]}}, "PriorityOrder begins with LOCATION"),
        ({"PriorityConfigurationOverride": {"LocationOrder": ["x", "x"]}}, "LocationOrder names something twice"),
        ({"PlayerLatencies": [{"LatencyInMilliseconds": -1}]}, "from 0 to"),
        ({"PlayerLatencies": [{}] * 5_001}, "at most 5000 elements long"),
    ],
)
def test_a_placement_that_makes_no_sense(client: Any, queue: str, asked: dict[str, Any], said: str) -> None:
    full = {"PlacementId": "x", "GameSessionQueueName": queue, "MaximumPlayerSessionCount": 1, **asked}
    assert said in refused(client, "InvalidRequestException", "start_game_session_placement", **full)


@pytest.mark.anyio
async def test_a_crash_is_an_event_of_its_fleet(server: Served, client: Any) -> None:
    script = client.create_script(ZipFile=zipped({"main.py": CRASHING}))["Script"]["ScriptId"]
    fleet = a_fleet(client, script)
    game = a_game_session(client, fleet)
    seat = client.create_player_session(GameSessionId=game, PlayerId="ann")["PlayerSession"]
    async with notices(server) as found:
        async with Client.connect(f"ws://127.0.0.1:{seat['Port']}", seat["PlayerSessionId"]) as player:
            await player.send(1, "go")
            notice = await told(found, "SERVER_PROCESS_CRASHED")
        assert "main.py:3: in on_message" in notice["message"]
        assert (await told(found, "GameSessionTerminated"))["fleetId"] == fleet
    events = client.describe_fleet_events(FleetId=fleet)["Events"]
    assert [one["Message"] for one in events if one["EventCode"] == "SERVER_PROCESS_CRASHED"] == [notice["message"]]
    client.delete_fleet(FleetId=fleet)
