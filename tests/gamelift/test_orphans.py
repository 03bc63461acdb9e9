"""A server that is killed while people play: they do not notice, and the next server takes their game sessions over."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from anyio import to_thread

from harena import Client, ConnectionFailed
from relay.client_events import Closed, Message
from session.farewells import CloseCode
from tests.gamelift.databases import KINDS, postgresql
from tests.gamelift.serving import PATIENCE_SECONDS, Served, a_fleet, a_game_session, a_script, served
from tests.house.test_processes import children, gone, watched

pytestmark = pytest.mark.anyio
T = TypeVar("T")

#: So often each player is heard before and after what happens.
ROUNDS = 10

SCRIPT = """
from harena import session

configuration = {"messages_per_second": 10_000}


def on_message(message):
    if message.op_code == 3:
        print("somebody has won")
        session.end("somebody has won")
    session.broadcast(message.op_code, message.payload)


def on_process_terminate():
    session.broadcast(2, "farewell")
"""


class Player:
    """Says numbers, each when the last has come back, and checks that everybody's come in order and none is lost."""

    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self.client = client
        self._heard: dict[str, int] = {}
        self._news = anyio.Event()
        #: The connection has ended.
        self.over = anyio.Event()

    async def play(self) -> None:
        """Play until the connection ends, or cancelled."""
        with suppress(ConnectionFailed):
            await self.client.send(1, f"{self.name} 1", reliable=True)
            async for event in self.client:
                if isinstance(event, Message) and event.op_code == 1:
                    await self._hear(*event.text.split())
        self.over.set()

    async def _hear(self, who: str, number: str) -> None:
        assert int(number) == self._heard.get(who, int(number) - 1) + 1, f"{self.name} has not heard all of {who}"
        self._heard[who] = int(number)
        self._news.set()
        self._news = anyio.Event()
        if who == self.name:
            await self.client.send(1, f"{self.name} {int(number) + 1}", reliable=True)

    async def hears(self, who: str, times: int = ROUNDS) -> None:
        """Wait until somebody was heard so many times more."""
        wanted = self._heard.get(who, 0) + times
        with anyio.fail_after(PATIENCE_SECONDS):
            while self._heard.get(who, 0) < wanted:
                await self._news.wait()

    async def closed(self) -> Closed:
        """Wait until the connection has ended, and give how."""
        with anyio.fail_after(PATIENCE_SECONDS):
            await self.over.wait()
        assert self.client.closed
        return self.client.closed


@asynccontextmanager
async def playing(url: str, seat: str, name: str, *, fast: bool = False) -> AsyncIterator[Player]:
    """Let a player in, who plays until the test has done."""
    async with Client.connect(url, seat, fast=fast) as client, anyio.create_task_group() as tasks:
        player = Player(name, client)
        tasks.start_soon(player.play)
        await player.hears(name, 1)
        yield player
        tasks.cancel_scope.cancel()


async def aside(call: Callable[..., T], *given: object, **named: object) -> T:
    """Do what waits in a thread, while the players play on."""
    return await to_thread.run_sync(partial(call, *given, **named))


@asynccontextmanager
async def serving(folder: Path, settings: str) -> AsyncIterator[Served]:
    """Run a server for production."""
    around = served(folder, settings, verb="run")
    server = await aside(around.__enter__)
    try:
        yield server
    finally:
        with anyio.CancelScope(shield=True):
            await aside(around.__exit__, None, None, None)


