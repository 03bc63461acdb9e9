"""The house as the front desk sees it: fills the place of ``desk.house.House``."""

import os
import time
from collections.abc import Callable
from importlib.metadata import version as distribution_version
from pathlib import Path

from anyio import to_thread

from deployment.deployer import Deployer
from deployment.rollout import Deployment
from deployment.source import ScriptName, ScriptSource
from deployment.store import Store, StoreError
from deployment.version import ScriptVersion
from desk.certificates import Certificates
from desk.game_log import LiveLog
from desk.house import (
    DeployView,
    GameSessionDetail,
    GameSessionLog,
    GameSessionUpdate,
    GameSessionView,
    Network,
    NewGameSession,
    NewPlayerSession,
    PlayerSessionView,
    PruneView,
    ScriptView,
    SourceView,
    VersionView,
)
from desk.script_path import script_at
from desk.status_view import LayerView, StatusView, WorkerView
from runtime.config import Config
from runtime.fleet import Fleet
from runtime.insight import Insight, unknown
from runtime.player_sessions import PlayerSessionRecord
from runtime.record import Record
from runtime.reservations import Reservations
from runtime.scripts import Scripts
from runtime.workers import WorkerKeeper, Workers
from sandbox.jail.layers import Layer
from session.seats import PlayerSessionState
from session.values import value

ORIGIN = "command"


#: Stands for the id of a player session that nobody has used yet: the id is a key.
HIDDEN = "psess-(kept)"


@value
class Rooms:
    """What the house is made of."""

    current: Callable[[], Config]
    store: Store
    deployer: Deployer
    fleet: Fleet
    workers: Workers
    reservations: Reservations
    insight: Insight
    certificates: Certificates | None


