"""A small house for tests: real scripts in a real store, and game sessions that are only said to be there."""

import asyncio
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio.lowlevel
from anyio import to_thread

from deployment import events as deployments
from deployment.checker import Checked, Fault
from deployment.deployer import Deployer
from deployment.record import UnknownScript
from deployment.rollout import Deployment
from deployment.source import ScriptName, ScriptSource
from deployment.store import Store
from deployment.version import ScriptVersion
from desk.certificate_view import CertificateView, NotRenewed
from desk.events import Deployed
from desk.game_log import LiveLog, LogLine
from desk.house import (
    DeployView,
    FileView,
    GameSessionDetail,
    GameSessionLog,
    GameSessionUpdate,
    GameSessionView,
    GroupView,
    LogView,
    Network,
    NewGameSession,
    NewPlayerSession,
    PlayerSessionView,
    PlayerView,
    PrunedView,
    PruneView,
    Refused,
    ScriptView,
    SourceView,
    UnknownGameSession,
    UseView,
    VersionView,
)
from desk.hub import Hub
from desk.memory import Memory
from desk.script_path import script_at
from desk.status_view import LayerView, StatusView, WorkerView

NOW = 1_800_000_000.0
LAYERS = (LayerView("namespaces", False), LayerView("seccomp", True))
RUNNING = GameSessionView("aa11bb", "lobby", "chat", 1, "running", 2, NOW - 60)
ENDED = GameSessionView("aa22cc", "arena", "", 0, "ended", 0, NOW - 90, NOW - 30, "nobody was there")
RESERVED = PlayerSessionView("psess-(kept)", "aa11bb", "ann", "RESERVED", NOW - 5, NOW + 55, 1900)
LOG = [LogView(NOW - 50, "info", "ann is in", 1), LogView(NOW - 40, "error", "Traceback:\n  \x1b[31mline 3", 2)]
DETAIL = GameSessionDetail(
    RUNNING,
    (PlayerView("ann", 1, "psess-a", NOW - 50, (3, 5)), PlayerView("bob", 2, "psess-b", NOW - 40, (5,))),
    (GroupView(3, ("ann",)), GroupView(5, ("ann", "bob"))),
    UseView(7, 10_000, 3 * 1024 * 1024, 64 * 1024 * 1024, 1_234, 0),
    8,
    {"map": "dust", "mode": "ctf"},
    "a long night",
    '{"teams": []}',
)


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


class SmallCertificates:
    """One certificate, which is renewed unless there is something against it."""

    def __init__(self) -> None:
        self.shown = CertificateView(
            ("play.example", "127.0.0.1"), "CN=Harena CA", NOW - 3_600, NOW + 86_400, "AA:BB", "", "/data/tls/ca.pem"
        )
        self.against = ""

    def view(self) -> CertificateView:
        """The certificate."""
        return replace(self.shown, trouble=self.against)

    async def renew(self) -> CertificateView:
        """Make another."""
        await anyio.lowlevel.checkpoint()
        if self.against:
            raise NotRenewed(self.against)
        self.shown = replace(self.shown, fingerprint="CC:DD")
        return self.shown