@pytest.fixture(params=KINDS)
async def settings(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The settings of a server with that database."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgresql() as url:
            yield f'[gamelift]\ndatabase = "{url}"\n'


def seats(client: Any, game: str, *names: str) -> dict[str, str]:
    """Keep seats; give the player sessions by the players."""
    made = client.create_player_sessions(GameSessionId=game, PlayerIds=list(names))["PlayerSessions"]
    return {one["PlayerId"]: one["PlayerSessionId"] for one in made}


def status(client: Any, game: str) -> tuple[str, str | None]:
    """The status of a game session, and the reason."""
    (found,) = client.describe_game_sessions(GameSessionId=game)["GameSessions"]
    return found["Status"], found.get("StatusReason")


def statuses(client: Any, game: str) -> dict[str, str]:
    """The status of each player session, by the players."""
    found = client.describe_player_sessions(GameSessionId=game)["PlayerSessions"]
    return {one["PlayerId"]: one["Status"] for one in found}


def log(client: Any, game: str) -> str:
    """All of a game session's log; what is shown of it is on the disk."""
    url = client.get_game_session_log_url(GameSessionId=game)["PreSignedUrl"]
    return httpx.get(url, trust_env=False, timeout=PATIENCE_SECONDS).text


async def became(client: Any, game: str, player: str, wanted: str) -> None:
    """Ask until a player session has that status."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while (await aside(statuses, client, game))[player] != wanted:
            pass


async def killed(server: Served) -> None:
    """Kill the desk, and nothing else."""
    server.process.kill()
    await aside(server.process.wait)


def local(server: Served, path: str) -> Any:
    """Ask the local API."""
    url = f"http://127.0.0.1:{server.http_port}/local/v1/{path}"
    return httpx.get(url, trust_env=False, timeout=PATIENCE_SECONDS).json()


async def test_players_do_not_notice_that_the_server_was_killed(settings: str, tmp_path: Path) -> None:
    async with serving(tmp_path, settings) as first, AsyncExitStack() as later:
        client = await aside(first.trusted_client)
        fleet = await aside(a_fleet, client, await aside(a_script, client, SCRIPT))
        game, short = [await aside(a_game_session, client, fleet, Name=name) for name in ("long", "short")]
        ann, bob, cid, dan = (await aside(seats, client, game, "ann", "bob", "cid", "dan")).values()
        url = f"ws://127.0.0.1:{first.port}"
        eve = (await aside(seats, client, short, "eve"))["eve"]
        stays = await later.enter_async_context(playing(url, ann, "ann", fast=True))
        async with playing(url, bob, "bob"), Client.connect(url, eve) as winner:
            await stays.hears("bob")
            begun = await aside(log, client, short)
            await killed(first)
            await stays.hears("bob")
            await winner.send(3, reliable=True)
            with pytest.raises(ConnectionFailed, match="somebody has won"):
                await winner.receive(4)
        leaves = await later.enter_async_context(playing(url, cid, "cid"))
        await leaves.hears("ann")
        async with serving(tmp_path, settings) as second:
            assert second.port == first.port
            client = await aside(second.trusted_client)
            assert await aside(status, client, game) == ("ACTIVE", None)
            assert await aside(status, client, short) == ("TERMINATED", None)
            wanted = {"ann": "ACTIVE", "bob": "COMPLETED", "cid": "ACTIVE", "dan": "RESERVED"}
            assert await aside(statuses, client, game) == wanted
            assert await aside(statuses, client, short) == {"eve": "COMPLETED"}
            (worker,) = (await aside(local, second, "status"))["workers"]
            assert (worker["game_sessions"], worker["players"], worker["sandboxes"]) == (1, 2, 1)
            await stays.hears("cid")
            with anyio.fail_after(PATIENCE_SECONDS):
                while not stays.client.fast:
                    await stays.hears("cid", 1)
            async with playing(url, dan, "dan"):
                await stays.hears("dan")
                await became(client, game, "dan", "ACTIVE")
            await became(client, game, "dan", "COMPLETED")
            await aside(a_game_session, client, fleet)
            await leaves.hears("ann")
            ended = await aside(client.terminate_game_session, GameSessionId=game, TerminationMode="FORCE_TERMINATE")
            assert ended["GameSession"]["StatusReason"] == "FORCE_TERMINATED"
            with anyio.fail_after(PATIENCE_SECONDS):
                while (await aside(status, client, game)) != ("TERMINATED", "FORCE_TERMINATED"):
                    pass
            assert (await stays.closed()).code == CloseCode.GAME_SESSION_ENDED
            told = [
                line.partition(" ")[2] for line in (await aside(log, client, short)).removeprefix(begun).splitlines()
            ]
            assert told == ["INFO somebody has won", "INFO the game session has ended: somebody has won"]


async def test_orphans_end_when_nobody_comes(tmp_path: Path) -> None:
    async with serving(tmp_path, "orphan_seconds = 0.5\n") as server:
        client = await aside(server.trusted_client)
        fleet = await aside(a_fleet, client, await aside(a_script, client, SCRIPT))
        game = await aside(a_game_session, client, fleet)
        ann = (await aside(seats, client, game, "ann"))["ann"]
        async with playing(f"ws://127.0.0.1:{server.port}", ann, "ann") as player:
            with watched(children(server.process.pid)) as family:
                await killed(server)
                await gone(family)
            assert await player.closed() == Closed(CloseCode.SERVER_STOPPING, "the server has gone")
