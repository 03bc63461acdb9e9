"""The routes about players and their game sessions: what is asked is checked before the house is."""

import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.house import GameSessionUpdate, GameSessionView, Network, NewGameSession, PlayerSessionView
from desk.view_json import view_untrusted, views_untrusted
from tests.desk.house import NOW, RESERVED, RUNNING, SmallHouse

pytestmark = pytest.mark.anyio

API = "/local/v1/game-sessions"
UPDATE = f"{API}/{RUNNING.id}/update"
MANY = {f"key{number}": "x" for number in range(17)}
SEATS = f"{API}/{RUNNING.id}/player-sessions"


async def test_a_game_session_is_created_and_ended(client: httpx.AsyncClient) -> None:
    answer = await client.post(API, json={"script": "chat", "name": "lobby", "max_players": 4, "data": "!"})
    assert view_untrusted(GameSessionView, answer.json()).name == "lobby!"
    answer = await client.post(f"{API}/{RUNNING.id}/end", json={"reason": "bye"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("ended", "bye")


async def test_all_that_a_script_is_told_fits_into_a_request(client: httpx.AsyncClient, house: SmallHouse) -> None:
    whole = {f"{number:>32}": "\U0001f600" * 96 for number in range(16)}
    data, matchmaker_data = "\U0001f600" * 262_144, "\U0001f600" * 390_000
    asked = {"script": "chat", "properties": whole, "data": data, "matchmaker_data": matchmaker_data}
    assert (await client.post(API, content=json.dumps(asked))).status_code == 200
    assert house.wanted[-1] == NewGameSession("chat", "", 200, whole, data, matchmaker_data)


async def test_the_network_of_a_game_session_is_made_bad(client: httpx.AsyncClient, house: SmallHouse) -> None:
    path = f"{API}/{RUNNING.id}/network"
    assert (await client.post(path, json={"player_id": "ann", "loss": 0.05, "delay_seconds": 1})).status_code == 200
    assert (await client.post(path, json={})).status_code == 200
    assert house.networks == [Network("ann", loss=0.05, delay_seconds=1), Network()]
    for wrong in ({"loss": 1.1}, {"reorder": -1}, {"delay_seconds": 11}, {"loss": "5"}, {"loss": True}, {"loss": None}):
        assert (await client.post(path, json=wrong)).status_code == 400
    assert len(house.networks) == 2


async def test_a_game_session_is_updated(client: httpx.AsyncClient, house: SmallHouse) -> None:
    asked = {"name": "arena", "max_players": 3, "properties": {"map": "ice"}}
    assert view_untrusted(GameSessionView, (await client.post(UPDATE, json=asked)).json()).name == "arena"
    await client.post(UPDATE, json={"name": None, "max_players": None, "properties": {"map": ""}})
    assert house.updates == [GameSessionUpdate("arena", 3, {"map": "ice"}), GameSessionUpdate(None, None, {"map": ""})]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=20),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(properties=JSON, name=JSON, max_players=JSON)
async def test_an_update_is_garbage_or_within_its_bounds(
    client: httpx.AsyncClient, house: SmallHouse, properties: object, name: object, max_players: object
) -> None:
    asked = {"properties": properties, "name": name, "max_players": max_players}
    answer = await client.post(UPDATE, content=json.dumps(asked))
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        update = house.updates[-1]
        assert len(update.properties) <= 16
        assert all(1 <= len(key) <= 32 and len(text) <= 96 for key, text in update.properties.items())
        assert update.max_players is None or 1 <= update.max_players <= 200


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
        (API, {"script": "chat", "data": "x" * 262_145}, 400, '"data" has at most 262,144 characters'),
        (API, {"script": "chat", "matchmaker_data": "x" * 390_001}, 400, '"matchmaker_data" has at most 390,000'),
        (API, {"script": "chat", "properties": []}, 400, '"properties" is to be an object of texts, or null'),
        (API, {"script": "chat", "properties": {"map": 1}}, 400, '"map" is to be a text'),
        (API, {"script": "chat", "properties": {"map": "x" * 97}}, 400, '"map" has at most 96 characters, not 97'),
        (API, {"script": "chat", "properties": {"k" * 33: ""}}, 400, 'a key of "properties" has 1 to 32 printable'),
        (API, {"script": "chat", "properties": {"": ""}}, 400, 'a key of "properties" has 1 to 32 printable'),
        (API, {"script": "chat", "properties": {"\ud800": ""}}, 400, 'a key of "properties" has 1 to 32 printable'),
        (API, {"script": "chat", "properties": MANY}, 400, '"properties" has at most 16 keys, not 17'),
        (UPDATE, {}, 400, 'there is nothing to change: "name", "max_players" and "properties" can be'),
        (UPDATE, {"name": ""}, 400, "there is nothing to change"),
        (UPDATE, {"data": "night"}, 400, "there is nothing to change"),
        (UPDATE, {"max_players": 0}, 400, '"max_players" is to be a number from 1 to 200, or null'),
        (UPDATE, {"properties": MANY}, 400, '"properties" has at most 16 keys, not 17'),
        (f"{API}/zz/update", {"name": "a"}, 404, "0 game sessions have ids that begin with 'zz'"),
        (f"{API}/aa2/update", {"name": "a"}, 409, "the game session has ended"),
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
