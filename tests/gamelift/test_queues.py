"""Queues and placements as a back end asks for them with boto3, and a game that begins by one."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import anyio
import anyio.lowlevel
import pytest

from harena import Client
from tests.gamelift.test_errors import NO_FLEET, refused


@pytest.fixture
def queue(client: Any, fleet: str) -> Iterator[str]:
    """The name of a queue that leads to the fleet."""
    (shown,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    name = f"queue-{uuid4()}"
    client.create_game_session_queue(Name=name, Destinations=[{"DestinationArn": shown["FleetArn"]}])
    yield name
    client.delete_game_session_queue(Name=name)


async def over(client: Any, placement: str) -> Any:
    """Wait for the end of a placement."""
    while True:
        shown = client.describe_game_session_placement(PlacementId=placement)["GameSessionPlacement"]
        if shown["Status"] != "PENDING":
            return shown
        await anyio.lowlevel.checkpoint()


@pytest.mark.anyio
async def test_a_game_by_a_placement(client: Any, queue: str) -> None:
    players = [{"PlayerId": "ann", "PlayerData": "a red hat"}, {"PlayerId": "bob"}]
    client.start_game_session_placement(
        PlacementId=queue[-20:], GameSessionQueueName=queue, MaximumPlayerSessionCount=2, DesiredPlayerSessions=players
    )
    with anyio.fail_after(60):
        placed = await over(client, queue[-20:])
    assert placed["Status"] == "FULFILLED"
    ann, bob = (one["PlayerSessionId"] for one in placed["PlacedPlayerSessions"])
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
    (shown,) = client.describe_game_session_queues(Names=[arn])["GameSessionQueues"]
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
        ({"PlayerLatencies": [{"LatencyInMilliseconds": -1}]}, "from 0 to"),
        ({"PlayerLatencies": [{}] * 5_001}, "at most 5000 elements long"),
    ],
)
def test_a_placement_that_makes_no_sense(client: Any, queue: str, asked: dict[str, Any], said: str) -> None:
    full = {"PlacementId": "x", "GameSessionQueueName": queue, "MaximumPlayerSessionCount": 1, **asked}
    assert said in refused(client, "InvalidRequestException", "start_game_session_placement", **full)
