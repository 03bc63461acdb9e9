"""A crowd at a counter: a thousand calls at the same time for fifty seats."""

from collections import Counter
from pathlib import Path

import anyio
import httpx
import pytest

from tests.gamelift.serving import a_fleet, a_game_session, a_script, served

SEATS, PLAYERS = 50, 1_000
#: The server answers no more connections than 200 at the same time.
CONNECTIONS = 190
SETTINGS = "[gamelift]\ncalls_per_second = 100000\ncreate_player_session_per_second = 100000\n"


@pytest.mark.anyio
async def test_fifty_seats_are_sold_to_fifty_of_a_thousand(tmp_path: Path) -> None:
    with served(tmp_path, SETTINGS) as server:
        client = server.client()
        game = a_game_session(client, a_fleet(client, a_script(client)), MaximumPlayerSessionCount=SEATS)
        answers: Counter[str] = Counter()
        kept: list[str] = []
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{server.http_port}", limits=limits, timeout=60, trust_env=False
        ) as http:

            async def asked(number: int) -> None:
                headers = {"x-amz-target": "GameLift.CreatePlayerSession"}
                wanted = {"GameSessionId": game, "PlayerId": f"player {number}"}
                answer = await http.post("/", headers=headers, json=wanted)
                said = answer.json()
                answers[said.get("__type", "kept")] += 1
                if "PlayerSession" in said:
                    kept.append(said["PlayerSession"]["PlayerId"])

            async with anyio.create_task_group() as tasks:
                for number in range(PLAYERS):
                    tasks.start_soon(asked, number)
        assert answers == {"kept": SEATS, "GameSessionFullException": PLAYERS - SEATS}
        shown = client.describe_player_sessions(GameSessionId=game)["PlayerSessions"]
        assert sorted(one["PlayerId"] for one in shown) == sorted(kept)
        (full,) = client.describe_game_sessions(GameSessionId=game)["GameSessions"]
        assert full["CurrentPlayerSessionCount"] == SEATS
