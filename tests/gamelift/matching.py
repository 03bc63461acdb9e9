"""Matchmaking in a small house: matchmakers, tickets, and rounds that the test lets happen one by one."""

import json
from typing import Any

import anyio
from sqlalchemy import select

from desk.gamelift.state.tables import notices
from tests.gamelift.small_house import Caller, furnished

QUEUE = "arn:aws:gamelift:local:000000000000:gamesessionqueue/queue"
#: Two players, whoever they are.
DUEL: dict[str, Any] = {"ruleLanguageVersion": "1.0", "teams": [{"name": "all", "minPlayers": 2, "maxPlayers": 2}]}
#: Two against two of about the same skill, which counts for less the longer they wait.
SKILLED: dict[str, Any] = {
    "name": "skilled",
    "ruleLanguageVersion": "1.0",
    "playerAttributes": [
        {"name": "skill", "type": "number", "default": 10},
        {"name": "maps", "type": "string_list", "default": ["ice"]},
    ],
    "teams": [{"name": name, "minPlayers": 1, "maxPlayers": 2} for name in ("red", "blue")],
    "rules": [
        {
            "name": "fair",
            "type": "distance",
            "measurements": ["avg(teams[*].players.attributes[skill])"],
            "referenceValue": "avg(flatten(teams[*].players.attributes[skill]))",
            "maxDistance": 5,
        }
    ],
    "expansions": [{"target": "rules[fair].maxDistance", "steps": [{"waitTimeSeconds": 20, "value": 500}]}],
}


async def matchmaker(call: Caller, name: str, rules: dict[str, Any], **more: Any) -> None:
    """Make a rule set and a matchmaker of the same name; the queue is that of `furnished`."""
    await call.done("CreateMatchmakingRuleSet", Name=name, RuleSetBody=json.dumps(rules))
    wanted = {"RequestTimeoutSeconds": 60, "AcceptanceRequired": False, "GameSessionQueueArns": [QUEUE], **more}
    await call.done("CreateMatchmakingConfiguration", Name=name, RuleSetName=name, **wanted)


async def duelling(call: Caller, **more: Any) -> None:
    """Furnish the office, with a matchmaker "duel"."""
    await furnished(call)
    await matchmaker(call, "duel", DUEL, **more)


async def started(call: Caller, *tickets: str, name: str = "duel", **player: Any) -> None:
    """Start tickets of one player each, who is called like the ticket."""
    for ticket in tickets:
        players = [{"PlayerId": ticket, **player}]
        made = await call.done("StartMatchmaking", ConfigurationName=name, TicketId=ticket, Players=players)
        assert made["MatchmakingTicket"]["Status"] == "QUEUED"


async def searched(call: Caller) -> None:
    """Let time pass, one round happen, and what comes of it."""
    rounds = (await call.front.open()).matching.rounds
    await rounds.tick()
    await rounds.round()
    await ushered(call)


async def ushered(call: Caller) -> None:
    """Let everything be placed that is to be placed."""
    opened = await call.front.open()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(opened.placer.run)
        await opened.office.lobby.flush()
        await opened.matching.usher.look()
        tasks.cancel_scope.cancel()


async def described(call: Caller, *tickets: str) -> list[dict[str, Any]]:
    """Show tickets."""
    found: list[dict[str, Any]] = (await call.done("DescribeMatchmaking", TicketIds=tickets))["TicketList"]
    return found


async def statuses(call: Caller, *tickets: str) -> list[str]:
    """The statuses of tickets."""
    return [one["Status"] for one in await described(call, *tickets)]


async def told(call: Caller, configuration: str = "duel") -> list[dict[str, Any]]:
    """The details of all events of a matchmaker, in order."""
    row = notices.c
    query = select(row.detail).where(row.resource == f"matchmakingconfiguration/{configuration}").order_by(row.serial)
    office = (await call.front.open()).office
    return await office.database.read(lambda connection: list(connection.execute(query).scalars()))


async def game(call: Caller, ticket: dict[str, Any]) -> dict[str, Any]:
    """The game session of a ticket."""
    arn = ticket["GameSessionConnectionInfo"]["GameSessionArn"]
    (found,) = (await call.done("DescribeGameSessions", GameSessionId=arn))["GameSessions"]
    assert isinstance(found, dict)
    return found


async def waiting(call: Caller) -> dict[str, str]:
    """Make a matchmaker, called like the queue, and a ticket; give their ids by GameLift's names for them."""
    await matchmaker(call, "queue", DUEL)
    await started(call, "ticket", name="queue")
    return {
        "RuleSetName": "queue",
        "RuleSetBody": json.dumps(DUEL),
        "ConfigurationName": "queue",
        "GameSessionQueueArn": QUEUE,
        "TicketId": "ticket",
    }
