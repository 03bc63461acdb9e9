"""Every exception that an operation lists: provoked, and raised by boto3 as its own type; or why it is never told."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from desk.gamelift.model import operation
from desk.gamelift.operations import OPERATIONS
from tests.gamelift.matching import DUEL
from tests.gamelift.serving import a_fleet, a_game_session, served, zipped
from tests.gamelift.test_errors import NO_FLEET, NO_GAME_SESSION, refused

#: Provoked for all operations at once, below and in ``test_signing``.
ALL_ALIKE = {"InternalServiceException", "InvalidRequestException", "UnauthorizedException"}

RUNTIME = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 1}]}
TOO_MANY = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 51}]}
TWICE = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
NO_ALIAS, NO_SCRIPT = "alias-none", "script-none"
NO_ARN = f"arn:aws:gamelift:local:000000000000:fleet/{NO_FLEET}"
MATCHMAKER = {"Name": "m", "RequestTimeoutSeconds": 60, "AcceptanceRequired": False, "FlexMatchMode": "STANDALONE"}
TERMINAL = {"Type": "TERMINAL", "Message": "gone"}
#: What stands for an id that is made for the test.
FLEET, GONE, FULL, SCRIPT, ARN, MOVED = "<fleet>", "<gone>", "<full>", "<script>", "<arn>", "<moved>"
GAME, OVER, HELD_BACK, SPARE, DUELS = "<game>", "<over>", "<held back>", "<spare>", "<duels>"
Asked = Mapping[str, object]

PROVOKED: Mapping[str, Mapping[str, Asked]] = {
    "NotFoundException": {
        "CreateFleet": {"Name": "f", "ScriptId": NO_SCRIPT, "RuntimeConfiguration": RUNTIME},
        "AcceptMatch": {"TicketId": "none", "PlayerIds": ["ann"], "AcceptanceType": "ACCEPT"},
        "CreateGameSession": {"FleetId": NO_FLEET, "MaximumPlayerSessionCount": 1},
        "CreateGameSessionQueue": {"Name": "q", "Destinations": [{"DestinationArn": NO_ARN}]},
        "CreateMatchmakingConfiguration": {**MATCHMAKER, "RuleSetName": "none"},
        "CreatePlayerSession": {"GameSessionId": NO_GAME_SESSION, "PlayerId": "ann"},
        "CreatePlayerSessions": {"GameSessionId": NO_GAME_SESSION, "PlayerIds": ["ann"]},
        "DeleteAlias": {"AliasId": NO_ALIAS},
        "DeleteFleet": {"FleetId": NO_FLEET},
        "DeleteGameSessionQueue": {"Name": "none"},
        "DeleteMatchmakingConfiguration": {"Name": "none"},
        "DeleteMatchmakingRuleSet": {"Name": "none"},
        "DeleteScript": {"ScriptId": NO_SCRIPT},
        "DescribeAlias": {"AliasId": NO_ALIAS},
        "DescribeFleetAttributes": {"FleetIds": [NO_FLEET]},
        "DescribeFleetCapacity": {"FleetIds": [NO_FLEET]},
        "DescribeFleetEvents": {"FleetId": NO_FLEET},
        "DescribeFleetUtilization": {"FleetIds": [NO_FLEET]},
        "DescribeGameSessionDetails": {"GameSessionId": NO_GAME_SESSION},
        "DescribeGameSessionPlacement": {"PlacementId": "none"},
        "DescribeGameSessionQueues": {"Names": ["none"]},
        "DescribeGameSessions": {"AliasId": NO_ALIAS},
        "DescribeMatchmakingRuleSets": {"Names": ["none"]},
        "DescribePlayerSessions": {"PlayerSessionId": "psess-none"},
        "DescribeRuntimeConfiguration": {"FleetId": NO_FLEET},
        "DescribeScript": {"ScriptId": NO_SCRIPT},
        "GetGameSessionLogUrl": {"GameSessionId": NO_GAME_SESSION},
        "GetPlayerConnectionDetails": {"GameSessionId": NO_GAME_SESSION, "PlayerIds": ["ann"]},
        "ListTagsForResource": {"ResourceARN": NO_ARN},
        "ResolveAlias": {"AliasId": NO_ALIAS},
        "SearchGameSessions": {"FleetId": NO_FLEET},
        "StartGameSessionPlacement": {
            "PlacementId": "p",
            "GameSessionQueueName": "none",
            "MaximumPlayerSessionCount": 1,
        },
        "StartMatchBackfill": {"ConfigurationName": "none", "Players": [{"PlayerId": "ann"}]},
        "StartMatchmaking": {"ConfigurationName": "none", "Players": [{"PlayerId": "ann"}]},
        "StopGameSessionPlacement": {"PlacementId": "none"},
        "StopMatchmaking": {"TicketId": "none"},
        "TagResource": {"ResourceARN": NO_ARN, "Tags": []},
        "TerminateGameSession": {"GameSessionId": NO_GAME_SESSION, "TerminationMode": "FORCE_TERMINATE"},
        "UntagResource": {"ResourceARN": NO_ARN, "TagKeys": ["a"]},
        "UpdateAlias": {"AliasId": NO_ALIAS},
        "UpdateFleetAttributes": {"FleetId": NO_FLEET},
        "UpdateFleetCapacity": {"FleetId": NO_FLEET},
        "UpdateGameSession": {"GameSessionId": NO_GAME_SESSION},
        "UpdateGameSessionQueue": {"Name": "none"},
        "UpdateMatchmakingConfiguration": {"Name": "none"},
        "UpdateRuntimeConfiguration": {"FleetId": NO_FLEET, "RuntimeConfiguration": RUNTIME},
        "UpdateScript": {"ScriptId": NO_SCRIPT},
    },
    "TerminalRoutingStrategyException": {
        "CreateGameSession": {"AliasId": MOVED, "MaximumPlayerSessionCount": 1},
        "DescribeGameSessionDetails": {"AliasId": MOVED},
        "DescribeGameSessions": {"AliasId": MOVED},
        "ResolveAlias": {"AliasId": MOVED},
        "SearchGameSessions": {"AliasId": MOVED},
    },
    "InvalidFleetStatusException": {
        "CreateGameSession": {"FleetId": GONE, "MaximumPlayerSessionCount": 1},
        "DeleteFleet": {"FleetId": GONE},
        "UpdateFleetAttributes": {"FleetId": GONE},
        "UpdateFleetCapacity": {"FleetId": GONE},
        "UpdateRuntimeConfiguration": {"FleetId": GONE, "RuntimeConfiguration": RUNTIME},
    },
    "InvalidGameSessionStatusException": {
        "CreatePlayerSession": {"GameSessionId": OVER, "PlayerId": "ann"},
        "CreatePlayerSessions": {"GameSessionId": OVER, "PlayerIds": ["ann"]},
        "GetPlayerConnectionDetails": {"GameSessionId": OVER, "PlayerIds": ["ann"]},
        "TerminateGameSession": {"GameSessionId": OVER, "TerminationMode": "FORCE_TERMINATE"},
        "UpdateGameSession": {"GameSessionId": OVER, "Name": "late"},
    },
    "GameSessionFullException": {
        "CreatePlayerSession": {"GameSessionId": GAME, "PlayerId": "bob"},
        "CreatePlayerSessions": {"GameSessionId": GAME, "PlayerIds": ["bob", "cay"]},
    },
    "FleetCapacityExceededException": {"CreateGameSession": {"FleetId": FULL, "MaximumPlayerSessionCount": 1}},
    "IdempotentParameterMismatchException": {
        "CreateGameSession": {"FleetId": FULL, "MaximumPlayerSessionCount": 9, "IdempotencyToken": "one"}
    },
    "LimitExceededException": {
        "CreateAlias": {"Name": "a", "RoutingStrategy": TERMINAL},
        "CreateFleet": {"Name": "f", "ScriptId": SCRIPT, "RuntimeConfiguration": TOO_MANY},
        "CreateGameSession": {"FleetId": HELD_BACK, "MaximumPlayerSessionCount": 1, "CreatorId": "ann"},
        "UpdateRuntimeConfiguration": {"FleetId": FLEET, "RuntimeConfiguration": TOO_MANY},
    },
    "TaggingFailedException": {
        "CreateAlias": {"Name": "a", "RoutingStrategy": TERMINAL, "Tags": TWICE},
        "CreateFleet": {"Name": "f", "ScriptId": SCRIPT, "RuntimeConfiguration": RUNTIME, "Tags": TWICE},
        "CreateGameSessionQueue": {"Name": "q", "Tags": TWICE},
        "CreateMatchmakingConfiguration": {**MATCHMAKER, "RuleSetName": DUELS, "Tags": TWICE},
        "CreateMatchmakingRuleSet": {"Name": "r", "RuleSetBody": json.dumps(DUEL), "Tags": TWICE},
        "CreateScript": {"ZipFile": zipped({"main.py": ""}), "Tags": TWICE},
        "TagResource": {"ResourceARN": ARN, "Tags": TWICE},
    },
}
#: Exceptions that nothing leads to, of all operations or of some.
NEVER: Mapping[str, str] = {
    "UnsupportedRegionException": "there is one region, and another in a call is passed over",
    "NotReadyException": "nothing here is to be waited for",
    "ConflictException of all but CreateScript": "there is nothing that is changed elsewhere at the same time",
    "TaggingFailedException of DeleteAlias": "tags go with what they are on",
    "TaggingFailedException of DeleteFleet": "tags go with what they are on",
    "TaggingFailedException of DeleteGameSessionQueue": "tags go with what they are on",
    "TaggingFailedException of DeleteMatchmakingConfiguration": "tags go with what they are on",
    "TaggingFailedException of DeleteMatchmakingRuleSet": "tags go with what they are on",
    "TaggingFailedException of DeleteScript": "tags go with what they are on",
    "TaggingFailedException of ListTagsForResource": "to look changes nothing",
    "TaggingFailedException of UntagResource": "what is not there is passed over",
    "TerminalRoutingStrategyException of CreatePlayerSession": "a game session is known by its fleet",
    "TerminalRoutingStrategyException of CreatePlayerSessions": "a game session is known by its fleet",
    "LimitExceededException of UpdateFleetAttributes": "none of them has a quota",
    "LimitExceededException of UpdateFleetCapacity": "an instance is a share of this machine, and costs nothing",
    "LimitExceededException of GetPlayerConnectionDetails": "it is throttled with all others",
    "NotFoundException of ListFleets": "a script without fleets has none",
}
#: Provoked by a server of its own, in ``test_signing``.
ELSEWHERE = {
    ("CreateScript", "ConflictException"),
    ("CreateGameSessionQueue", "LimitExceededException"),
    ("CreateMatchmakingConfiguration", "LimitExceededException"),
    ("CreateMatchmakingRuleSet", "LimitExceededException"),
}


def named(name: str, exception: str) -> set[str]:
    """By what an exception of an operation can stand in ``NEVER``."""
    elsewhere = {f"{exception} of all but CreateScript"} if name != "CreateScript" else set()
    return {exception, f"{exception} of {name}"} | elsewhere


def test_every_exception_is_provoked_or_never_told() -> None:
    left = set(NEVER)
    for name in OPERATIONS:
        found = operation(name)
        assert found is not None
        for exception in found.errors - ALL_ALIKE:
            provoked = name in PROVOKED.get(exception, {}) or (name, exception) in ELSEWHERE
            never = named(name, exception) & NEVER.keys()
            assert provoked is not bool(never), (name, exception)
            left -= never
    assert not left


@pytest.fixture(scope="module")
def there(client: Any, script: str, fleet: str) -> Iterator[dict[str, str]]:
    """What calls of the table are about, by what stands for it."""
    gone, full = a_fleet(client, script), a_fleet(client, script, processes=2)
    policy = {"NewGameSessionsPerCreator": 1, "PolicyPeriodInMinutes": 60}
    held_back = a_fleet(client, script, ResourceCreationLimitPolicy=policy)
    a_game_session(client, held_back, CreatorId="ann")
    client.delete_fleet(FleetId=gone)
    game = a_game_session(client, full, MaximumPlayerSessionCount=1)
    client.create_player_session(GameSessionId=game, PlayerId="ann")
    a_game_session(client, full, IdempotencyToken="one")
    over = a_game_session(client, fleet)
    client.terminate_game_session(GameSessionId=over, TerminationMode="FORCE_TERMINATE")
    moved = [client.create_alias(Name="a", RoutingStrategy=TERMINAL)["Alias"]["AliasId"] for _ in range(20)]
    duels = client.create_matchmaking_rule_set(Name="duels", RuleSetBody=json.dumps(DUEL))["RuleSet"]["RuleSetName"]
    arn = client.describe_script(ScriptId=script)["Script"]["ScriptArn"]
    yield {
        FLEET: fleet,
        GONE: gone,
        FULL: full,
        SCRIPT: script,
        ARN: arn,
        MOVED: moved[0],
        GAME: game,
        OVER: over,
        HELD_BACK: held_back,
        SPARE: moved.pop(),
        DUELS: duels,
    }
    client.delete_matchmaking_rule_set(Name=duels)
    for alias in moved:
        client.delete_alias(AliasId=alias)
    for one in (full, held_back):
        client.delete_fleet(FleetId=one)


def test_an_exception_is_raised_as_its_type(client: Any, there: dict[str, str]) -> None:
    for exception, calls in PROVOKED.items():
        if exception == "TaggingFailedException":
            client.delete_alias(AliasId=there[SPARE])  # There is room for one again.
        for name, asked in calls.items():
            meant = {member: there.get(one, one) if isinstance(one, str) else one for member, one in asked.items()}
            assert refused(client, exception, xform_name(name), **meant), name


def test_what_makes_no_sense_is_an_invalid_request(client: Any) -> None:
    for name in OPERATIONS:
        found = operation(name)
        assert found is not None
        asked = {} if found.asked.required or "Limit" not in found.asked.members else {"Limit": 0}
        assert refused(client, "InvalidRequestException", xform_name(name), **asked), name


def test_a_database_that_breaks_is_an_internal_error(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        folder = tmp_path / "data" / "gamelift"
        folder.mkdir(parents=True)
        (folder / "gamelift.sqlite").write_bytes(b"no database, whatever its name says" * 100)
        client = server.client()
        for name in OPERATIONS:
            with pytest.raises(client.exceptions.InternalServiceException, match=r"gamelift\.sqlite cannot be used"):
                getattr(client, xform_name(name))()