class SmallHouse:
    """Fills the place of `desk.house.House`."""

    def __init__(self, directory: Path, hub: Hub) -> None:
        self.hub = hub
        self.store = Store(directory)
        self.deployer = Deployer(self.store, CompilingChecker(), self._happened, lambda: NOW)
        self.http_port = 0
        self.logs = {RUNNING.id: LOG}
        self.live: Memory[LogLine] = Memory(10, lambda: NOW)
        for line in LOG:
            self.live.publish(LogLine(line.level, line.text))
        self.over: str | None = None
        #: By which ids logs were followed.
        self.followed: list[str] = []
        self.wanted: list[NewGameSession] = []
        self.updates: list[GameSessionUpdate] = []
        self.networks: list[Network] = []
        #: The loop that serves it, where that is another thread's.
        self.loop: asyncio.AbstractEventLoop | None = None
        #: None where there is no TLS.
        self.certificates: SmallCertificates | None = None

    def call(self, act: Callable[[], object]) -> None:
        """Do something where the house is served, and wait until it is done."""
        done = threading.Event()
        assert self.loop is not None
        self.loop.call_soon_threadsafe(act)
        self.loop.call_soon_threadsafe(done.set)
        assert done.wait(20)

    def _happened(self, event: object) -> None:
        if isinstance(event, deployments.Deployed):
            version = event.version
            self.hub.publish(Deployed(version.script, version.number, event.origin, event.warnings))

    def scripts(self) -> list[ScriptView]:
        """All scripts, each with one game session."""
        return [self._script(name) for name in self.store.names()]

    def script(self, name: str) -> ScriptView:
        """One script."""
        return self._script(ScriptName(name))

    def versions(self, name: str) -> list[VersionView]:
        """All versions, newest first."""
        active = self.store.active(ScriptName(name))
        return [_version(version, active) for version in reversed(self.store.versions(ScriptName(name)))]

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy for real."""
        source = await to_thread.run_sync(script_at, path)
        return self._deployed(await self.deployer.deploy(source, "command", note))

    async def deploy_source(self, source: ScriptSource, origin: str, note: str) -> DeployView:
        """Deploy for real."""
        return self._deployed(await self.deployer.deploy(source, origin, note))

    async def withdraw(self, name: str) -> None:
        """Withdraw for real."""
        await self.deployer.withdraw(ScriptName(name))

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Roll back for real."""
        return self._deployed(await self.deployer.rollback(ScriptName(name), number))

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """One that runs, and one that has ended."""
        return [ENDED, RUNNING] if ended else [RUNNING]

    async def source(self, name: str, number: int) -> SourceView:
        """A version's files."""
        await anyio.lowlevel.checkpoint()
        source = self.store.source(self.store.version(ScriptName(name), number))
        files = tuple(FileView(file.path, file.content.decode("utf-8", "surrogateescape")) for file in source.files)
        return SourceView(name, number, source.launch, files)

    async def prune(self, name: str | None, keep: int, dry_run: bool) -> PruneView:
        """Prune for real; version 1 of "chat" is in use."""
        names = self.store.names() if name is None else [ScriptName(name)]
        pruned = [(one, await self.deployer.prune(one, keep, lambda: {1}, dry_run=dry_run)) for one in names]
        scripts = (
            PrunedView(one, tuple(version.number for version in gone.removed), gone.kept, gone.freed_bytes)
            for one, gone in pruned
        )
        return PruneView(dry_run, tuple(scripts))

    async def game_session(self, game_session: str) -> GameSessionDetail:
        """Two are in the one that runs."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session)
        return DETAIL if found == RUNNING else GameSessionDetail(found)

    async def log(self, game_session: str) -> GameSessionLog:
        """The log of the one that runs."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session).id
        return GameSessionLog(found, tuple(self.logs.get(found, ())))

    async def live_log(self, game_session: str) -> LiveLog:
        """What `live` holds."""
        await anyio.lowlevel.checkpoint()
        self.followed.append(game_session)
        self._found(game_session)
        return LiveLog(self.live, lambda: self.over)

    async def create_game_session(self, wanted: NewGameSession) -> GameSessionView:
        """Only that of a script called "chat" is said to have started, if it has a seat for two."""
        await anyio.lowlevel.checkpoint()
        self.wanted.append(wanted)
        if wanted.script != "chat":
            raise UnknownScript(f"there is no script {wanted.script!r}")
        if wanted.max_players < 2:
            raise Refused("this server is full")
        name = wanted.name or "main"
        return GameSessionView("bb33dd", f"{name}{wanted.data}", wanted.script, 1, "running", 0, NOW)

    async def spoil_network(self, game_session: str, wanted: Network) -> GameSessionView:
        """The network of the one that runs is bad from now on."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session)
        self.networks.append(wanted)
        return found

    async def update_game_session(self, game_session: str, wanted: GameSessionUpdate) -> GameSessionView:
        """The one that runs is said to have another name."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session)
        if found == ENDED:
            raise Refused("the game session has ended")
        self.updates.append(wanted)
        return replace(found, name=wanted.name or found.name)

    async def end_game_session(self, game_session: str, reason: str, *, now: bool = False) -> GameSessionView:
        """The one that runs is said to have ended."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session)
        return GameSessionView(
            found.id, found.name, found.script, found.version, "ended", 0, found.started, NOW, reason or "ended"
        )

    async def create_player_session(self, game_session: str, wanted: NewPlayerSession) -> PlayerSessionView:
        """There is a seat for everybody but bob."""
        await anyio.lowlevel.checkpoint()
        found = self._found(game_session)
        if wanted.player_id == "bob":
            raise Refused("the game session is full")
        return PlayerSessionView("psess-key", found.id, wanted.player_id or "player-1", "RESERVED", NOW, NOW + 60, 1900)

    def player_sessions(self, game_session: str) -> list[PlayerSessionView]:
        """Ann's seat."""
        return [RESERVED] if self._found(game_session) == RUNNING else []

    def _found(self, game_session: str) -> GameSessionView:
        found = [view for view in (ENDED, RUNNING) if view.id.startswith(game_session)]
        if len(found) != 1:
            raise UnknownGameSession(f"{len(found)} game sessions have ids that begin with {game_session!r}")
        return found[0]

    def status(self) -> StatusView:
        """A server with one worker."""
        worker = WorkerView(12, 1900, 13, 1, 2, 1)
        counts = len(self.store.names()), 1, 2
        host, shown = "127.0.0.1", self.certificates.view() if self.certificates else None
        return StatusView(
            "0.1.0", os.getpid(), 3_725.5, host, 1900, self.http_port, "", "/data", *counts, (worker,), LAYERS, shown
        )

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
