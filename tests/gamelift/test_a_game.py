"""A game from the zip to the log, as a back end drives it with boto3 and players play it with the client."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest

from harena import Client, ConnectionFailed
from tests.gamelift.serving import SCRIPT, a_fleet, a_game_session, a_script, zipped


def statuses(client: Any, game_session: str) -> dict[str, str]:
    """The status of each player's latest player session."""
    found = client.describe_player_sessions(GameSessionId=game_session)["PlayerSessions"]
    return {one["PlayerId"]: one["Status"] for one in found}


@pytest.mark.anyio
async def test_players_come_by_their_player_sessions_and_leave(client: Any, game_session: str) -> None:
    made = client.create_player_sessions(
        GameSessionId=game_session, PlayerIds=["ann", "bob"], PlayerDataMap={"ann": "a red hat"}
    )["PlayerSessions"]
    assert [one["Status"] for one in made] == ["RESERVED", "RESERVED"]
    assert [one.get("PlayerData") for one in made] == ["a red hat", None]
    where = client.get_player_connection_details(GameSessionId=game_session, PlayerIds=["ann"])
    (place,) = where["PlayerConnectionDetails"][0]["Endpoints"]
    assert place == {"IpAddress": made[0]["IpAddress"], "Port": made[0]["Port"]}
    ann, bob = made
    url = f"ws://{ann['IpAddress']}:{ann['Port']}"
    async with Client.connect(url, ann["PlayerSessionId"]) as player, Client.connect(url, bob["PlayerSessionId"]):
        await player.send(1, "hello")
        assert (await player.receive(1)).text == "hello"
        assert statuses(client, game_session) == {"ann": "ACTIVE", "bob": "ACTIVE"}
        client.update_game_session(GameSessionId=game_session, GameProperties=[{"Key": "map", "Value": "ice"}])
        assert (await player.receive(9)).json() == {"map": "ice"}
        client.terminate_game_session(GameSessionId=game_session, TerminationMode="TRIGGER_ON_PROCESS_TERMINATE")
        assert (await player.receive(2)).text == "farewell"
        with pytest.raises(ConnectionFailed):
            await player.receive()
    assert statuses(client, game_session) == {"ann": "COMPLETED", "bob": "COMPLETED"}
    (ended,) = client.describe_game_sessions(GameSessionId=game_session)["GameSessions"]
    assert (ended["Status"], ended["StatusReason"]) == ("TERMINATED", "TRIGGERED_ON_PROCESS_TERMINATE")
    assert ended["CurrentPlayerSessionCount"] == 0
    assert ended["GameProperties"] == [{"Key": "map", "Value": "ice"}]
    log = client.get_game_session_log_url(GameSessionId=game_session)["PreSignedUrl"]
    async with httpx.AsyncClient() as reader:
        assert "ann comes with a red hat" in (await reader.get(log)).text
        assert (await reader.get(log.replace("expires=1", "expires=2"))).status_code == 403


@pytest.mark.anyio
async def test_a_player_session_is_good_for_one_login(client: Any, game_session: str) -> None:
    made = client.create_player_session(GameSessionId=game_session, PlayerId="ann")["PlayerSession"]
    url = f"ws://{made['IpAddress']}:{made['Port']}"
    async with Client.connect(url, made["PlayerSessionId"]):
        pass
    with pytest.raises(ConnectionFailed, match="has been used"):
        async with Client.connect(url, made["PlayerSessionId"]):
            pass


@pytest.mark.anyio
async def test_a_player_who_reserves_again_has_one_seat(client: Any, fleet: str) -> None:
    game_session = a_game_session(client, fleet, MaximumPlayerSessionCount=1)
    asked = {"GameSessionId": game_session, "PlayerId": "ann"}
    made = client.create_player_session(**asked)["PlayerSession"]
    async with Client.connect(f"ws://{made['IpAddress']}:{made['Port']}", made["PlayerSessionId"]):
        client.create_player_session(**asked)
        shown = client.describe_player_sessions(GameSessionId=game_session)["PlayerSessions"]
        assert [one["Status"] for one in shown] == ["ACTIVE", "RESERVED"]
        (game,) = client.describe_game_sessions(GameSessionId=game_session)["GameSessions"]
        assert (game["CurrentPlayerSessionCount"], game["MaximumPlayerSessionCount"]) == (1, 1)
        with pytest.raises(client.exceptions.GameSessionFullException):
            client.create_player_session(GameSessionId=game_session, PlayerId="bob")
    client.terminate_game_session(GameSessionId=game_session, TerminationMode="FORCE_TERMINATE")


