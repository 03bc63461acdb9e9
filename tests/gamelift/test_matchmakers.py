"""Matchmakers and their rule sets in a small house: made, shown, changed, deleted; and what makes no sense."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from desk.gamelift.state.tables import matchmaking_configurations, matchmaking_tickets
from tests.gamelift.matching import DUEL, QUEUE, duelling, matchmaker, started, statuses
from tests.gamelift.small_house import Caller, calling

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    """An office with a matchmaker and somebody who waits."""
    async with calling(tmp_path_factory.mktemp("refusing")) as call:
        await duelling(call)
        await started(call, "ann")
        yield call


@pytest.mark.parametrize(
    ("operation", "asked", "said"),
    [
        ("CreateMatchmakingRuleSet", {"Name": "", "RuleSetBody": "{}"}, "Name is to have"),
        ("CreateMatchmakingRuleSet", {"Name": "x", "RuleSetBody": "{}"}, "ruleLanguageVersion: it is missing"),
        ("CreateMatchmakingRuleSet", {"Name": "duel", "RuleSetBody": json.dumps(DUEL)}, "cannot be changed"),
        ("DeleteMatchmakingRuleSet", {"Name": "duel"}, "is used by"),
        ("DeleteMatchmakingConfiguration", {"Name": "duel"}, "1 active tickets"),
        ("ValidateMatchmakingRuleSet", {"RuleSetBody": "no"}, "no valid rule set"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "AcceptanceRequired": True}, "AcceptanceTimeoutSeconds"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "AdditionalPlayerCount": 2}, "no seat for players"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "GameSessionQueueArns": []}, "is required"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "FlexMatchMode": "STANDALONE"}, "is to be left out"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "GameSessionQueueArns": [QUEUE] * 101}, "at most 100"),
        ("DescribeMatchmakingConfigurations", {"Names": ["x"] * 300_000}, "at most 100"),
        ("DescribeMatchmaking", {"TicketIds": ["x"] * 11}, "at most 10"),
        (
            "StartMatchmaking",
            {"ConfigurationName": "duel", "TicketId": "ann", "Players": [{"PlayerId": "a"}]},
            "already",
        ),
        ("StartMatchmaking", {"ConfigurationName": "duel", "Players": [{}]}, "is to have a PlayerId"),
        (
            "StartMatchmaking",
            {"ConfigurationName": "duel", "Players": [{"PlayerId": "a", "PlayerAttributes": {"x": {}}}]},
            "exactly one of",
        ),
        (
            "StartMatchBackfill",
            {"ConfigurationName": "duel", "Players": [{"PlayerId": "a", "Team": "all"}]},
            "GameSessionArn",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    refusing: Caller, operation: str, asked: dict[str, Any], said: str
) -> None:
    status, answer = await refusing(operation, **asked)
    assert (status, answer["__type"]) == (400, "InvalidRequestException")
    assert said in answer["Message"]


CASES = json.loads((Path(__file__).parents[1] / "matchmaking" / "flexmatch-cases.json").read_text())
API_CASES = [case for case in CASES if case["kind"] == "api"]


@pytest.mark.parametrize("case", API_CASES, ids=lambda case: case["name"])
async def test_the_cases_about_the_api(refusing: Caller, case: dict[str, Any]) -> None:
    if case["operation"] == "StartMatchmaking" and not await matchmakers(refusing, "c"):
        await matchmaker(refusing, "c", DUEL)
    status, answer = await refusing(case["operation"], **case["request"])
    assert (status, answer["__type"]) == (400, case["expected"]["error"])


async def matchmakers(call: Caller, name: str) -> list[dict[str, Any]]:
    """The matchmaker of a name, if there is one."""
    found: list[dict[str, Any]] = (await call.done("DescribeMatchmakingConfigurations", Names=[name]))["Configurations"]
    return found


async def test_matchmakers_are_shown_changed_and_deleted(refusing: Caller) -> None:
    await matchmaker(refusing, "brief", DUEL, CustomEventData="x", Tags=[{"Key": "k", "Value": "v"}])
    (shown,) = await matchmakers(refusing, "brief")
    arn = "arn:aws:gamelift:local:000000000000:matchmakingconfiguration/brief"
    assert (shown["ConfigurationArn"], shown["RuleSetArn"][-6:]) == (arn, "/brief")
    assert (shown["BackfillMode"], shown["FlexMatchMode"]) == ("MANUAL", "WITH_QUEUE")
    tags = await refusing.done("ListTagsForResource", ResourceARN=arn)
    assert tags["Tags"] == [{"Key": "k", "Value": "v"}]
    await refusing.done("UpdateMatchmakingConfiguration", Name=arn, RequestTimeoutSeconds=9, RuleSetName="duel")
    by_rules = await refusing.done("DescribeMatchmakingConfigurations", RuleSetName="duel")
    assert ["brief", 9] in [[one["Name"], one["RequestTimeoutSeconds"]] for one in by_rules["Configurations"]]
    await refusing.done("DeleteMatchmakingRuleSet", Name="brief")
    await started(refusing, "zoe", name="brief")
    await refusing.done("StopMatchmaking", TicketId="zoe")
    await refusing.done("DeleteMatchmakingConfiguration", Name="brief")
    assert await matchmakers(refusing, "brief") == []
    assert await statuses(refusing, "zoe") == []
    status, answer = await refusing("StartMatchmaking", ConfigurationName="brief", Players=[{"PlayerId": "a"}])
    assert (status, answer["__type"]) == (400, "NotFoundException")


async def test_a_matchmaker_goes_with_its_tickets_or_not_at_all(tmp_path: Path) -> None:
    def left(connection: Connection) -> list[int]:
        tables = matchmaking_configurations, matchmaking_tickets
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann")
        await call.done("StopMatchmaking", TicketId="ann")
        database = (await call.front.open()).office.database
        stop = "CREATE TRIGGER stop BEFORE DELETE ON matchmaking_tickets BEGIN SELECT RAISE(ABORT, 'full'); END"
        await database.write(lambda connection: connection.execute(text(stop)))
        status, _ = await call("DeleteMatchmakingConfiguration", Name="duel")
        assert (status, await database.read(left)) == (500, [1, 1])
        await database.write(lambda connection: connection.execute(text("DROP TRIGGER stop")))
        await call.done("DeleteMatchmakingConfiguration", Name="duel")
        assert await database.read(left) == [0, 0]
