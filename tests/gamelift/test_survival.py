"""A server that is killed while back ends are at it: what it has acknowledged is there when the next one starts."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from tests.gamelift.databases import KINDS, postgresql
from tests.gamelift.matching import DUEL
from tests.gamelift.serving import Served, a_fleet, a_script, served

BACK_ENDS = 4
#: The server is killed after so many acknowledged game sessions, with calls of all back ends under way.
ACKNOWLEDGED = 12
#: Game sessions end with the server: that they can go on is tried elsewhere.
ALONE = "orphan_seconds = 0\n"


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest) -> Iterator[str]:
    """The settings of a server with that database."""
    if request.param == "sqlite":
        yield ALONE
    else:
        with postgresql() as url:
            yield f'{ALONE}[gamelift]\ndatabase = "{url}"\n'


class Load:
    """Back ends that make game sessions, each with a player and a new name, until their server is gone."""

    def __init__(self, server: Served, client: Any, fleet: str) -> None:
        self._server = server
        self._client = client
        self._fleet = fleet
        self._lock = Lock()
        self._each = Semaphore(0)
        #: What was acknowledged, by game sessions: their names ("": none yet), and their players.
        self.names: dict[str, str] = {}
        self.players: dict[str, str] = {}

    def until_killed(self) -> None:
        """Make so many, then kill the server under the load."""
        with ThreadPoolExecutor(BACK_ENDS) as pool:
            ended = [pool.submit(self._back_end, number) for number in range(BACK_ENDS)]
            for _ in range(ACKNOWLEDGED):
                self._each.acquire()
            self._server.process.kill()
            for one in ended:
                one.result()

    def _back_end(self, number: int) -> None:
        try:
            for count in range(100):
                self._one(f"{number}-{count}")
        except BotoCoreError:
            return  # The server is gone.
        raise AssertionError("the server has outlived its load")

    def _one(self, name: str) -> None:
        client = self._client
        asked = {"FleetId": self._fleet, "MaximumPlayerSessionCount": 2}
        game = str(client.create_game_session(**asked)["GameSession"]["GameSessionId"])
        self._keep(self.names, game, "")
        client.update_game_session(GameSessionId=game, Name=name)
        self._keep(self.names, game, name)
        client.create_player_session(GameSessionId=game, PlayerId=name)
        self._keep(self.players, game, name)
        self._each.release()
        client.terminate_game_session(GameSessionId=game, TerminationMode="FORCE_TERMINATE")

    def _keep(self, acknowledged: dict[str, str], game: str, name: str) -> None:
        with self._lock:
            acknowledged[game] = name


def waits(client: Any) -> None:
    """Let a player wait for another."""
    client.create_matchmaking_rule_set(Name="duel", RuleSetBody=json.dumps(DUEL))
    client.create_matchmaking_configuration(
        Name="duel", RuleSetName="duel", FlexMatchMode="STANDALONE", RequestTimeoutSeconds=600, AcceptanceRequired=False
    )
    client.start_matchmaking(ConfigurationName="duel", TicketId="ticket", Players=[{"PlayerId": "ann"}])


def placed(client: Any, placement: str) -> str:
    """Wait until a placement is over; give its status."""
    status = "PENDING"
    while status == "PENDING":
        status = client.describe_game_session_placement(PlacementId=placement)["GameSessionPlacement"]["Status"]
    return status


def asked(client: Any, fleet: str) -> None:
    """Ask for two game sessions in a queue; there is room for one."""
    (shown,) = client.describe_fleet_attributes(FleetIds=[fleet])["FleetAttributes"]
    client.create_game_session_queue(Name="queue", Destinations=[{"DestinationArn": shown["FleetArn"]}])
    wanted = {"GameSessionQueueName": "queue", "MaximumPlayerSessionCount": 1}
    client.start_game_session_placement(PlacementId="first", **wanted)
    assert placed(client, "first") == "FULFILLED"
    client.start_game_session_placement(PlacementId="second", **wanted)


def test_nothing_that_was_acknowledged_is_lost(settings: str, tmp_path: Path) -> None:
    with served(tmp_path, settings, verb="run") as server:
        client = server.trusted_client()
        script = a_script(client)
        fleet = a_fleet(client, script, processes=50)
        waits(client)
        small = a_fleet(client, script, processes=1)
        asked(client, small)
        load = Load(server, client, fleet)
        load.until_killed()
    with served(tmp_path, settings, verb="run") as server:
        client = server.trusted_client()
        assert [one["ScriptId"] for one in client.list_scripts()["Scripts"]] == [script]
        assert [placed(client, one) for one in ("first", "second")] == ["FULFILLED", "FULFILLED"]
        client.delete_fleet(FleetId=small)
        (shown,) = client.describe_fleet_attributes()["FleetAttributes"]
        assert (shown["FleetId"], shown["Status"]) == (fleet, "ACTIVE")
        pages = client.get_paginator("describe_game_sessions").paginate(FleetId=fleet)
        found = {one["GameSessionId"]: one for page in pages for one in page["GameSessions"]}
        assert len(load.names) >= ACKNOWLEDGED
        assert load.names.keys() <= found.keys()
        for game, name in load.names.items():
            assert name in ("", found[game].get("Name"))  # It may have got further than was acknowledged.
        assert {one["Status"] for one in found.values()} == {"TERMINATED"}
        for game, name in load.players.items():
            (player,) = client.describe_player_sessions(GameSessionId=game)["PlayerSessions"]
            assert (player["PlayerId"], player["Status"]) == (name, "TIMEDOUT")
        made = client.create_game_session(FleetId=fleet, MaximumPlayerSessionCount=2)["GameSession"]
        assert made["Status"] == "ACTIVE"
        (ticket,) = client.describe_matchmaking(TicketIds=["ticket"])["TicketList"]
        assert (ticket["Status"], ticket["Players"][0]["PlayerId"]) == ("SEARCHING", "ann")
        client.start_matchmaking(ConfigurationName="duel", Players=[{"PlayerId": "bob"}])
        while ticket["Status"] != "COMPLETED":
            (ticket,) = client.describe_matchmaking(TicketIds=["ticket"])["TicketList"]
