"""A game session's data, updates and secrets on their way from an operator to a script, and into no log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from desk.events import GameSessionEnded, Logged
from desk.house import GameSessionDetail
from desk.view_json import view_untrusted
from harena import Client, LoginRefused
from runtime.config import Admission, Config, LogSettings, Secrets, Site, Start
from tests.house.running import PATIENCE_SECONDS, Running, running_as

pytestmark = pytest.mark.anyio

KEY = "hunter2-is-the-key"
ARENA = """
import json
from harena import session

configuration = {"max_players": 3, "idle_seconds": 0}

def told(g):
    return {"name": g.name, "map": g.properties["map"], "data": g.data, "mates": json.loads(g.matchmaker_data or "[]")}

def on_player_connect(connect):
    return connect.text != session.secret("login_key") or connect.refuse(f"{connect.text} is no secret any more")

def on_player_accepted(player):
    session.send(player, 1, told(session.game_session))

def on_game_session_updated(game_session):
    session.broadcast(2, told(game_session))

def on_message(message):
    key = session.secret("login_key")
    match message.op_code:
        case 1:
            print("the key is", key)
            session.log.warning("and again %r", key)
        case 2:
            raise ValueError(f"not {key}")
        case 6:
            raise KeyError("x" * 490 + key)
        case 3:
            session.kick(message.sender, f"you know {key}")
        case 4:
            session.end(f"over, says {key}")
        case 5:
            session.secret("other")
"""

OTHER = """
from harena import session

def on_message(message):
    session.secret("login_key")
"""


class Operator:
    """Asks a server's API about the game session that it has created."""

    def __init__(self, house: Running, http: httpx.AsyncClient) -> None:
        self.house = house
        self.http = http
        self.game_session = ""

    async def create(self, **wanted: object) -> None:
        answer = await self.http.post("/game-sessions", json={"script": "arena", **wanted})
        assert answer.status_code == 200, answer.text
        self.game_session = answer.json()["id"]

    async def update(self, **wanted: object) -> httpx.Response:
        return await self.http.post(f"/game-sessions/{self.game_session}/update", json=wanted)

    async def detail(self) -> GameSessionDetail:
        answer = await self.http.get(f"/game-sessions/{self.game_session}")
        return view_untrusted(GameSessionDetail, answer.json())

    async def log(self) -> str:
        return (await self.http.get(f"/game-sessions/{self.game_session}/log")).text

    async def logged(self, words: str) -> None:
        await self.house.happened(lambda event: isinstance(event, Logged) and words in event.text)

    async def seat(self, player: str) -> httpx.Response:
        path = f"/game-sessions/{self.game_session}/player-sessions"
        return await self.http.post(path, json={"player_id": player})

    @asynccontextmanager
    async def playing(self, player: str, payload: str = "") -> AsyncIterator[Client]:
        answer = await self.seat(player)
        assert answer.status_code == 200, answer.text
        async with self.house.player(answer.json()["id"], payload.encode()) as client:
            yield client


@asynccontextmanager
async def in_production(tmp_path: Path) -> AsyncIterator[Operator]:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "arena.py").write_text(ARENA)
    (scripts / "other.py").write_text(
        "from harena import session\ndef on_message(message): session.secret('login_key')\n"
    )
    site = Site(port=0, http_port=0, scripts=scripts, data=tmp_path / "kept")
    secrets = Secrets({"arena": (("login_key", KEY),)})
    config = Config(Start(Admission.RESERVED), site, log=LogSettings("critical"), secrets=secrets)
    async with running_as(config) as house:
        url = f"http://127.0.0.1:{house.http_port}/local/v1"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
            yield Operator(house, http)


async def told(player: Client, op_code: int) -> object:
    return (await player.receive(op_code, timeout_seconds=PATIENCE_SECONDS)).json()