class LocalHouse:
    """Everything that operators can ask of this server; ``http_port`` is set once it is known."""

    def __init__(self, rooms: Rooms) -> None:
        self.http_port = 0
        self._current = rooms.current
        self._store = rooms.store
        self._deployer = rooms.deployer
        self._fleet = rooms.fleet
        self._workers = rooms.workers
        self._reservations = rooms.reservations
        self._insight = rooms.insight
        self._certificates = rooms.certificates
        self._started = time.time()

    @property
    def _scripts(self) -> Scripts:
        return self._fleet.scripts

    def scripts(self) -> list[ScriptView]:
        """All scripts of which there is a version."""
        return [self._script(name) for name in self._store.names()]

    def script(self, name: str) -> ScriptView:
        """One script. Raises UnknownScript."""
        return self._script(ScriptName(name))

    def versions(self, name: str) -> list[VersionView]:
        """All versions of a script, newest first. Raises UnknownScript."""
        active = self._store.active(ScriptName(name))
        return [_version(version, active) for version in reversed(self._store.versions(ScriptName(name)))]

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy the script at a path. Raises NoScript."""
        source = await to_thread.run_sync(script_at, path)
        return self._deployed(await self._deployer.deploy(source, ORIGIN, note))

    async def deploy_source(self, source: ScriptSource, origin: str, note: str) -> DeployView:
        """Deploy a script that somebody has sent. Raises StoreError where it could not be looked at, or not be kept."""
        deployment = await self._deployer.deploy(source, origin, note)
        if deployment.server_at_fault:
            raise StoreError(deployment.faults[0].message)
        return self._deployed(deployment)

    async def withdraw(self, name: str) -> None:
        """Let no version of a script be active. Raises UnknownScript."""
        await self._deployer.withdraw(ScriptName(name))

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Let an earlier version count. Raises UnknownScript or UnknownVersion."""
        return self._deployed(await self._deployer.rollback(ScriptName(name), number))

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """Game sessions that have not ended, oldest first, behind those that have if they are wanted."""
        records = [*(self._fleet.ended if ended else ()), *self._fleet.living]
        return [self._view(record) for record in records]

    async def source(self, name: str, number: int) -> SourceView:
        """The files of a version. Raises UnknownScript or UnknownVersion."""
        return await self._insight.source(ScriptName(name), number)

    async def prune(self, name: str | None, keep: int, dry_run: bool) -> PruneView:
        """Remove versions that nobody needs. Raises UnknownScript."""
        return await self._insight.prune(name, keep, dry_run)

    async def game_session(self, game_session: str) -> GameSessionDetail:
        """One game session from inside. Raises UnknownGameSession."""
        record = self._found(game_session)
        return await self._insight.game_session(record, self._view(record))

    async def log(self, game_session: str) -> GameSessionLog:
        """What is kept of a log. Raises UnknownGameSession."""
        return await self._insight.log(game_session)

    async def live_log(self, game_session: str) -> LiveLog:
        """A log to be followed. Raises UnknownGameSession."""
        return await self._insight.live_log(game_session)

    async def create_game_session(self, wanted: NewGameSession) -> GameSessionView:
        """Start a game session and wait until it runs. Raises UnknownScript or Refused."""
        return self._view(await self._fleet.create(wanted, self._workers.running))

    async def update_game_session(self, game_session: str, wanted: GameSessionUpdate) -> GameSessionView:
        """Change what can change of a game session. Raises UnknownGameSession or Refused."""
        record = self._found(game_session)
        self._fleet.update(record, wanted)
        return self._view(record)

    async def spoil_network(self, game_session: str, wanted: Network) -> GameSessionView:
        """Make the network of a game session's players bad. Raises UnknownGameSession or Refused."""
        record = self._found(game_session)
        self._fleet.spoil(record, wanted)
        return self._view(record)

    async def end_game_session(self, game_session: str, reason: str, *, now: bool = False) -> GameSessionView:
        """End a game session after its farewell, or now. Raises UnknownGameSession."""
        record = self._found(game_session)
        await self._fleet.end(record, reason, now=now)
        return self._view(record)

    async def create_player_session(self, game_session: str, wanted: NewPlayerSession) -> PlayerSessionView:
        """Keep a seat. Raises UnknownGameSession or Refused."""
        record = self._found(game_session)
        self._fleet.must_accept()
        seconds = self._current().fleet.reservation_seconds
        kept = await self._reservations.reserve(record, wanted, seconds)
        return self._player_session(record, kept, kept.id)

    def player_sessions(self, game_session: str) -> list[PlayerSessionView]:
        """The player sessions of a game session, oldest first. Raises UnknownGameSession."""
        record = self._found(game_session)
        reserved = PlayerSessionState.RESERVED
        return [
            self._player_session(record, one, HIDDEN if one.state is reserved else one.id)
            for one in record.player_sessions.all
        ]

    def status(self) -> StatusView:
        """The server at a glance."""
        living = self._fleet.living
        site = self._current().site
        return StatusView(
            version=distribution_version("harena"),
            pid=os.getpid(),
            uptime_seconds=time.time() - self._started,
            host=site.host,
            port=self._workers.ports[0],
            http_port=self.http_port,
            scripts_dir=str(site.scripts.absolute()) if site.scripts else "",
            data_dir=str(site.data.absolute()),
            scripts=len(self._scripts.names),
            game_sessions=len(living),
            players=sum(record.players for record in living),
            workers=tuple(view for keeper in self._workers.keepers if (view := _worker(keeper, living))),
            layers=_layers(self._workers),
            certificate=self._certificates.view() if self._certificates else None,
        )

    def _found(self, game_session: str) -> Record:
        records = self._fleet.found(game_session)
        if len(records) != 1:
            raise unknown(game_session, [record.id for record in records])
        return records[0]

    def _player_session(self, record: Record, one: PlayerSessionRecord, shown_id: str) -> PlayerSessionView:
        port = self._workers.ports[record.worker]
        return PlayerSessionView(shown_id, record.id, one.player_id, one.state.value, one.created, one.expires, port)

    def _view(self, record: Record) -> GameSessionView:
        return GameSessionView(
            record.id,
            record.facts.name,
            record.script,
            record.version,
            record.state.value,
            record.players,
            record.started,
            record.ended,
            record.reason,
            self._workers.ports[record.worker],
        )

    def _script(self, name: ScriptName) -> ScriptView:
        active = self._store.active(name)
        latest = max(version.number for version in self._store.versions(name))
        game_sessions = sum(1 for record in self._fleet.living if record.script == name)
        view = _version(active, active) if active else None
        return ScriptView(name, view, latest, game_sessions, self._scripts.last_fault(name))

    def _deployed(self, deployment: Deployment) -> DeployView:
        name = deployment.source.name
        active = deployment.version or self._store.active(name)
        number = active.number if active else None
        return DeployView(deployment.version is not None, name, number, deployment.faults, deployment.warnings)


def _layers(workers: Workers) -> tuple[LayerView, ...]:
    """Those that hold around the sandboxes of every worker, and those that do not."""
    found = [keeper.link.layers for keeper in workers.keepers if keeper.link]
    return tuple(LayerView(layer.title, all(layer in one for one in found)) for layer in Layer if found)


def _worker(keeper: WorkerKeeper, living: list[Record]) -> WorkerView | None:
    link = keeper.link
    if link is None:
        return None
    carries = [record for record in living if record.worker == keeper.number]
    players = sum(record.players for record in carries)
    sandboxes = sum(1 for record in carries if record.script)
    return WorkerView(link.pid, link.port, link.zygote_pid, len(carries), players, sandboxes)


def _version(version: ScriptVersion, active: ScriptVersion | None) -> VersionView:
    is_active = active is not None and version.number == active.number
    return VersionView(version.number, version.digest, version.created, version.origin, version.note, is_active)
