"""Every exception that a back end can meet, as boto3 raises it, with what its sentence tells."""

from typing import Any

import pytest

from tests.gamelift.serving import Served, a_fleet, a_game_session, zipped

NO_FLEET = "fleet-00000000-0000-0000-0000-000000000000"
NO_GAME_SESSION = f"arn:aws:gamelift:local::gamesession/{NO_FLEET}/abc"


def refused(client: Any, exception: str, operation: str, **asked: Any) -> str:
    """Ask for what cannot be; give the sentence."""
    with pytest.raises(getattr(client.exceptions, exception)) as raised:
        getattr(client, operation)(**asked)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert raised.value.response["ResponseMetadata"]["RequestId"]
    return str(raised.value.response["Error"]["Message"])


@pytest.mark.parametrize(
    ("operation", "asked", "said"),
    [
        ("describe_script", {"ScriptId": "no script"}, "ScriptId is to match"),
        ("create_alias", {"Name": "x" * 1025, "RoutingStrategy": {}}, "Name is to be at most 1024 characters long"),
        ("list_scripts", {"Limit": 0}, "Limit is to be at least 1, not 0"),
        ("list_scripts", {"NextToken": "made up"}, "NextToken is none that"),
        ("describe_game_sessions", {"FleetId": NO_FLEET, "StatusFilter": "SLEEPING"}, "StatusFilter is to be one of"),
        ("describe_game_sessions", {}, "exactly one of"),
        ("search_game_sessions", {}, "exactly one of"),
        ("search_game_sessions", {"FleetId": NO_FLEET, "Location": "mars"}, "one location here"),
        ("search_game_sessions", {"FleetId": NO_FLEET, "FilterExpression": "a"}, "FilterExpression, at character 1"),
        ("search_game_sessions", {"FleetId": NO_FLEET, "SortExpression": "a"}, "SortExpression, at character 1"),
        ("describe_player_sessions", {}, "exactly one of"),
        ("create_alias", {"Name": "a", "RoutingStrategy": {"Type": "SIMPLE"}}, "RoutingStrategy is to have the Type"),
        ("create_alias", {"Name": "a", "RoutingStrategy": {"Type": "NONE"}}, "is to be one of SIMPLE, TERMINAL"),
        ("create_script", {}, "ZipFile is required"),
        ("create_script", {"ZipFile": b"no zip"}, "ZipFile is no zip"),
        ("create_script", {"ZipFile": zipped({"main.js": "exports"})}, "scripts are written in Python"),
        ("create_script", {"ZipFile": zipped({"game/main.py": ""})}, "the folder 'game': zip the files"),
        ("create_script", {"ZipFile": zipped({"main.py": "import os"})}, "main.py:1: "),
        ("create_script", {"StorageLocation": {"Bucket": "b", "Key": "k", "RoleArn": "r"}}, "reads no S3"),
        ("create_fleet", {"Name": "f"}, "ScriptId is required"),
        ("create_fleet", {"Name": "f", "ScriptId": "script-x"}, "RuntimeConfiguration is required"),
        ("create_fleet", {"Name": "f", "BuildId": "build-x"}, "not builds"),
        ("create_fleet", {"Name": "f", "ComputeType": "ANYWHERE"}, "Harena's own machine"),
        ("create_build", {}, "CreateBuild is not supported. Harena runs scripts in Python, not builds"),
        ("list_locations", {}, "ListLocations is not supported. A fleet runs on Harena's own machine"),
        ("tag_resource", {"ResourceARN": "arn:aws:s3:::a", "Tags": []}, "ResourceARN is to be"),
    ],
)
def test_what_makes_no_sense(client: Any, operation: str, asked: dict[str, Any], said: str) -> None:
    assert said in refused(client, "InvalidRequestException", operation, **asked)


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("describe_script", {"ScriptId": "script-none"}),
        ("delete_script", {"ScriptId": "script-none"}),
        ("describe_fleet_attributes", {"FleetIds": [NO_FLEET]}),
        ("describe_fleet_events", {"FleetId": NO_FLEET}),
        ("delete_fleet", {"FleetId": NO_FLEET}),
        ("describe_alias", {"AliasId": "alias-none"}),
        ("search_game_sessions", {"FleetId": NO_FLEET}),
        ("create_game_session", {"FleetId": NO_FLEET, "MaximumPlayerSessionCount": 2}),
        ("terminate_game_session", {"GameSessionId": NO_GAME_SESSION, "TerminationMode": "FORCE_TERMINATE"}),
        ("create_player_session", {"GameSessionId": NO_GAME_SESSION, "PlayerId": "ann"}),
        ("describe_player_sessions", {"PlayerSessionId": "psess-none"}),
        ("get_game_session_log_url", {"GameSessionId": "none"}),
        ("list_tags_for_resource", {"ResourceARN": f"arn:aws:gamelift:local:000000000000:fleet/{NO_FLEET}"}),
    ],
)
def test_what_is_not_there(client: Any, operation: str, asked: dict[str, Any]) -> None:
    assert "there is no" in refused(client, "NotFoundException", operation, **asked)


