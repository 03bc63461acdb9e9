"""The desk process: scripts, fleet, relay worker and HTTP, put together and taken apart again."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import anyio
from anyio import to_thread
from anyio.abc import TaskGroup

from deployment import events as deployments
from deployment.deployer import Deployer
from deployment.store import Store, StoreError
from desk.events import ActiveScript, Deployed, Event, NotAScript, Rejected, RolledBack, ServerReady, Withdrawn
from desk.guard import guarded
from desk.hub import Hub
from desk.local_api import local_api
from runtime.config import DevConfig
from runtime.fleet import Fleet
from runtime.house import LocalHouse
from runtime.http import HttpServer, bound, http_server
from runtime.link import NoWorker
from runtime.logs import log_to_stderr
from runtime.remote_checker import RemoteChecker
from runtime.scripts import Scripts
from runtime.words import ScriptChecked, Word
from runtime.workers import WorkerKeeper

#: The first look at the watched folder, checks included, is waited for before the server calls itself ready.
CATCH_UP_SECONDS = 60.0


class CannotServe(Exception):
    """The server cannot run; the text is a sentence for whoever started it."""


class Server:
    """Everything of one server but its sockets and processes, which ``serve`` opens and closes."""

    def __init__(self, config: DevConfig, store: Store, show: Callable[[Event], None]) -> None:
        self.config = config
        self.store = store
        self.hub = Hub()
        self.scripts = Scripts()
        self.caught_up = anyio.Event()
        self._show = show
        self.keeper = WorkerKeeper(config, self._take, self._lost, self.publish)
        self.checker = RemoteChecker(self.keeper.tell)
        self.fleet = Fleet(self.scripts, config.script, self.keeper.tell, self.publish)
        self.deployer = Deployer(store, self.checker, self._deployment_happened, time.time)
        self.house = LocalHouse(config, store, self.deployer, self.fleet, self.keeper)

    def publish(self, event: Event) -> None:
        """Tell everybody who watches."""
        self.hub.publish(event)
        self._show(event)

    def ready(self) -> ServerReady:
        """Say where players connect, and to what."""
        watched = str(self.config.scripts.absolute()) if self.config.scripts else ""
        active = tuple(ActiveScript(one.version.script, one.version.number) for one in self.scripts.all)
        return ServerReady(self.config.host, self.keeper.port, self.house.http_port, watched, active)

    def _take(self, word: Word) -> None:
        if isinstance(word, ScriptChecked):
            self.checker.take(word)
        else:
            self.fleet.take(word)  # type: ignore[arg-type]  # a worker has no other words

    def _lost(self) -> None:
        self.checker.lost()
        self.fleet.lost()

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
                self.scripts.rejected(name, faults[0].message)
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


async def serve(config: DevConfig, show: Callable[[Event], None]) -> None:
    """Run a server until SIGINT or SIGTERM. ``show`` is given every event, on the loop. Raises CannotServe."""
    log_to_stderr()
    try:
        http_socket = bound(config.host, config.http_port)
    except OSError as error:
        raise CannotServe(f"the API cannot listen on {config.host}:{config.http_port}: {error.strerror}") from None
    with http_socket:
        store = await _opened(config.data)
        try:
            await _run(Server(config, store, show), http_socket)
        finally:
            store.close()


async def _opened(data: Path) -> Store:
    try:
        return await to_thread.run_sync(Store, data / "scripts")
    except (StoreError, OSError) as error:
        raise CannotServe(f"the data folder {data} cannot be used: {error}") from None


async def _run(server: Server, http_socket: socket.socket) -> None:
    try:
        await server.scripts.load(server.store)
        await server.keeper.start()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.keeper.keep)
            http = await _open_house(server, http_socket, tasks)
            await _until_told_to_stop(server)
            server.hub.close()  # Ends the event streams, for which HTTP would wait.
            await http.close()
            tasks.cancel_scope.cancel()
    except* NoWorker as group:
        raise CannotServe(str(group.exceptions[0])) from None
    except* StoreError as group:
        raise CannotServe(str(group.exceptions[0])) from None
    finally:
        server.keeper.kill()


async def _open_house(server: Server, http_socket: socket.socket, tasks: TaskGroup) -> HttpServer:
    """Deploy what lies in the folder, answer HTTP, and say so."""
    config = server.config
    server.house.http_port = http_socket.getsockname()[1]
    if config.scripts is not None:
        tasks.start_soon(server.deployer.run, config.scripts)
        with anyio.move_on_after(CATCH_UP_SECONDS):
            await server.caught_up.wait()
    app = guarded(local_api(server.house, server.hub), config.host, server.house.http_port)
    http = http_server(app)
    tasks.start_soon(http.run_on, http_socket)
    if config.ready_file is not None:
        _write_ready_file(config.ready_file, server)
    server.publish(server.ready())
    return http


def _write_ready_file(path: Path, server: Server) -> None:
    """Write the ports for whoever waits for them; the file appears whole."""
    port = server.keeper.port
    ready = {"port": port, "ports": [port], "http_port": server.house.http_port, "pid": os.getpid()}
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(json.dumps(ready) + "\n")
    unfinished.replace(path)


async def _until_told_to_stop(server: Server) -> None:
    """Wait for a signal, then let the game sessions say farewell; a second signal ends that."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        await anext(signals)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_stop, server, tasks)
            await anext(signals)
            server.keeper.kill()
            tasks.cancel_scope.cancel()


async def _stop(server: Server, tasks: TaskGroup) -> None:
    await server.keeper.stop(server.config.stop_seconds)
    tasks.cancel_scope.cancel()
