"""The house as the front desk sees it: fills the place of ``desk.house.House``."""

import os
import time
from importlib.metadata import version as distribution_version
from pathlib import Path

from anyio import to_thread

from deployment.deployer import Deployer
from deployment.rollout import Deployment
from deployment.source import ScriptName
from deployment.store import Store
from deployment.version import ScriptVersion
from desk.house import (
    DeployView,
    GameSessionView,
    LogView,
    ScriptView,
    StatusView,
    UnknownGameSession,
    VersionView,
    WorkerView,
)
from desk.script_path import script_at
from runtime.config import DevConfig
from runtime.fleet import Fleet
from runtime.record import Record
from runtime.scripts import Scripts
from runtime.workers import WorkerKeeper

ORIGIN = "command"


class LocalHouse:
    """Everything that operators can ask of this server; ``http_port`` is set once it is known."""

    def __init__(self, config: DevConfig, store: Store, deployer: Deployer, fleet: Fleet, keeper: WorkerKeeper) -> None:
        self.http_port = 0
        self._config = config
        self._store = store
        self._deployer = deployer
        self._fleet = fleet
        self._keeper = keeper
        self._started = time.time()

    @property
    def _scripts(self) -> Scripts:
        return self._fleet.scripts

    def scripts(self) -> list[ScriptView]:
        """All scripts of which there is a version."""
        return [self._script(name) for name in self._store.names()]

    def versions(self, name: str) -> list[VersionView]:
        """All versions of a script, newest first. Raises UnknownScript."""
        active = self._store.active(ScriptName(name))
        return [_version(version, active) for version in reversed(self._store.versions(ScriptName(name)))]

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy the script at a path. Raises NoScript."""
        source = await to_thread.run_sync(script_at, path)
        return self._deployed(await self._deployer.deploy(source, ORIGIN, note))

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Let an earlier version count. Raises UnknownScript or UnknownVersion."""
        return self._deployed(await self._deployer.rollback(ScriptName(name), number))

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """Game sessions that have not ended, oldest first, behind those that have if they are wanted."""
        records = [*(self._fleet.ended if ended else ()), *self._fleet.living]
        return [_game_session(record) for record in records]

    def log(self, game_session: str) -> list[LogView]:
        """What is kept of a log. Raises UnknownGameSession."""
        records = self._fleet.found(game_session)
        if len(records) != 1:
            many = f"{len(records)} game sessions have ids that begin with {game_session!r}"
            raise UnknownGameSession(many if records else f"there is no game session {game_session!r}")
        return [LogView(line.time, line.level, line.text) for line in records[0].log]

    def status(self) -> StatusView:
        """The server at a glance."""
        living = self._fleet.living
        return StatusView(
            version=distribution_version("harena"),
            pid=os.getpid(),
            uptime_seconds=time.time() - self._started,
            host=self._config.host,
            port=self._keeper.port,
            http_port=self.http_port,
            scripts_dir=str(self._config.scripts.absolute()) if self._config.scripts else "",
            data_dir=str(self._config.data.absolute()),
            scripts=len(self._scripts.names),
            game_sessions=len(living),
            players=sum(record.players for record in living),
            workers=self._workers(living),
        )

    def _workers(self, living: list[Record]) -> tuple[WorkerView, ...]:
        link = self._keeper.link
        if link is None:
            return ()
        players = sum(record.players for record in living)
        sandboxes = sum(1 for record in living if record.script)
        return (WorkerView(link.pid, link.port, link.zygote_pid, len(living), players, sandboxes),)

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


def _version(version: ScriptVersion, active: ScriptVersion | None) -> VersionView:
    is_active = active is not None and version.number == active.number
    return VersionView(version.number, version.digest, version.created, version.origin, version.note, is_active)


def _game_session(record: Record) -> GameSessionView:
    return GameSessionView(
        record.id,
        record.room,
        record.script,
        record.version,
        record.state.value,
        record.players,
        record.started,
        record.ended,
        record.reason,
    )
