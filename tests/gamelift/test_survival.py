"""A server that is killed: what it has acknowledged is there when the next one starts."""

import json
from pathlib import Path
from typing import Any

from tests.gamelift.matching import DUEL
from tests.gamelift.serving import a_fleet, a_script, served


def made(client: Any, fleet: str, number: int) -> str:
    """Make a game session with a player; give its id once both were acknowledged."""
    asked = {"FleetId": fleet, "MaximumPlayerSessionCount": 2, "Name": f"game {number}"}
    game_session = str(client.create_game_session(**asked)["GameSession"]["GameSessionId"])
    client.create_player_session(GameSessionId=game_session, PlayerId=f"player {number}")
    return game_session


def waits(client: Any) -> None:
    """Let a player wait for another."""
    client.create_matchmaking_rule_set(Name="duel", RuleSetBody=json.dumps(DUEL))
    client.create_matchmaking_configuration(
        Name="duel", RuleSetName="duel", FlexMatchMode="STANDALONE", RequestTimeoutSeconds=600, AcceptanceRequired=False
    )
    client.start_matchmaking(ConfigurationName="duel", TicketId="ticket", Players=[{"PlayerId": "ann"}])


def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        client = server.client()
        script = a_script(client)
        fleet = a_fleet(client, script)
        games = [made(client, fleet, number) for number in range(3)]
        waits(client)
        server.process.kill()
    with served(tmp_path) as server:
        client = server.client()
        assert [one["ScriptId"] for one in client.list_scripts()["Scripts"]] == [script]
        (shown,) = client.describe_fleet_attributes()["FleetAttributes"]
        assert (shown["FleetId"], shown["Status"]) == (fleet, "ACTIVE")
        found = client.describe_game_sessions(FleetId=fleet)["GameSessions"]
        assert [one["GameSessionId"] for one in found] == games
        assert {(one["Status"], one["StatusReason"]) for one in found} == {("TERMINATED", "INTERRUPTED")}
        players = client.describe_player_sessions(PlayerId="player 2")["PlayerSessions"]
        assert [one["Status"] for one in players] == ["TIMEDOUT"]
        made(client, fleet, 4)
        (ticket,) = client.describe_matchmaking(TicketIds=["ticket"])["TicketList"]
        assert (ticket["Status"], ticket["Players"][0]["PlayerId"]) == ("SEARCHING", "ann")
        client.start_matchmaking(ConfigurationName="duel", Players=[{"PlayerId": "bob"}])
        while ticket["Status"] != "COMPLETED":
            (ticket,) = client.describe_matchmaking(TicketIds=["ticket"])["TicketList"]