def test_a_fleet_has_places(client: Any, script: str) -> None:
    fleet = a_fleet(client, script, processes=1)
    first = a_game_session(client, fleet)
    asked = {"FleetId": fleet, "MaximumPlayerSessionCount": 2}
    assert "UpdateFleetCapacity" in refused(client, "FleetCapacityExceededException", "create_game_session", **asked)
    client.update_fleet_capacity(FleetId=fleet, MaxSize=2, DesiredInstances=2)
    a_game_session(client, fleet)
    (capacity,) = client.describe_fleet_capacity(FleetIds=[fleet])["FleetCapacity"]
    assert capacity["InstanceCounts"]["DESIRED"] == capacity["InstanceCounts"]["ACTIVE"] == 2
    assert capacity["InstanceCounts"]["IDLE"] == 0
    refused(client, "InvalidRequestException", "update_fleet_capacity", FleetId=fleet, DesiredInstances=3)
    client.delete_fleet(FleetId=fleet)
    assert "TERMINATED" in refused(client, "InvalidFleetStatusException", "create_game_session", **asked)
    refused(client, "InvalidFleetStatusException", "delete_fleet", FleetId=fleet)
    (ended,) = client.describe_game_sessions(GameSessionId=first)["GameSessions"]
    assert ended["Status"] in ("TERMINATING", "TERMINATED")


def test_a_game_session_is_full_or_closed(client: Any, fleet: str) -> None:
    game = a_game_session(client, fleet, MaximumPlayerSessionCount=1)
    client.create_player_session(GameSessionId=game, PlayerId="ann")
    bob = {"GameSessionId": game, "PlayerId": "bob"}
    assert "full" in refused(client, "GameSessionFullException", "create_player_session", **bob)
    two = {"GameSessionId": game, "PlayerIds": ["bob", "cay"]}
    refused(client, "GameSessionFullException", "create_player_sessions", **two)
    client.update_game_session(GameSessionId=game, PlayerSessionCreationPolicy="DENY_ALL", MaximumPlayerSessionCount=3)
    assert "DENY_ALL" in refused(client, "InvalidGameSessionStatusException", "create_player_session", **bob)
    client.update_game_session(GameSessionId=game, PlayerSessionCreationPolicy="ACCEPT_ALL")
    assert client.create_player_session(**bob)["PlayerSession"]["Status"] == "RESERVED"
    client.terminate_game_session(GameSessionId=game, TerminationMode="FORCE_TERMINATE")
    refused(client, "InvalidGameSessionStatusException", "update_game_session", GameSessionId=game, Name="late")


def test_a_token_is_of_one_game_session(client: Any, fleet: str) -> None:
    asked = {"FleetId": fleet, "MaximumPlayerSessionCount": 2, "IdempotencyToken": "the-same"}
    made = client.create_game_session(**asked)["GameSession"]["GameSessionId"]
    assert made.endswith(f"/{fleet}/the-same")
    assert client.create_game_session(**asked)["GameSession"]["GameSessionId"] == made
    client.terminate_game_session(GameSessionId=made, TerminationMode="FORCE_TERMINATE")
    again = client.create_game_session(**asked)["GameSession"]
    assert (again["GameSessionId"], again["Status"]) == (made, "TERMINATED")
    other = asked | {"MaximumPlayerSessionCount": 3}
    refused(client, "IdempotentParameterMismatchException", "create_game_session", **other)


