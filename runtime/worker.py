"""A relay worker: one process that accepts players, runs its game sessions, and asks the desk who belongs where.

``python -m runtime.worker FD`` serves the desk over the stream socket FD. It ends when the desk does.
"""

import asyncio
import signal
import socket
import sys

import anyio
from anyio.abc import TaskGroup

from deployment.checker import CheckFailed
from deployment.source import source_of
from relay.connection import Connection
from relay.listener import Listener
from runtime.checking import SandboxChecker
from runtime.logs import log_to_stderr
from runtime.nurseries import Nurseries
from runtime.playing import Playing
from runtime.port import Port
from runtime.words import (
    CheckScript,
    GiveSeat,
    Listen,
    RefuseSeat,
    RetireGameSession,
    ScriptChecked,
    SeatWanted,
    StartGameSession,
    Stop,
    ToDesk,
    Word,
    WorkerFailed,
    WorkerReady,
    ZygoteReplaced,
)
from sandbox.limits import DEFAULTS, Limits
from sandbox.nursery import NoSandbox
from session.farewells import OVER, CloseCode, Farewell
from session.packets import Login
from session.peer import Seat
from session.values import PlayerId, PlayerSessionId

#: How long a login may wait for the desk's word; starting a game session's sandbox is part of it.
SEAT_SECONDS = 15.0
#: How long game sessions have for their farewell when the desk has gone without one.
ORPHANED_SECONDS = 2.0
#: After the time for farewells: how long closing everything may take before the kernel ends this process.
LAST_RESORT_SECONDS = 10

STOPPING = Farewell(CloseCode.SERVER_STOPPING, "the server stops")
NO_SEAT_IN_TIME = Farewell(CloseCode.LOGIN_REFUSED, "no seat was found in time")


class Worker:
    """The game sessions of this process, and the logins that wait for one."""

    def __init__(self, port: Port, tasks: TaskGroup) -> None:
        self._port = port
        self._tasks = tasks
        self._limits = DEFAULTS
        self._listener = Listener(self)
        self._nurseries = Nurseries(lambda pid: self._tell(ZygoteReplaced(pid)))
        self._playing: dict[str, Playing] = {}
        self._logins: dict[int, Connection] = {}
        self._last_login = 0
        self._stop_seconds = ORPHANED_SECONDS

    async def serve(self) -> None:
        """Do what the desk says until it says stop, or is gone."""
        async for word in self._port:
            if isinstance(word, Stop):
                self._stop_seconds = word.seconds
                break
            await self._take(word)
        await self._stop()

    def find_seat(self, connection: Connection, login: Login) -> None:
        """Ask the desk; the login waits for its word, but not for ever."""
        self._last_login += 1
        number = self._last_login
        self._logins[number] = connection
        asyncio.get_running_loop().call_later(SEAT_SECONDS, self._refuse, number, NO_SEAT_IN_TIME)
        self._tell(SeatWanted(number, login.player_session_id))

    # What the desk says.

    async def _take(self, word: Word) -> None:
        match word:
            case Listen():
                await self._listen(word)
            case StartGameSession(game_session):
                playing = self._playing[game_session] = Playing(word, self._tell, self._limits)
                self._tasks.start_soon(playing.start, self._nurseries)
                playing.over.add_done_callback(lambda _: self._playing.pop(game_session, None))
            case GiveSeat():
                self._seat(word)
            case RefuseSeat(login, reason):
                self._refuse(login, Farewell(CloseCode.LOGIN_REFUSED, reason))
            case RetireGameSession(game_session):
                if retiring := self._playing.get(game_session):
                    retiring.retire()
            case CheckScript():
                self._tasks.start_soon(self._check, word)
            case _:
                raise AssertionError(f"{type(word).__name__} is no word for a worker")

    async def _listen(self, word: Listen) -> None:
        self._limits = Limits(*word.limits)  # type: ignore[arg-type]
        try:
            zygote_pid = await self._nurseries.start()
            await self._listener.open(word.host, word.port)
        except (NoSandbox, OSError) as error:
            self._tell(WorkerFailed(f"players cannot connect to {word.host}:{word.port}: {error}"))
            return
        self._tasks.start_soon(self._nurseries.keep)
        self._tell(WorkerReady(self._listener.port, zygote_pid))

    def _seat(self, word: GiveSeat) -> None:
        connection = self._logins.pop(word.login, None)
        playing = self._playing.get(word.game_session)
        if connection is None:
            return
        if playing is None:
            connection.refused(OVER)
        else:
            playing.seat(connection, Seat(PlayerSessionId(word.player_session_id), PlayerId(word.player_id)))

    def _refuse(self, login: int, farewell: Farewell) -> None:
        connection = self._logins.pop(login, None)
        if connection:
            connection.refused(farewell)

    async def _check(self, word: CheckScript) -> None:
        try:
            source = source_of(word.script, dict(word.files), word.launch)
            checked = await SandboxChecker(await self._nurseries.ready(), self._limits).check(source)
        except (CheckFailed, NoSandbox) as error:
            self._tell(ScriptChecked(word.check, str(error), (), ()))
        else:
            self._tell(ScriptChecked(word.check, "", checked.faults, checked.warnings))

    def _tell(self, word: ToDesk) -> None:
        self._port.send(word)

    # The end.

    async def _stop(self) -> None:
        """Let everybody say farewell, in bounded time, and close."""
        signal.alarm(int(self._stop_seconds) + LAST_RESORT_SECONDS)
        playing = tuple(self._playing.values())
        for game in playing:
            game.terminate(STOPPING)
        with anyio.move_on_after(self._stop_seconds):
            for game in playing:
                await asyncio.shield(game.over)
        for game in playing:
            game.close(STOPPING)
        await self._listener.close(STOPPING)
        self._tasks.cancel_scope.cancel()
        self._nurseries.close()
        self._port.close()


async def serve(descriptor: int) -> None:
    """Serve the desk at the other end of a socket until it is gone."""
    port = await Port.over(socket.socket(fileno=descriptor))
    async with anyio.create_task_group() as tasks:
        await Worker(port, tasks).serve()


def main() -> None:
    """Serve the desk whose socket is named on the command line."""
    # An interrupt at the terminal goes to all processes; the desk decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log_to_stderr()
    anyio.run(serve, int(sys.argv[1]), backend_options={"use_uvloop": True})


if __name__ == "__main__":
    main()