def test_a_new_version_is_for_new_game_sessions(client: Any) -> None:
    script = a_script(client)
    fleet = a_fleet(client, script)
    old = a_game_session(client, fleet)
    louder = SCRIPT.replace("message.payload)", "message.payload.upper())")
    updated = client.update_script(ScriptId=script, Version="two", ZipFile=zipped({"main.py": louder}))["Script"]
    assert (updated["Name"], updated["Version"]) == ("chat", "two")
    new = a_game_session(client, fleet)

    async def said(game_session: str) -> str:
        seat = client.create_player_session(GameSessionId=game_session, PlayerId="ann")["PlayerSession"]
        async with Client.connect(f"ws://127.0.0.1:{seat['Port']}", seat["PlayerSessionId"]) as player:
            await player.send(1, "hello")
            return (await player.receive(1)).text

    assert [anyio.run(said, one) for one in (old, new)] == ["hello", "HELLO"]
    client.delete_script(ScriptId=script)
    (gone,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    assert gone["Status"] == "ERROR"
    assert anyio.run(said, old) == "hello"
    with pytest.raises(client.exceptions.InvalidFleetStatusException):
        a_game_session(client, fleet)
    client.delete_fleet(FleetId=fleet)


def test_a_forced_end_has_no_farewell(client: Any, game_session: str) -> None:
    ended = client.terminate_game_session(GameSessionId=game_session, TerminationMode="FORCE_TERMINATE")["GameSession"]
    assert (ended["Status"], ended["StatusReason"]) == ("TERMINATED", "FORCE_TERMINATED")
    with pytest.raises(client.exceptions.InvalidGameSessionStatusException):
        client.terminate_game_session(GameSessionId=game_session, TerminationMode="FORCE_TERMINATE")
    with pytest.raises(client.exceptions.InvalidGameSessionStatusException):
        client.create_player_session(GameSessionId=game_session, PlayerId="ann")


def test_seats_are_never_sold_twice(client: Any, fleet: str) -> None:
    seats, players = 5, 40
    game_session = a_game_session(client, fleet, MaximumPlayerSessionCount=seats)

    def tried(number: int) -> bool:
        try:
            client.create_player_session(GameSessionId=game_session, PlayerId=f"player {number}")
        except client.exceptions.GameSessionFullException:
            return False
        return True

    with ThreadPoolExecutor(players) as pool:
        assert sum(pool.map(tried, range(players))) == seats
    (full,) = client.describe_game_sessions(GameSessionId=game_session)["GameSessions"]
    assert full["CurrentPlayerSessionCount"] == seats
    client.terminate_game_session(GameSessionId=game_session, TerminationMode="FORCE_TERMINATE")


DUEL = """
from harena import session

told = None


def on_process_started(args):
    global told
    told = args
    return True


def on_player_accepted(player):
    session.send(player, 1, " ".join(told))
"""


def test_a_fleet_launches_another_file_with_parameters(client: Any) -> None:
    made = client.create_script(Name="modes", ZipFile=zipped({"chat.py": SCRIPT, "duel.py": DUEL}))
    script = made["Script"]["ScriptId"]
    once = {"LaunchPath": "/local/game/duel.py", "ConcurrentExecutions": 1}
    processes = [{**once, "Parameters": "-map ice"}, {**once, "Parameters": "-map sand"}]
    runtime = {"ServerProcesses": processes}
    fleet = client.create_fleet(Name="f", ScriptId=script, RuntimeConfiguration=runtime)["FleetAttributes"]["FleetId"]

    async def told(game_session: str) -> str:
        seat = client.create_player_session(GameSessionId=game_session, PlayerId="ann")["PlayerSession"]
        async with Client.connect(f"ws://127.0.0.1:{seat['Port']}", seat["PlayerSessionId"]) as player:
            return (await player.receive(1)).text

    games = [a_game_session(client, fleet) for _ in range(2)]
    assert [anyio.run(told, one) for one in games] == ["-map ice", "-map sand"]
    client.terminate_game_session(GameSessionId=games[0], TerminationMode="FORCE_TERMINATE")
    assert anyio.run(told, a_game_session(client, fleet)) == "-map ice"
    client.terminate_game_session(GameSessionId=games[1], TerminationMode="FORCE_TERMINATE")
    client.update_script(ScriptId=script, ZipFile=zipped({"chat.py": SCRIPT}))
    with pytest.raises(client.exceptions.InvalidFleetStatusException, match=r"has no file duel\.py to launch"):
        a_game_session(client, fleet)
    events = client.describe_fleet_events(FleetId=fleet)["Events"]
    assert "could not begin: version 2 of the script has no file duel.py" in events[-1]["Message"]
    client.delete_fleet(FleetId=fleet)
    client.delete_script(ScriptId=script)
