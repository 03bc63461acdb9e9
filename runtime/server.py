"""The desk process: scripts, fleet, relay worker and HTTP, put together and taken apart again."""

import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, assert_never

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup

from deployment import events as deployments
from deployment.deployer import Deployer
from deployment.store import Store, StoreBusy, StoreError
from desk.bodies import BoundedBodies
from desk.events import (
    ActiveScript,
    Deployed,
    Event,
    GameSessionEnded,
    NotAScript,
    Rejected,
    RolledBack,
    ServerReady,
    Withdrawn,
)
from desk.gamelift.api import GameLiftApi
from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.front import Front
from desk.guard import guarded
from desk.hub import Hub
from desk.local_api import local_api
from desk.refusals import STATUS
from runtime.config import Admission, Config
from runtime.fleet import Fleet
from runtime.house import LocalHouse, Rooms
from runtime.http import HttpServer, bound, http_server
from runtime.insight import Insight
from runtime.link import NoWorker, settings
from runtime.live_settings import LiveSettings
from runtime.log_files import LogFiles
from runtime.log_writer import LogWriter
from runtime.logs import log_to_stderr
from runtime.metrics import Metrics
from runtime.notify import notify
from runtime.remote_checker import RemoteChecker
from runtime.remote_show import RemoteShow
from runtime.reservations import Reservations
from runtime.scripts import Scripts
from runtime.tls.settings import own_names
from runtime.way_out import ROOM_FOR_ANOTHER, cannot_listen
from runtime.words import (
    CheckScript,
    Counted,
    GameSessionShown,
    PlayerSessionMoved,
    SandboxDied,
    ScriptChecked,
    SeatRefused,
    SeatReserved,
    UseCertificates,
    Word,
    WrittenDown,
)
from runtime.workers import Workers

if TYPE_CHECKING:
    from runtime.tls.keeper import CertificateKeeper

#: The first look at the watched folder, checks included, is waited for before the server calls itself ready.
CATCH_UP_SECONDS = 60.0
#: The number of the worker whose sandboxes scripts are checked in.
CHECKING_WORKER = 0


CERTIFICATES_HINT = (
    "mend tls.certificate and tls.key; our own lie in the data folder's tls/. Without it others are made, below an "
    "authority that no client trusts yet"
)

#: SIGINT and SIGTERM, as they come.
Signals: TypeAlias = AsyncIterator[signal.Signals]


