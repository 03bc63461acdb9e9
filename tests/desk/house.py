"""A small house for tests: real scripts in a real store, and game sessions that are only said to be there."""

import os
from pathlib import Path

import anyio.lowlevel
from anyio import to_thread

from deployment import events as deployments
from deployment.checker import Checked, Fault
from deployment.deployer import Deployer
from deployment.rollout import Deployment
from deployment.source import ScriptName, ScriptSource
from deployment.store import Store
from deployment.version import ScriptVersion
from desk.events import Deployed
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
from desk.hub import Hub
from desk.script_path import script_at

NOW = 1_800_000_000.0
RUNNING = GameSessionView("aa11bb", "lobby", "chat", 1, "running", 2, NOW - 60)
ENDED = GameSessionView("aa22cc", "arena", "", 0, "ended", 0, NOW - 90, NOW - 30, "nobody was there")
LOG = [LogView(NOW - 50, "info", "ann is in"), LogView(NOW - 40, "error", "Traceback:\n  \x1b[31mline 3")]


class CompilingChecker:
    """Accepts what Python can compile, and warns of what is empty."""

    async def check(self, source: ScriptSource) -> Checked:
        """At most one fault or warning a file."""
        await anyio.lowlevel.checkpoint()
        warnings = [Fault(file.path, 0, 0, "the file is empty") for file in source.files if not file.content]
        return Checked(
            tuple(fault for file in source.files if (fault := _fault(file.path, file.content))), (*warnings,)
        )


def _fault(path: str, content: bytes) -> Fault | None:
    try:
        compile(content, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return Fault(path, error.lineno or 0, error.offset or 0, error.msg, "", (error.text or "").rstrip("\n"))
    return None


class SmallHouse:
    """Fills the place of `desk.house.House`."""

    def __init__(self, directory: Path, hub: Hub) -> None:
        self.hub = hub
        self.store = Store(directory)
        self.deployer = Deployer(self.store, CompilingChecker(), self._happened, lambda: NOW)
        self.http_port = 0
        self.logs = {RUNNING.id: LOG}

    def _happened(self, event: object) -> None:
        if isinstance(event, deployments.Deployed):
            version = event.version
            self.hub.publish(Deployed(version.script, version.number, event.origin, event.warnings))

    def scripts(self) -> list[ScriptView]:
        """All scripts, each with one game session."""
        return [self._script(name) for name in self.store.names()]

    def versions(self, name: str) -> list[VersionView]:
        """All versions, newest first."""
        active = self.store.active(ScriptName(name))
        return [_version(version, active) for version in reversed(self.store.versions(ScriptName(name)))]

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy for real."""
        source = await to_thread.run_sync(script_at, path)
        return self._deployed(await self.deployer.deploy(source, "command", note))

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Roll back for real."""
        return self._deployed(await self.deployer.rollback(ScriptName(name), number))

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """One that runs, and one that has ended."""
        return [ENDED, RUNNING] if ended else [RUNNING]

    def log(self, game_session: str) -> list[LogView]:
        """The log of the one that runs."""
        found = [view for view in (ENDED, RUNNING) if view.id.startswith(game_session)]
        if len(found) != 1:
            raise UnknownGameSession(f"{len(found)} game sessions have ids that begin with {game_session!r}")
        return self.logs.get(found[0].id, [])

    def status(self) -> StatusView:
        """A server with one worker."""
        worker = WorkerView(12, 1900, 13, 1, 2, 1)
        counts = len(self.store.names()), 1, 2
        host = "127.0.0.1"
        return StatusView("0.1.0", os.getpid(), 3_725.5, host, 1900, self.http_port, "", "/data", *counts, (worker,))

    def _script(self, name: ScriptName) -> ScriptView:
        active, versions = self.store.active(name), self.store.versions(name)
        return ScriptView(name, _version(active, active) if active else None, versions[-1].number, 1)

    def _deployed(self, deployment: Deployment) -> DeployView:
        name = deployment.source.name
        active = deployment.version or self.store.active(name)
        number = active.number if active else None
        return DeployView(deployment.version is not None, name, number, deployment.faults, deployment.warnings)


def _version(version: ScriptVersion, active: ScriptVersion | None) -> VersionView:
    is_active = active is not None and version.number == active.number
    return VersionView(version.number, version.digest, version.created, version.origin, version.note, is_active)
