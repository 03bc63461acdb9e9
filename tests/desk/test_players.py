"""The routes about players and their game sessions: what is asked is checked before the house is."""

import json

import httpx
import pytest

from desk.house import GameSessionView, PlayerSessionView
from desk.view_json import view_untrusted, views_untrusted
from tests.desk.house import NOW, RESERVED, RUNNING

pytestmark = pytest.mark.anyio

API = "/local/v1/game-sessions"
SEATS = f"{API}/{RUNNING.id}/player-sessions"


async def test_a_game_session_is_created_and_ended(client: httpx.AsyncClient) -> None:
    answer = await client.post(API, json={"script": "chat", "name": "lobby", "max_players": 4, "data": "!"})
    assert view_untrusted(GameSessionView, answer.json()).name == "lobby!"
    answer = await client.post(f"{API}/{RUNNING.id}/end", json={"reason": "bye"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("ended", "bye")


async def test_a_seat_is_kept_and_listed(client: httpx.AsyncClient) -> None:
    answer = await client.post(SEATS, json={"player_id": "ann", "player_data": "gold"})
    view = view_untrusted(PlayerSessionView, answer.json())
    assert view == PlayerSessionView("psess-key", RUNNING.id, "ann", "RESERVED", NOW, NOW + 60, 1900)
    listed = (await client.get(SEATS)).json()["player_sessions"]
    assert views_untrusted(PlayerSessionView, listed) == (RESERVED,)


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        (API, {}, 400, '"script" is to be a text'),
        (API, {"script": "nope"}, 404, "there is no script 'nope'"),
        (API, {"script": "chat", "max_players": 1}, 409, "this server is full"),
        (API, {"script": "chat", "max_players": 0}, 400, '"max_players" is to be a number from 1 to 200, or null'),
        (API, {"script": "chat", "max_players": True}, 400, '"max_players" is to be a number'),
        (API, {"script": "chat", "max_players": 2.5}, 400, '"max_players" is to be a number'),
        (API, {"script": "chat", "name": "n" * 129}, 400, '"name" has at most 128 characters, not 129'),
        (API, {"script": "chat", "data": "\ud800"}, 400, '"data" is to be text that can be written as UTF-8'),
        (f"{API}/zz/end", {}, 404, "0 game sessions have ids that begin with 'zz'"),
        (f"{API}/aa1/end", {"reason": 1}, 400, '"reason" is to be a text'),
        (f"{API}/zz/player-sessions", {}, 404, "0 game sessions have ids that begin with 'zz'"),
        (SEATS, {"player_id": "bob"}, 409, "the game session is full"),
        (SEATS, {"player_id": None}, 400, '"player_id" is to be a text'),
        (SEATS, {"player_data": "x" * 2_049}, 400, '"player_data" has at most 2,048 characters, not 2,049'),
    ],
)
async def test_no_is_a_status_a_sentence_and_a_hint(
    client: httpx.AsyncClient, path: str, body: dict[str, object], status: int, sentence: str
) -> None:
    answer = await client.post(path, content=json.dumps(body))
    assert answer.status_code == status
    assert sentence in answer.json()["error"]
    assert answer.json()["hint"]
