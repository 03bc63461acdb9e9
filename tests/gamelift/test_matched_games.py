"""Games of players who were matched: a back end with boto3, a server with sandboxes, and players with the client."""

import json
from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from harena import Client
from runtime.cli.running import run
from tests.gamelift.matching import SKILLED
from tests.gamelift.serving import Served, a_fleet, a_script

SCRIPT = """
import json

from harena import session


def players():
    teams = json.loads(session.game_session.matchmaker_data)["teams"]
    return {team["name"]: sorted(player["playerId"] for player in team["players"]) for team in teams}


def on_player_accepted(player):
    session.send(player, 1, players())


def on_game_session_updated(game_session):
    session.broadcast(2, players())
"""


@pytest.fixture(scope="module")
def queue(client: Any) -> str:
    """The ARN of a queue that leads to a fleet of the script above."""
    fleet = a_fleet(client, a_script(client, SCRIPT))
    (shown,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    made = client.create_game_session_queue(Name="matched", Destinations=[{"DestinationArn": shown["FleetArn"]}])
    return str(made["GameSessionQueue"]["GameSessionQueueArn"])


def matchmaker(client: Any, queue: str, name: str, **more: Any) -> None:
    """Make a rule set and a matchmaker."""
    client.create_matchmaking_rule_set(Name=name, RuleSetBody=json.dumps(SKILLED))
    client.create_matchmaking_configuration(
        Name=name,
        RuleSetName=name,
        GameSessionQueueArns=[queue],
        RequestTimeoutSeconds=60,
        **{"AcceptanceRequired": False, **more},
    )


def start(client: Any, configuration: str, *players: str) -> str:
    """Let players wait together; give their ticket."""
    asked = [{"PlayerId": player, "PlayerAttributes": {"skill": {"N": 7}}} for player in players]
    made = client.start_matchmaking(ConfigurationName=configuration, Players=asked)
    return str(made["MatchmakingTicket"]["TicketId"])


def until(client: Any, tickets: Sequence[str], status: str) -> list[dict[str, Any]]:
    """Ask for tickets until all have a status."""
    while True:
        found: list[dict[str, Any]] = client.describe_matchmaking(TicketIds=tickets)["TicketList"]
        if all(ticket["Status"] == status for ticket in found):
            return found


def seats(tickets: Sequence[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Where each player goes, and with which player session."""
    places = [ticket["GameSessionConnectionInfo"] for ticket in tickets]
    return {
        one["PlayerId"]: (f"ws://{place['IpAddress']}:{place['Port']}", one["PlayerSessionId"])
        for place in places
        for one in place["MatchedPlayerSessions"]
    }


@pytest.mark.anyio
async def test_players_who_were_matched_play(client: Any, queue: str) -> None:
    matchmaker(client, queue, "played", BackfillMode="AUTOMATIC")
    tickets = [start(client, "played", *players) for players in (("ann", "bob"), ("cid",))]
    where = seats(until(client, tickets, "COMPLETED"))
    assert sorted(where) == ["ann", "bob", "cid"]
    async with Client.connect(*where["ann"]) as ann, Client.connect(*where["bob"]):
        teams = (await ann.receive(1)).json()
        assert sorted(teams.values(), key=len) == [["cid"], ["ann", "bob"]]
        async with Client.connect(*where["cid"]) as cid:
            dan = await anyio.to_thread.run_sync(until, client, [start(client, "played", "dan")], "COMPLETED")
            assert ["cid", "dan"] in (await cid.receive(2)).json().values()
            async with Client.connect(*seats(dan)["dan"]):
                pass
        # Both have left, so two seats are free.
        eve = await anyio.to_thread.run_sync(until, client, [start(client, "played", "eve", "fay")], "COMPLETED")
        assert (
            eve[0]["GameSessionConnectionInfo"]["GameSessionArn"]
            == dan[0]["GameSessionConnectionInfo"]["GameSessionArn"]
        )
        assert (await ann.receive(2)).json()


@pytest.mark.anyio
async def test_players_are_asked_before_they_play(client: Any, queue: str) -> None:
    matchmaker(client, queue, "asked", AcceptanceRequired=True, AcceptanceTimeoutSeconds=600)
    yes, no = start(client, "asked", "gus"), start(client, "asked", "hal")
    until(client, [yes, no], "REQUIRES_ACCEPTANCE")
    client.accept_match(TicketId=yes, PlayerIds=["gus"], AcceptanceType="ACCEPT")
    client.accept_match(TicketId=no, PlayerIds=["hal"], AcceptanceType="REJECT")
    (refused,) = until(client, [no], "CANCELLED")
    assert refused["StatusReason"] == "AcceptanceRejected"
    again = start(client, "asked", "ida")
    until(client, [yes, again], "REQUIRES_ACCEPTANCE")
    for ticket, player in ((yes, "gus"), (again, "ida")):
        client.accept_match(TicketId=ticket, PlayerIds=[player], AcceptanceType="ACCEPT")
    assert sorted(seats(until(client, [yes, again], "COMPLETED"))) == ["gus", "ida"]


def test_operators_see_who_waits_and_why(
    server: Served, client: Any, queue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    matchmaker(client, queue, "empty")

    def harena(*arguments: str) -> tuple[int, str]:
        code = run(["match", *arguments, "--http-port", str(server.http_port)])
        written = capsys.readouterr()
        return code, written.out + written.err

    ticket = start(client, "empty", "zoe")
    code, listed = harena("list")
    assert (code, [line.split()[1:3] for line in listed.splitlines() if ticket in line]) == (
        0,
        [["empty", "SEARCHING"]],
    )
    code, told = harena("explain", ticket)
    assert (code, "The smallest match lacks 1 player." in told) == (0, True)
    code, told = harena("explain", ticket, "--json")
    assert (code, json.loads(told)["nearest"]["players_short"]) == (0, 1)
    client.stop_matchmaking(TicketId=ticket)
    code, told = harena("explain", ticket)
    assert (code, "is CANCELLED, and does not wait for a match" in told) == (1, True)
    code, told = harena("explain", "nobody")
    assert (code, "there is no ticket 'nobody'" in told) == (1, True)
