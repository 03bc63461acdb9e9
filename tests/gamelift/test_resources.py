"""Resources as a back end keeps them: made, shown, listed page by page, changed, tagged and deleted."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore import xform_name

from desk.gamelift.operations import OPERATIONS
from tests.gamelift.matching import DUEL
from tests.gamelift.serving import Served, a_fleet, a_game_session, a_script


def test_scripts_come_in_pages(client: Any) -> None:
    made = [a_script(client) for _ in range(3)]
    pages = list(client.get_paginator("list_scripts").paginate(PaginationConfig={"PageSize": 2}))
    listed = [one["ScriptId"] for page in pages for one in page["Scripts"]]
    assert [one for one in listed if one in made] == made
    assert len(pages) == (len(listed) + 1) // 2
    for one in made:
        client.delete_script(ScriptId=one)
    assert not {one["ScriptId"] for one in client.list_scripts()["Scripts"]} & set(made)


def test_a_token_is_good_for_its_own_question(client: Any, script: str) -> None:
    a_second = a_script(client)
    token = client.list_scripts(Limit=1)["NextToken"]
    with pytest.raises(client.exceptions.InvalidRequestException, match="NextToken"):
        client.list_fleets(NextToken=token)
    with pytest.raises(client.exceptions.InvalidRequestException, match="NextToken"):
        client.list_scripts(NextToken=token[:-4] + ("AAA=" if token[-4:] != "AAA=" else "BBB="))
    client.delete_script(ScriptId=a_second)


def test_a_fleet_is_shown_changed_and_used(client: Any, script: str) -> None:
    fleet = a_fleet(client, script, EC2InstanceType="c5.large", Description="a test", Tags=[{"Key": "a", "Value": ""}])
    (shown,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    assert (shown["ScriptId"], shown["InstanceType"], shown["Description"]) == (script, "c5.large", "a test")
    assert fleet in client.list_fleets(ScriptId=script)["FleetIds"]
    client.update_fleet_attributes(
        FleetId=fleet, Description="another", NewGameSessionProtectionPolicy="FullProtection"
    )
    (shown,) = client.describe_fleet_attributes(FleetIds=[shown["FleetArn"]])["FleetAttributes"]
    assert (shown["Name"], shown["Description"]) == ("fleet", "another")
    runtime = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 2}]}
    client.update_runtime_configuration(FleetId=fleet, RuntimeConfiguration=runtime)
    assert client.describe_runtime_configuration(FleetId=fleet)["RuntimeConfiguration"] == runtime
    made = client.create_game_session(FleetId=fleet, MaximumPlayerSessionCount=7)["GameSession"]
    (detail,) = client.describe_game_session_details(GameSessionId=made["GameSessionId"])["GameSessionDetails"]
    assert detail["ProtectionPolicy"] == "FullProtection"
    (used,) = client.describe_fleet_utilization(FleetIds=[fleet])["FleetUtilization"]
    assert (used["ActiveGameSessionCount"], used["MaximumPlayerSessionCount"]) == (1, 7)
    client.delete_fleet(FleetId=fleet)
    assert fleet not in client.list_fleets().get("FleetIds", [])
    (gone,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    assert gone["Status"] == "TERMINATED"
    codes = [one["EventCode"] for one in client.describe_fleet_events(FleetId=fleet)["Events"]]
    assert codes == ["FLEET_CREATED", "FLEET_STATE_VALIDATING", "FLEET_STATE_ACTIVE", "FLEET_DELETED"]


def test_an_alias_leads_to_a_fleet(client: Any, fleet: str) -> None:
    strategy = {"Type": "SIMPLE", "FleetId": fleet}
    alias = client.create_alias(Name="live", Description="players", RoutingStrategy=strategy)["Alias"]
    assert alias["RoutingStrategy"] == strategy
    assert client.resolve_alias(AliasId=alias["AliasId"])["FleetId"] == fleet
    made = client.create_game_session(AliasId=alias["AliasArn"], MaximumPlayerSessionCount=2)["GameSession"]
    assert made["FleetId"] == fleet
    found = client.describe_game_sessions(AliasId=alias["AliasId"], StatusFilter="ACTIVE")["GameSessions"]
    assert made["GameSessionId"] in [one["GameSessionId"] for one in found]
    client.terminate_game_session(GameSessionId=made["GameSessionId"], TerminationMode="FORCE_TERMINATE")
    client.update_alias(AliasId=alias["AliasId"], Name="lively")
    (listed,) = client.list_aliases(Name="lively", RoutingStrategyType="SIMPLE")["Aliases"]
    assert (listed["AliasId"], listed["Description"]) == (alias["AliasId"], "players")
    client.delete_alias(AliasId=alias["AliasId"])
    assert client.list_aliases()["Aliases"] == []


def test_tags_are_kept(client: Any, script: str) -> None:
    arn = client.describe_script(ScriptId=script)["Script"]["ScriptArn"]
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "red"}, {"Key": "old", "Value": "yes"}])
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "team", "Value": "blue"}])
    client.untag_resource(ResourceARN=arn, TagKeys=["old", "never there"])
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "blue"}]


def test_a_script_of_an_operator_has_an_id_as_well(client: Any, server: Served, tmp_path: Path) -> None:
    (tmp_path / "duel.py").write_text("def on_player_connect(connect):\n    return True\n")
    with httpx.Client(base_url=f"http://127.0.0.1:{server.http_port}", timeout=30) as asking:
        assert asking.post("/local/v1/deploy", json={"path": str(tmp_path / "duel.py"), "note": ""}).json()["ok"]
    shown = client.describe_script(ScriptId="script-duel")["Script"]
    assert (shown["Name"], shown["Version"]) == ("duel", "1")
    with pytest.raises(client.exceptions.InvalidRequestException, match="by the command: change or withdraw it there"):
        client.delete_script(ScriptId="script-duel")
    runtime = {"ServerProcesses": [{"LaunchPath": "/local/game/duel.py", "ConcurrentExecutions": 1}]}
    made = client.create_fleet(Name="f", ScriptId="script-duel", RuntimeConfiguration=runtime)["FleetAttributes"]
    assert made["Status"] == "ACTIVE"
    client.delete_fleet(FleetId=made["FleetId"])


def test_game_sessions_are_searched(client: Any, script: str) -> None:
    fleet = a_fleet(client, script)
    duels = [
        a_game_session(client, fleet, Name=name, GameProperties=[{"Key": "mode", "Value": "duel"}])
        for name in ("b", "a", "c")
    ]
    a_game_session(client, fleet, GameProperties=[{"Key": "mode", "Value": "team"}])
    client.create_player_session(GameSessionId=duels[1], PlayerId="ann")
    wanted = "hasAvailablePlayerSessions=true AND gameSessionProperties.mode='duel'"
    asked = {"FleetId": fleet, "FilterExpression": wanted, "SortExpression": "gameSessionName ASC"}
    pages = client.get_paginator("search_game_sessions").paginate(**asked, PaginationConfig={"PageSize": 2})
    assert [[one["Name"] for one in page["GameSessions"]] for page in pages] == [["a", "b"], ["c"]]
    for expression in ("playerSessionCount > 0", f"gameSessionId = '{duels[1]}'", "NOT playerSessionCount <= 0"):
        (one,) = client.search_game_sessions(FleetId=fleet, FilterExpression=expression)["GameSessions"]
        assert (one["GameSessionId"], one["CurrentPlayerSessionCount"]) == (duels[1], 1)
    client.terminate_game_session(GameSessionId=duels[2], TerminationMode="FORCE_TERMINATE")
    oldest_first = client.search_game_sessions(**asked | {"SortExpression": "creationTimeMillis ASC"})["GameSessions"]
    assert [one["Name"] for one in oldest_first] == ["b", "a"]
    client.delete_fleet(FleetId=fleet)


def test_every_list_comes_in_pages(client: Any, script: str) -> None:
    fleet, another, a_second = a_fleet(client, script), a_fleet(client, script), a_script(client)
    game = a_game_session(client, fleet)
    a_game_session(client, fleet)
    client.create_player_sessions(GameSessionId=game, PlayerIds=["ann", "bob"])
    strategy = {"Type": "SIMPLE", "FleetId": fleet}
    made = [client.create_alias(Name="a", RoutingStrategy=strategy)["Alias"]["AliasId"] for _ in range(2)]
    asked = {name: {"FleetId": fleet} for name in ("DescribeFleetEvents", "SearchGameSessions")}
    asked |= {name: {"AliasId": made[0]} for name in ("DescribeGameSessionDetails", "DescribeGameSessions")}
    asked["DescribePlayerSessions"] = {"GameSessionId": game}
    asked |= {name: {} for name in ("DescribeFleetAttributes", "DescribeFleetCapacity", "DescribeFleetUtilization")}
    asked |= {name: {} for name in ("ListAliases", "ListFleets", "ListScripts", "DescribeGameSessionQueues")}
    asked |= {name: {} for name in ("DescribeMatchmakingConfigurations", "DescribeMatchmakingRuleSets")}
    for name in ("q1", "q2"):
        client.create_game_session_queue(Name=name)
        client.create_matchmaking_rule_set(Name=name, RuleSetBody=json.dumps(DUEL))
        client.create_matchmaking_configuration(
            Name=name, RuleSetName=name, FlexMatchMode="STANDALONE", RequestTimeoutSeconds=60, AcceptanceRequired=False
        )
    assert {name for name in OPERATIONS if client.can_paginate(xform_name(name))} == asked.keys()
    for name, question in asked.items():
        paginator = client.get_paginator(xform_name(name))
        (key,) = (one.expression for one in paginator.result_keys)
        whole = getattr(client, xform_name(name))(**question)[key]
        pages = list(paginator.paginate(**question, PaginationConfig={"PageSize": 1}))
        assert [one for page in pages for one in page[key]] == whole, name
        assert len(pages) == len(whole) >= 2, name
    for alias in made:
        client.delete_alias(AliasId=alias)
    for name in ("q1", "q2"):
        client.delete_game_session_queue(Name=name)
        client.delete_matchmaking_configuration(Name=name)
        client.delete_matchmaking_rule_set(Name=name)
    for one in (fleet, another):
        client.delete_fleet(FleetId=one)
    client.delete_script(ScriptId=a_second)
