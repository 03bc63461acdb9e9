"""Production mode: players enter only with a player session, and its seat is kept from the reservation on."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest

from desk.events import Deployed, GameSessionEnded, Logged, ReservationsLost, WorkerLost, WorkerStarted
from desk.house import GameSessionView, PlayerSessionView
from desk.view_json import view_untrusted, views_untrusted
from harena import Client, LoginRefused
from runtime.config import Admission, Config, FleetLimits, LogSettings, SandboxSettings, Site, Start
from session.farewells import CloseCode
from tests.house.running import PATIENCE_SECONDS, Running, round_trip, running_as

pytestmark = pytest.mark.anyio

ECHO = """
from harena import session

configuration = {"max_players": 2, "idle_seconds": 0}

def on_player_accepted(player):
    session.send(player, 1, player.player_data)

def on_message(message):
    session.send(message.sender, 1, "WORD " + message.text)

def on_process_terminate():
    session.broadcast(2, "farewell")
"""


class Operator:
    """Asks a server's API, as a back end would."""

    def __init__(self, house: Running, http: httpx.AsyncClient) -> None:
        self.house = house
        self.http = http

    async def create(self, **wanted: object) -> GameSessionView:
        answer = await self.http.post("/game-sessions", json={"script": "echo", **wanted})
        assert answer.status_code == 200, answer.text
        return view_untrusted(GameSessionView, answer.json())

    async def reserve(self, game_session: str, **wanted: object) -> PlayerSessionView:
        answer = await self.http.post(f"/game-sessions/{game_session}/player-sessions", json=wanted)
        assert answer.status_code == 200, answer.text
        return view_untrusted(PlayerSessionView, answer.json())

    async def refusal(self, path: str, **wanted: object) -> str:
        answer = await self.http.post(path, json=wanted)
        assert answer.status_code == 409
        return str(answer.json()["error"])

    async def player_sessions(self, game_session: str) -> tuple[PlayerSessionView, ...]:
        answer = await self.http.get(f"/game-sessions/{game_session}/player-sessions")
        return views_untrusted(PlayerSessionView, answer.json()["player_sessions"])

    async def states(self, game_session: str, *wanted: str) -> None:
        """Ask until the player sessions are in these states."""
        with anyio.fail_after(PATIENCE_SECONDS):
            while tuple(one.state for one in await self.player_sessions(game_session)) != wanted:
                pass