def test_a_creator_is_held_back(client: Any, script: str) -> None:
    policy = {"NewGameSessionsPerCreator": 1, "PolicyPeriodInMinutes": 60}
    fleet = a_fleet(client, script, ResourceCreationLimitPolicy=policy)
    asked = {"FleetId": fleet, "MaximumPlayerSessionCount": 2}
    assert "CreatorId is required" in refused(client, "InvalidRequestException", "create_game_session", **asked)
    client.create_game_session(**asked, CreatorId="ann")
    refused(client, "LimitExceededException", "create_game_session", **asked, CreatorId="ann")
    client.create_game_session(**asked, CreatorId="bob")
    client.delete_fleet(FleetId=fleet)


def test_a_terminal_alias_says_its_message(client: Any) -> None:
    strategy = {"Type": "TERMINAL", "Message": "the game has moved"}
    alias = client.create_alias(Name="old", RoutingStrategy=strategy)["Alias"]["AliasId"]
    asked = {"AliasId": alias, "MaximumPlayerSessionCount": 2}
    said = refused(client, "TerminalRoutingStrategyException", "create_game_session", **asked)
    assert said == "the game has moved"
    client.delete_alias(AliasId=alias)


def test_a_key_is_there_twice(client: Any, script: str) -> None:
    arn = client.describe_script(ScriptId=script)["Script"]["ScriptArn"]
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    refused(client, "TaggingFailedException", "tag_resource", ResourceARN=arn, Tags=twice)


def test_a_fleet_says_what_is_wrong_with_its_launch_path(client: Any, script: str) -> None:
    process = {"LaunchPath": "/local/game/MyScript.js", "ConcurrentExecutions": 1}
    runtime = {"ServerProcesses": [process]}
    made = client.create_fleet(Name="f", ScriptId=script, RuntimeConfiguration=runtime)["FleetAttributes"]
    assert made["Status"] == "ERROR"
    events = client.describe_fleet_events(FleetId=made["FleetId"])["Events"]
    (why,) = [one for one in events if one["EventCode"] == "FLEET_VALIDATION_LAUNCH_PATH_NOT_FOUND"]
    assert "/local/game/main.py" in why["Message"]
    asked = {"FleetId": made["FleetId"], "MaximumPlayerSessionCount": 2}
    refused(client, "InvalidFleetStatusException", "create_game_session", **asked)
    client.delete_fleet(FleetId=made["FleetId"])


def test_a_disk_that_takes_no_script_is_not_the_scripts_fault(client: Any, server: Served, script: str) -> None:
    objects = server.folder / "data" / "scripts" / "objects"
    away = objects.rename(objects.with_name("away"))
    objects.touch()
    asked = {"ZipFile": zipped({"main.py": "number = 1"})}
    try:
        for call, more in ((client.create_script, {}), (client.update_script, {"ScriptId": script})):
            with pytest.raises(client.exceptions.InternalServiceException, match="the version could not be stored"):
                call(**asked, **more)
    finally:
        objects.unlink()
        away.rename(objects)


def test_an_operation_that_nobody_knows(server: Served) -> None:
    import httpx

    with httpx.Client(base_url=f"http://127.0.0.1:{server.http_port}") as asking:
        answer = asking.post("/", headers={"x-amz-target": "GameLift.MakeCoffee"}, content=b"{}")
        assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")
        for body in (b"[]", b"{", b'{"Limit": NaN}', b"\xff", b"[" * 100_000):
            answer = asking.post("/", headers={"x-amz-target": "GameLift.ListScripts"}, content=body)
            assert (answer.status_code, answer.json()["__type"]) == (400, "InvalidRequestException")