class CannotServe(Exception):
    """The server cannot run; the text is a sentence for whoever started it, ``hint`` the way out if it is known."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


class Server:
    """Everything of one server but its sockets and processes, which ``serve`` opens and closes."""

    def __init__(self, config: Config, store: Store, show: Callable[[Event], None]) -> None:
        self.config = config
        self.store = store
        self.hub = Hub(kept_events=config.desk.kept_events)
        self.scripts = Scripts()
        self.caught_up = anyio.Event()
        #: The API, once it answers.
        self.http: HttpServer | None = None
        self._show = show
        self.workers = Workers(self.current, self._certificates, self._take, self._lost, self.publish)
        self.certificates = _keeper(config, self.publish, self.workers.tell_all) if config.tls.enabled else None
        self.checker = RemoteChecker(self.workers.keepers[CHECKING_WORKER].there, self._tell_checker)
        self.logs = LogWriter(LogFiles(config.site.data / "logs", config.logs))
        self.fleet = Fleet(self.scripts, self.current, self.workers.tell, self.publish, self.logs)
        self.show = RemoteShow(self.workers.tell)
        self.reservations = Reservations(self.workers.tell)
        self.deployer = Deployer(store, self.checker, self._deployment_happened, time.time)
        insight = Insight(self.fleet, self.logs, self.show, store, self.deployer)
        self.house = LocalHouse(
            Rooms(
                self.current,
                store,
                self.deployer,
                self.fleet,
                self.workers,
                self.reservations,
                insight,
                self.certificates,
            )
        )
        told = replace(config.gamelift, address=config.gamelift.address or config.site.host)
        self.gamelift = Front(self.house, config.site.data / "gamelift", told)
        self.metrics = Metrics(config.site.workers, self.fleet, self.reservations, self.gamelift.waiting)

    def current(self) -> Config:
        """The configuration that counts at the moment."""
        return self.config

    def publish(self, event: Event) -> None:
        """Tell everybody who watches."""
        self.hub.publish(event)
        self._show(event)
        if isinstance(event, GameSessionEnded):
            self.gamelift.game_session_over(event.game_session)

    def ready(self) -> ServerReady:
        """Say where players connect, and to what."""
        site = self.config.site
        watched = str(site.scripts.absolute()) if site.scripts else ""
        active = tuple(ActiveScript(one.version.script, one.version.number) for one in self.scripts.all)
        shown = self.certificates.view() if self.certificates else None
        told = (shown.fingerprint, shown.ca_file) if shown else ()
        return ServerReady(site.host, self.workers.ports[0], self.house.http_port, watched, active, *told)

    def take_over(self, config: Config) -> None:
        """These settings count from now on."""
        self.config = config
        log_to_stderr(config.log.level, config.log.format)
        self.workers.tell_all(settings(config))

    async def hear_news(self) -> None:
        """Write down what adopted workers have told; until then they keep it for another. Raises OfficeTrouble."""
        self.workers.hear_news()
        await self.gamelift.write()
        await self.logs.flush()
        self.workers.tell_all(WrittenDown())

    def leave_players(self) -> None:
        """This process is in trouble: who plays goes on without it, if another may take its place."""
        if self.config.start.admission is Admission.RESERVED:
            self.workers.let_go({record.worker for record in self.fleet.living})

    def _certificates(self) -> UseCertificates | None:
        return self.certificates.word() if self.certificates else None

    def _take(self, worker: int, word: Word) -> None:
        if isinstance(word, PlayerSessionMoved):
            self.gamelift.player_session_moved(word.player_session_id, word.state)
        if isinstance(word, SandboxDied):
            self.gamelift.sandbox_died(word.game_session, word.why)
        elif isinstance(word, ScriptChecked):
            self.checker.take(word)
        elif isinstance(word, SeatReserved | SeatRefused):
            self.reservations.take(word)
        elif isinstance(word, GameSessionShown):
            self.show.take(word)
        elif isinstance(word, Counted):
            self.metrics.take(worker, word)
        else:
            self.fleet.take(worker, word)  # type: ignore[arg-type]  # a worker has no other words

    def _lost(self, worker: int) -> None:
        if worker == CHECKING_WORKER:
            self.checker.lost()
        self.reservations.lost(worker)
        self.metrics.lost(worker)
        self.fleet.lost(worker)

    def _tell_checker(self, word: CheckScript) -> None:
        self.workers.tell(CHECKING_WORKER, word)

    def _deployment_happened(self, event: deployments.Event) -> None:  # noqa: C901 - a case for each event
        match event:
            case deployments.Deployed(version, origin, warnings):
                self.scripts.activated(version, self.deployer)
                self.publish(Deployed(version.script, version.number, origin, warnings))
                self.fleet.superseded(version.script, version.number)
            case deployments.RolledBack(version):
                self.scripts.activated(version, self.deployer)
                self.publish(RolledBack(version.script, version.number))
                self.fleet.superseded(version.script, version.number)
            case deployments.Rejected(name, faults, origin):
                self.scripts.rejected(name, faults[0])
                self.publish(Rejected(name, origin, faults))
            case deployments.Withdrawn(name):
                self.scripts.withdrawn(name)
                self.publish(Withdrawn(name))
            case deployments.Refused(path, reason):
                self.publish(NotAScript(path, reason))
            case deployments.FolderMissing(path, reason):
                self.publish(NotAScript(str(path), reason))
            case deployments.FolderBack(path):
                self.publish(NotAScript(str(path), "the folder is there"))
            case deployments.CaughtUp():
                self.caught_up.set()
            case _:
                assert_never(event)


async def serve(config: Config, show: Callable[[Event], None], again: Callable[[], Config] | None = None) -> None:
    """Run a server until SIGINT or SIGTERM. Raises CannotServe.

    ``show`` is given every event, on the loop; ``again`` reads the configuration anew (in a thread) and raises
    Misconfigured; without it, or without a file, settings stay as they are.
    """
    log_to_stderr(config.log.level, config.log.format)
    site = config.site
    try:
        http_socket = bound(site.host, site.http_port)
    except OSError as error:
        sentence = f"the API cannot listen on {site.host}:{site.http_port}: {error.strerror}"
        raise CannotServe(sentence, cannot_listen(error)) from None
    with http_socket:
        store = await _opened(site.data)
        try:
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                await _run(Server(config, store, show), http_socket, again, signals)
        finally:
            store.close()


async def _opened(data: Path) -> Store:
    try:
        return await to_thread.run_sync(Store, data / "scripts")
    except (StoreError, OSError) as error:
        hint = (
            ROOM_FOR_ANOTHER
            if isinstance(error, StoreBusy)
            else "let the server write there, or name another folder with --data"
        )
        raise CannotServe(f"the data folder {data} cannot be used: {error}", hint) from None


async def _run(
    server: Server, http_socket: socket.socket, again: Callable[[], Config] | None, signals: Signals
) -> None:
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_close_when_told, server, signals, tasks)
            if again:
                live = LiveSettings(again, server.current, server.take_over, server.publish)
                tasks.start_soon(live.run, server.config.start.file)
            await server.scripts.load(server.store)
            await _load_certificates(server, tasks)
            await server.workers.start()
            await server.fleet.read_logs()
            await server.gamelift.open_if_used()
            await server.hear_news()
            tasks.start_soon(server.workers.keep)
            tasks.start_soon(server.logs.run)
            tasks.start_soon(server.gamelift.run)
            await _open_house(server, http_socket, tasks)
    except* (CannotServe, NoWorker, StoreError, OfficeTrouble) as group:
        server.leave_players()
        first = _first(group)
        raise CannotServe(str(first), _hint(first)) from None
    except* Exception:
        server.leave_players()
        raise
    finally:
        server.workers.kill()
        with anyio.CancelScope(shield=True):
            await server.logs.flush()
            await server.gamelift.close()


def _keeper(
    config: Config, publish: Callable[[Event], None], tell: Callable[[UseCertificates], None]
) -> "CertificateKeeper":
    # What reads certificates takes a while to import, and is needed for TLS alone.
    from runtime.tls.keeper import CertificateKeeper

    names = own_names(config.tls, config.site.host, config.gamelift.address)
    return CertificateKeeper(config.tls, config.site.data / "tls", names, publish, tell)


async def _load_certificates(server: Server, tasks: TaskGroup) -> None:
    """Have certificates before the first worker asks for them. Raises CannotServe."""
    tls = server.config.tls
    if not tls.enabled and (tls.certificate or tls.key):
        raise CannotServe("tls.certificate and tls.key are set, but TLS is off", "set tls.enabled = true, or no files")
    if server.certificates:
        try:
            await to_thread.run_sync(server.certificates.load)
        except (OSError, ValueError) as error:
            raise CannotServe(f"there can be no TLS: {error}", CERTIFICATES_HINT) from None
        tasks.start_soon(server.certificates.run)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _hint(error: BaseException) -> str:
    match error:
        case NoWorker(hint=hint) | CannotServe(hint=hint):
            return hint
        case _:
            return next((hint for kind, (_, hint) in STATUS.items() if isinstance(error, kind)), "")


async def _open_house(server: Server, http_socket: socket.socket, tasks: TaskGroup) -> None:
    """Deploy what lies in the folder, answer HTTP, and say so."""
    site = server.config.site
    server.house.http_port = http_socket.getsockname()[1]
    if site.scripts is not None:
        tasks.start_soon(server.deployer.run, site.scripts)
        with anyio.move_on_after(CATCH_UP_SECONDS):
            await server.caught_up.wait()
    desk, signed = server.config.desk, server.config.start.admission is Admission.RESERVED
    gamelift = GameLiftApi(server.gamelift, desk.max_body_bytes, signed=signed)
    api = local_api(
        server.house, server.hub, desk, server.metrics.now if desk.metrics else None, gamelift, server.certificates
    )
    door = guarded(BoundedBodies(api), site.host, server.house.http_port, local_anywhere=desk.local_anywhere)
    server.http = http_server(door, desk.max_connections)
    tasks.start_soon(server.http.run_on, http_socket)
    if site.ready_file is not None:
        _write_ready_file(site.ready_file, server)
    notify("READY=1")
    server.publish(server.ready())


def _write_ready_file(path: Path, server: Server) -> None:
    """Write the ports for whoever waits for them; the file appears whole. Raises CannotServe."""
    ports = server.workers.ports
    ready = {"port": ports[0], "ports": list(ports), "http_port": server.house.http_port, "pid": os.getpid()}
    unfinished = path.with_name(path.name + ".tmp")
    try:
        unfinished.write_text(json.dumps(ready) + "\n")
        unfinished.replace(path)
    except OSError as error:
        hint = "--ready-file names a file in a folder that is there, and may be written to"
        raise CannotServe(f"the ready file {path} cannot be written: {error.strerror}", hint) from None


async def _close_when_told(server: Server, signals: Signals, everything: TaskGroup) -> None:
    """Wait for a signal, which may come while the server still starts, and end everything in order."""
    await anext(signals)
    notify("STOPPING=1")
    server.fleet.stop()
    await _say_farewell(server, signals)
    server.hub.close()  # Ends the event streams, for which HTTP would wait.
    server.gamelift.close_streams()
    server.fleet.close_logs()
    if server.http:
        await server.http.close()
    everything.cancel_scope.cancel()


async def _say_farewell(server: Server, signals: Signals) -> None:
    """Let the game sessions say farewell; another signal ends that."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stop_workers, server, tasks)
        await anext(signals)
        server.workers.kill()
        tasks.cancel_scope.cancel()


async def _stop_workers(server: Server, tasks: TaskGroup) -> None:
    config = server.config
    await server.workers.stop(config.site.stop_seconds, config.fleet.stopping_message)
    tasks.cancel_scope.cancel()
