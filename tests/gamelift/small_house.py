"""An office over a small house: real scripts, a real database, and game sessions that are only said to be there."""

import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio.lowlevel
import httpx

from deployment.record import UnknownScript
from deployment.source import ScriptSource
from desk.gamelift.api import GameLiftApi
from desk.gamelift.front import Front
from desk.gamelift.limits import GameLiftLimits
from desk.house import (
    DeployView,
    Full,
    GameSessionUpdate,
    GameSessionView,
    Network,
    NewGameSession,
    NewPlayerSession,
    PlayerSessionView,
    UnknownGameSession,
)
from desk.hub import Hub
from desk.local_api import local_api
from tests.desk.house import NOW, SmallCertificates, SmallHouse
from tests.gamelift.serving import RATES, zipped


class PretendingHouse(SmallHouse):
    """Keeps the game sessions that it is asked for in mind, and the seats in them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, Hub())
        self.games: dict[str, tuple[NewGameSession, list[str]]] = {}
        #: Awaited before a game session begins, once it has, and before a seat is kept; they may raise.
        self.before_game: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
        self.after_game: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
        self.before_seat: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
        #: Awaited before a game session is changed; it may raise.
        self.before_update: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
        #: Awaited once a game session is to end, by who asks for it, and once a script counts.
        self.after_end: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint
        self.after_deploy: Callable[[], Awaitable[None]] = anyio.lowlevel.checkpoint

    async def deploy_source(self, source: ScriptSource, origin: str, note: str) -> DeployView:
        """Deploy a script."""
        deployed = await super().deploy_source(source, origin, note)
        await self.after_deploy()
        return deployed

    async def create_game_session(self, wanted: NewGameSession) -> GameSessionView:
        """Begin one, if there is such a script."""
        await self.before_game()
        if not any(view.name == wanted.script and view.active for view in self.scripts()):
            raise UnknownScript(f"there is no script {wanted.script!r}")
        self.games[wanted.id] = wanted, []
        await self.after_game()
        return self._game(wanted.id)

    async def spoil_network(self, game_session: str, wanted: Network) -> GameSessionView:
        """Not asked by any operation."""
        raise NotImplementedError

    async def update_game_session(self, game_session: str, wanted: GameSessionUpdate) -> GameSessionView:
        """Change its seats, and what its matchmaker says."""
        await self.before_update()
        found = self._game(game_session)
        game, players = self.games[game_session]
        seats, data = wanted.max_players or game.max_players, wanted.matchmaker_data or game.matchmaker_data
        self.games[game_session] = replace(game, max_players=seats, matchmaker_data=data), players
        return found

    async def end_game_session(self, game_session: str, reason: str, *, now: bool = False) -> GameSessionView:
        """End it, also if who asks does not wait; nobody is told."""
        found = self._game(game_session)
        del self.games[game_session]
        await self.after_end()
        return found

    async def create_player_session(self, game_session: str, wanted: NewPlayerSession) -> PlayerSessionView:
        """Keep a seat, where there is one."""
        await self.before_seat()
        self._game(game_session)
        game, players = self.games[game_session]
        if len(players) >= game.max_players:
            raise Full("the game session is full")
        players.append(wanted.player_id)
        identity = f"psess-{secrets.token_hex(8)}"
        return PlayerSessionView(identity, game_session, wanted.player_id, "RESERVED", NOW, NOW + 60, 1900)

    def _game(self, game_session: str) -> GameSessionView:
        if game_session not in self.games:
            raise UnknownGameSession(f"there is no game session {game_session!r}")
        wanted, players = self.games[game_session]
        return GameSessionView(
            game_session, wanted.name, wanted.script, 1, "running", len(players), NOW, None, "", 1900
        )


class Caller:
    """Calls operations over HTTP, without a socket."""

    def __init__(self, client: httpx.AsyncClient, front: Front, house: PretendingHouse) -> None:
        self.client = client
        self.front = front
        self.house = house

    async def __call__(self, operation: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        """Call one by JSON 1.1; give the status and the answer."""
        headers = {"x-amz-target": f"GameLift.{operation}"}
        answer = await self.client.post("/", headers=headers, content=json.dumps(asked))
        answered: dict[str, Any] = answer.json()
        return answer.status_code, answered

    async def done(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Call one that is to succeed; give the answer."""
        status, answered = await self(operation, **asked)
        assert status == 200, answered
        return answered

    async def placed(self, **asked: Any) -> dict[str, Any]:
        """Start a placement, let the placer look once, and show how the placement stands."""
        started = (await self.done("StartGameSessionPlacement", **asked))["GameSessionPlacement"]
        return await self.looked(started["PlacementId"])

    async def looked(self, placement: str) -> dict[str, Any]:
        """Let the placer look once, and show how a placement stands."""
        await (await self.front.open()).placer.look()
        answer = await self.done("DescribeGameSessionPlacement", PlacementId=placement)
        shown: dict[str, Any] = answer["GameSessionPlacement"]
        return shown


@asynccontextmanager
async def calling(
    folder: Path,
    clock: Callable[[], float] = time.time,
    certificates: SmallCertificates | None = None,
    **limits: Any,
) -> AsyncIterator[Caller]:
    """Make a small house with an office. Nobody places what waits in its queues, but `Caller.placed`."""
    house = PretendingHouse(folder / "store")
    house.certificates = certificates
    quick = dict.fromkeys(RATES, 1e6)
    front = Front(house, folder / "gamelift", GameLiftLimits(**{**quick, **limits}), clock)
    api = GameLiftApi(front, 8 * 1024 * 1024, signed=False)
    app = local_api(house, house.hub, gamelift=api)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9080") as client:
            yield Caller(client, front, house)
    finally:
        await front.close()
        house.store.close()


async def furnished(call: Caller, name: str = "queue") -> dict[str, str]:
    """Make one resource of each kind; give their ids by GameLift's names for them. The queue has this name."""
    from base64 import b64encode

    script = await call.done("CreateScript", ZipFile=b64encode(zipped({"main.py": "x = 1"})).decode())
    script_id = script["Script"]["ScriptId"]
    runtime = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 50}]}
    fleet = await call.done("CreateFleet", Name="f", ScriptId=script_id, RuntimeConfiguration=runtime)
    fleet_id = fleet["FleetAttributes"]["FleetId"]
    strategy = {"Type": "SIMPLE", "FleetId": fleet_id}
    alias = await call.done("CreateAlias", Name="a", RoutingStrategy=strategy)
    game = await call.done("CreateGameSession", FleetId=fleet_id, MaximumPlayerSessionCount=9)
    game_session = game["GameSession"]["GameSessionId"]
    seat = await call.done("CreatePlayerSession", GameSessionId=game_session, PlayerId="ann")
    destination = fleet["FleetAttributes"]["FleetArn"]
    await call.done("CreateGameSessionQueue", Name=name, Destinations=[{"DestinationArn": destination}])
    players = [{"PlayerId": "bob"}]
    wanted = {"GameSessionQueueName": name, "MaximumPlayerSessionCount": 9, "DesiredPlayerSessions": players}
    placement = await call.placed(PlacementId=name, **wanted)
    assert placement["Status"] == "FULFILLED"
    return {
        "Name": name,
        "GameSessionQueueName": name,
        "PlacementId": name,
        "DestinationArn": destination,
        "ScriptId": script_id,
        "FleetId": fleet_id,
        "AliasId": alias["Alias"]["AliasId"],
        "GameSessionId": game_session,
        "PlayerSessionId": seat["PlayerSession"]["PlayerSessionId"],
        "ResourceARN": fleet["FleetAttributes"]["FleetArn"],
    }