@asynccontextmanager
async def in_production(tmp_path: Path, workers: int = 1, **fleet: object) -> AsyncIterator[Operator]:
    """Run a server as ``harena run`` does, over a folder with one script."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "echo.py").write_text(ECHO)
    site = Site(port=0, http_port=0, scripts=scripts, data=tmp_path / "kept", workers=workers)
    limits = FleetLimits(**fleet)  # type: ignore[arg-type]  # as each test wants it
    patient = SandboxSettings(call_wall_seconds=PATIENCE_SECONDS)
    config = Config(Start(Admission.RESERVED), site, limits, sandbox=patient, log=LogSettings("critical"))
    async with running_as(config) as house:
        url = f"http://127.0.0.1:{house.http_port}/local/v1"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
            yield Operator(house, http)


async def refused(house: Running, player_session_id: str) -> LoginRefused:
    with pytest.raises(LoginRefused) as caught:
        async with house.player(player_session_id):
            pass
    return caught.value


async def test_a_player_session_lets_one_player_in_once(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        game = await operator.create(name="lobby")
        kept = await operator.reserve(game.id, player_id="ann", player_data="gold")
        assert (game.state, game.name, kept.state, kept.player_id) == ("running", "lobby", "RESERVED", "ann")
        (listed,) = await operator.player_sessions(game.id)
        assert listed.id != kept.id, "it is a key until it is used"
        async with operator.house.player(kept.id) as ann:
            assert (await ann.receive(1)).text == "gold"
            assert (await round_trip(ann, "hi")).text == "WORD hi"
            await operator.states(game.id, "ACTIVE")
            assert (await refused(operator.house, kept.id)).reason == "this player session has been used"
        await operator.states(game.id, "COMPLETED")
        assert "it has been used" in (await refused(operator.house, kept.id)).reason


async def test_nobody_enters_without_a_player_session(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        await operator.create(name="lobby")
        for stranger in ("echo/lobby", "echo", "", "psess-" + 32 * "A"):
            refusal = await refused(operator.house, stranger)
            assert (refusal.code, refusal.reason) == (CloseCode.LOGIN_REFUSED, "there is no such player session")


async def test_a_reservation_that_is_not_used_in_time_frees_its_seat(tmp_path: Path) -> None:
    async with in_production(tmp_path, reservation_seconds=0.1) as operator:
        game = await operator.create(max_players=1)
        kept = await operator.reserve(game.id)
        await operator.states(game.id, "TIMEDOUT")
        refusal = await refused(operator.house, kept.id)
        assert refusal.code == CloseCode.LOGIN_REFUSED
        assert "not used in time" in refusal.reason
        await operator.reserve(game.id)


async def test_reservations_take_seats(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        game = await operator.create()
        await operator.reserve(game.id, player_id="ann")
        bob = await operator.reserve(game.id, player_id="bob")
        path = f"/game-sessions/{game.id}/player-sessions"
        assert await operator.refusal(path, player_id="eve") == "the game session is full"
        async with operator.house.player(bob.id) as player:
            assert await operator.refusal(path, player_id="eve") == "the game session is full"
            await operator.reserve(game.id, player_id="bob")
            assert player.closed is None
        small = await operator.create(max_players=1)
        await operator.reserve(small.id)
        assert await operator.refusal(f"/game-sessions/{small.id}/player-sessions") == "the game session is full"


async def test_a_worker_takes_its_reservations_with_it_and_that_is_told(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        house = operator.house
        game = await operator.create()
        kept = await operator.reserve(game.id)
        started = next(event for event in house.events if isinstance(event, WorkerStarted))
        since = len(house.events)
        os.kill(started.pid, signal.SIGKILL)
        lost = await house.happened(lambda event: isinstance(event, ReservationsLost), since)
        assert lost == ReservationsLost(game.id, 1, "its relay worker has ended")
        await house.happened(lambda event: isinstance(event, WorkerStarted), since)
        await operator.states(game.id, "TIMEDOUT")
        assert (await refused(house, kept.id)).reason == "there is no such player session"
        assert "does not run" in await operator.refusal(f"/game-sessions/{game.id}/player-sessions")


async def test_while_a_worker_is_started_anew_nothing_is_promised_that_nobody_hears(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        house = operator.house
        game = await operator.create()
        started = next(event for event in house.events if isinstance(event, WorkerStarted))
        since = len(house.events)
        os.kill(started.pid, signal.SIGKILL)
        await house.happened(lambda event: isinstance(event, WorkerLost), since)
        assert "does not run" in await operator.refusal(f"/game-sessions/{game.id}/player-sessions")
        answer = await operator.http.post("/game-sessions", json={"script": "echo"})
        assert answer.status_code == 200 or "no relay worker runs" in answer.text
        await house.happened(lambda event: isinstance(event, WorkerStarted), since)
        await operator.create()
        listed = (await operator.http.get("/game-sessions")).json()["game_sessions"]
        assert {one["state"] for one in listed} == {"running"}


async def test_a_game_session_outlives_its_version_and_its_script(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        house = operator.house
        game = await operator.create()
        assert isinstance(await house.save("echo.py", ECHO.replace("WORD", "NEW")), Deployed)
        assert house.scripts is not None
        since = len(house.events)
        (house.scripts / "echo.py").unlink()
        await house.happened(lambda event: type(event).__name__ == "Withdrawn", since)
        kept = await operator.reserve(game.id)
        async with house.player(kept.id) as ann:
            await ann.receive(1)
            assert (await round_trip(ann, "hi")).text == "WORD hi"
        answer = await operator.http.post("/game-sessions", json={"script": "echo"})
        assert answer.status_code == 404
        assert not [event for event in house.events if isinstance(event, GameSessionEnded)]


async def test_an_operator_ends_a_game_session_after_its_farewell(tmp_path: Path) -> None:
    async with in_production(tmp_path) as operator:
        game = await operator.create()
        kept = await operator.reserve(game.id)
        async with operator.house.player(kept.id) as ann:
            answer = await operator.http.post(f"/game-sessions/{game.id}/end", json={"reason": "maintenance"})
            ended = view_untrusted(GameSessionView, answer.json())
            assert (ended.state, ended.reason) == ("ended", "maintenance")
            assert (await ann.receive(2)).text == "farewell"
            with pytest.raises(Exception, match="maintenance"):
                await ann.receive()
        assert (await operator.player_sessions(game.id))[0].state == "COMPLETED"
        assert "does not run" in await operator.refusal(f"/game-sessions/{game.id}/player-sessions")


async def test_a_server_that_drains_takes_nobody_new_but_keeps_its_word(tmp_path: Path) -> None:
    async with in_production(tmp_path, accepting=False, draining_message="closed tonight") as operator:
        assert await operator.refusal("/game-sessions", script="echo") == "closed tonight"


async def test_a_server_that_stops_says_so_to_who_wants_a_seat(tmp_path: Path) -> None:
    async with in_production(tmp_path, stopping_message="good night") as operator:
        slow = ECHO.replace('session.broadcast(2, "farewell")', "while True: pass")
        assert isinstance(await operator.house.save("slow.py", slow), Deployed)
        game = await operator.create(script="slow")
        os.kill(os.getpid(), signal.SIGTERM)
        with anyio.fail_after(PATIENCE_SECONDS):
            while (await operator.http.post("/game-sessions", json={"script": "echo"})).status_code == 200:
                pass
        assert await operator.refusal("/game-sessions", script="echo") == "good night"
        assert await operator.refusal(f"/game-sessions/{game.id}/player-sessions") == "good night"
        os.kill(os.getpid(), signal.SIGTERM)


async def test_there_are_so_many_game_sessions_and_no_more(tmp_path: Path) -> None:
    async with in_production(tmp_path, max_game_sessions=1) as operator:
        game = await operator.create()
        assert "carries 1 game sessions" in await operator.refusal("/game-sessions", script="echo")
        await operator.http.post(f"/game-sessions/{game.id}/end")
        await operator.create()


async def test_several_workers_share_the_game_sessions_each_at_a_port_of_its_own(tmp_path: Path) -> None:
    async with in_production(tmp_path, workers=2) as operator:
        games = [await operator.create(name=name) for name in "ab"]
        seats = [await operator.reserve(game.id, player_data=game.name) for game in games]
        status = (await operator.http.get("/status")).json()
        assert {seat.port for seat in seats} == {worker["port"] for worker in status["workers"]}
        assert [worker["game_sessions"] for worker in status["workers"]] == [1, 1]
        for game, seat in zip(games, seats, strict=True):
            async with Client.connect(f"ws://127.0.0.1:{seat.port}", seat.id) as player:
                assert (await player.receive(1)).text == game.name
        elsewhere = await operator.reserve(games[0].id)
        async with Client.connect(f"ws://127.0.0.1:{elsewhere.port}", elsewhere.id):
            await operator.house.happened(
                lambda event: isinstance(event, Logged) and f"player {elsewhere.player_id} is in" in event.text
            )