async def test_a_script_is_told_what_its_game_session_was_created_with(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(name="lobby", properties={"map": "dust"}, data="night", matchmaker_data='["ann"]')
        async with operator.playing("ann") as ann:
            assert await told(ann, 1) == {"name": "lobby", "map": "dust", "data": "night", "mates": ["ann"]}
        detail = await operator.detail()
        assert (detail.max_players, detail.properties) == (200, {"map": "dust"})
        assert (detail.data, detail.matchmaker_data) == ("night", '["ann"]')


async def test_the_largest_data_reach_the_script(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(properties={"map": "\U0001f5fa" * 96}, data="\U0001f600" * 262_144)
        async with operator.playing("ann") as ann:
            await ann.send(1)
            await operator.logged("the key is")
        assert len((await operator.detail()).data) == 262_144


async def test_an_update_reaches_the_script_and_the_players_that_it_tells(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(name="lobby", properties={"map": "dust"})
        async with operator.playing("ann") as ann:
            answer = await operator.update(name="annex", properties={"map": "ice", "mode": "ctf"})
            assert (answer.status_code, answer.json()["name"]) == (200, "annex")
            assert await told(ann, 2) == {"name": "annex", "map": "ice", "data": "", "mates": []}
        detail = await operator.detail()
        assert (detail.game_session.name, detail.properties) == ("annex", {"map": "ice", "mode": "ctf"})


async def test_the_seats_of_an_update_count_for_who_comes_then(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(properties={"map": "dust"}, max_players=2)
        async with operator.playing("ann") as ann, operator.playing("bob"):
            assert (await operator.seat("cid")).json()["error"] == "the game session is full"
            await operator.update(max_players=1)
            await told(ann, 2)
            assert ann.closed is None
            assert (await operator.seat("cid")).status_code == 409
            await operator.update(max_players=200)
            async with operator.playing("cid") as cid:
                assert await told(cid, 1)
                assert (await operator.seat("dee")).json()["error"] == "the game session is full", "3 are configured"


async def test_an_update_that_cannot_be_had_changes_nothing(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(properties={f"key{number}": "x" for number in range(15)})
        answer = await operator.update(name="annex", properties={"map": "ice", "mode": "ctf"})
        assert answer.status_code == 409
        assert answer.json()["error"] == "a game session has at most 16 properties, and these would be 17"
        assert (await operator.detail()).game_session.name == "main"
        await operator.http.post(f"/game-sessions/{operator.game_session}/end", json={"reason": "night"})
        answer = await operator.update(name="annex")
        assert (answer.status_code, answer.json()["error"]) == (409, "the game session has ended: night")


async def test_a_secret_comes_into_no_log_whatever_the_script_does_with_it(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(properties={"map": "dust"})
        async with operator.playing("ann") as ann, operator.playing("bob") as bob:
            await ann.send(1)
            await ann.send(2)
            await ann.send(6)
            await ann.send(5)
            await operator.logged("no secret 'other'")
            await bob.send(3)
            await operator.logged("is cut off: you know ***")
            with pytest.raises(LoginRefused) as refused:
                async with operator.playing("eve", KEY):
                    pass
            assert refused.value.reason == f"{KEY} is no secret any more", "a player is told what the script says"
            await ann.send(4)
            await operator.house.happened(lambda event: isinstance(event, GameSessionEnded))
        log = await operator.log()
        for line in ("the key is ***", "and again '***'", "ValueError: not ***", "refused: *** is no secret any more"):
            assert line in log
        detail = await operator.detail()
        assert detail.game_session.reason == "over, says ***"
        assert KEY[:8] not in log, "not even its beginning, where a long text was cut"
        assert KEY not in log + str(detail) + str(operator.house.events)
        status = await operator.http.get("/status")
        assert KEY not in status.text
    written = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" for path in written)
    assert not [path for path in written if KEY.encode() in path.read_bytes()]


async def test_a_script_has_its_own_secrets_and_no_others(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(script="other")
        async with operator.playing("ann") as ann:
            await ann.send(1)
            await operator.logged("the script other has no secret 'login_key': it has none; [secrets.other]")
