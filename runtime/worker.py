"""A relay worker: one process that accepts players, runs its game sessions, and asks the desk who belongs where.

``python -m runtime.worker FD [MEETING]`` serves the desk over the stream socket FD. When the desk ends, so does the
worker; unless it has game sessions, and a MEETING place: there it waits for the next desk, while they go on.
"""

import asyncio
import signal
import socket
import sys

import anyio
import structlog
from anyio.abc import TaskGroup

from deployment.checker import CheckFailed
from deployment.source import source_of
from relay.channel import ChannelLimits
from relay.connection import Connection
from relay.dtls.limits import DtlsLimits
from relay.fast.bad_line import BadLine
from relay.fast.limits import FastLimits
from relay.fast.offer import FastOffer
from relay.listener import Listener
from relay.tls_context import BadCertificate, server_context
from relay.turn import Turn
from runtime import meeting
from runtime.checking import SandboxChecker
from runtime.desks import Desks
from runtime.doorway import Doorway
from runtime.logs import log_to_stderr
from runtime.nurseries import Nurseries, TooWeak
from runtime.playing import Playing, Surroundings
from runtime.port import Port
from runtime.tally import Tally
from runtime.way_out import players_cannot_come
from runtime.words import (
    AllTold,
    CheckScript,
    EndGameSession,
    GameSessionShown,
    GiveSeat,
    Listen,
    RefuseSeat,
    ReserveSeat,
    RetireGameSession,
    ScriptChecked,
    SeatWanted,
    Settings,
    ShowGameSession,
    SpoilNetwork,
    StartGameSession,
    StillHere,
    Stop,
    ToDesk,
    UpdateGameSession,
    UseCertificates,
    Word,
    WorkerFailed,
    WorkerReady,
    WrittenDown,
    ZygoteReplaced,
)
from sandbox.jail.rlimits import allow_open_files
from sandbox.limits import DEFAULTS, Limits
from sandbox.nursery import NoSandbox
from session.farewells import BY_OPERATOR, FULL, OVER, CloseCode, Farewell
from session.packets import Login
from session.peer import Seat
from session.seats import NoSeat
from session.values import PlayerId, PlayerSessionId

LOG = structlog.get_logger()

#: How long a login may wait for the desk's word; starting a game session's sandbox is part of it.
SEAT_SECONDS = 15.0
#: How long game sessions have for their farewell when the desk has gone without one, and no other has come.
ORPHANED_SECONDS = 2.0
#: How long until renewed certificates that could not be loaded are tried again.
SHOW_AGAIN_SECONDS = 5.0
#: Descriptors that a worker may have open, if the system lets it: one a connection, four a sandbox.
OPEN_FILES = 65_536
#: How often the desk is told what was counted; so much at most is lost if this process dies.
COUNT_SECONDS = 1.0
#: After the time for farewells: how long closing everything may take before the kernel ends this process.
LAST_RESORT_SECONDS = 10

NO_PLAYER_SESSION = Farewell(CloseCode.LOGIN_REFUSED, "there is no such player session")
NO_SEAT_IN_TIME = Farewell(CloseCode.LOGIN_REFUSED, "no seat was found in time")


class Worker:
    """The game sessions of this process, and the logins that wait for one."""

    def __init__(self, desks: Desks, tasks: TaskGroup) -> None:
        self._desks = desks
        #: What the desk that started this worker set and cannot be changed.
        self._terms = ""
        self._tasks = tasks
        self._limits = DEFAULTS
        self._channel = ChannelLimits()
        self._fast = FastLimits()
        self._dtls = DtlsLimits()
        self._listener: Listener | None = None
        #: None where neither TLS nor DTLS is spoken.
        self._certificates: UseCertificates | None = None
        self._doorway = Doorway(self._tell)
        #: A login that holds no player session is for the desk to judge.
        self._anybody = False
        self._nurseries = Nurseries(lambda one: self._tell(ZygoteReplaced(one.pid, one.layers)))
        self._tally = Tally()
        self._around = Surroundings(self._nurseries, Turn(self._nurseries.ears), tasks, self._tally)
        self._playing: dict[str, Playing] = {}
        #: The game sessions that a desk has left, until another has written down what became of them.
        self._orphans: dict[str, Playing] = {}
        #: Logins that wait for the desk's word, each with the timer that ends its patience.
        self._logins: dict[int, tuple[Connection, asyncio.TimerHandle]] = {}
        self._last_login = 0
        self._stop = Stop(ORPHANED_SECONDS, "the server has gone")

    async def serve(self) -> None:
        """Do what the desk says until it says stop, or is gone and no other comes."""
        while await self._deserted():
            self._orphans |= self._playing
            port = await self._desks.another(len(self._orphans))
            if port is None:
                break
            self._come_under(port)
        await self._close()

    async def _deserted(self) -> bool:
        """Do what the desk says. True: it has gone; False: it says stop."""
        async for word in self._desks.port:
            if isinstance(word, Stop):
                self._stop = word
                return False
            await self._take(word)
        return True

    def find_seat(self, connection: Connection, login: Login) -> None:
        """Look for a reservation; without one ask the desk, if anybody may come."""
        try:
            claimed = self._doorway.claim(connection, login.player_session_id)
        except NoSeat as error:
            connection.refused(Farewell(CloseCode.LOGIN_REFUSED, str(error)))
            return
        if claimed is not None:
            self._playing[claimed.game_session].seat(connection, claimed.seat)
        elif self._anybody:
            self._ask_desk(connection, login)
        else:
            connection.refused(NO_PLAYER_SESSION)

    def left(self, connection: Connection) -> None:
        """A player is gone: the seat is free."""
        self._doorway.left(connection)

    def _ask_desk(self, connection: Connection, login: Login) -> None:
        """The login waits for the desk's word, but not for ever."""
        self._last_login += 1
        number = self._last_login
        patience = asyncio.get_running_loop().call_later(SEAT_SECONDS, self._refuse, number, NO_SEAT_IN_TIME)
        self._logins[number] = connection, patience
        self._tell(SeatWanted(number, login.player_session_id))

    def _come_under(self, port: Port) -> None:
        """Tell another desk of the game sessions that the last one left, in one go: nothing happens in between."""
        said = self._desks.begin(port)
        nursery = self._nurseries.nursery
        assert self._listener, "a worker that has game sessions listens"
        assert nursery, "and has a nursery until its end"
        here = StillHere(self._listener.port, nursery.pid, nursery.layers, self._terms)
        orphans = [playing.goes_on(self._doorway.held(one)) for one, playing in self._orphans.items()]
        port.send_at_once([here, *orphans, *self._doorway.moves(self._desks.lost_at), *said, AllTold()])

    # What the desk says.

    async def _take(self, word: Word) -> None:  # noqa: C901 - a case for each word
        match word:
            case Settings():
                self._set(word)
            case UseCertificates():
                self._certificates = word
                self._show_renewed()
            case Listen():
                await self._listen(word)
            case StartGameSession():
                self._begin(word)
            case UpdateGameSession():
                self._update(word)
            case ReserveSeat():
                self._doorway.reserve(word)
            case SpoilNetwork():
                self._spoil(word)
            case EndGameSession():
                self._end(word)
            case GiveSeat():
                self._seat(word)
            case RefuseSeat(login, reason):
                self._refuse(login, Farewell(CloseCode.LOGIN_REFUSED, reason))
            case ShowGameSession(question, game_session):
                shown = self._playing.get(game_session)
                self._tell(shown.shown(question) if shown else GameSessionShown(question, False))
            case RetireGameSession(game_session):
                if retiring := self._playing.get(game_session):
                    retiring.retire()
            case CheckScript():
                self._tasks.start_soon(self._check, word)
            case WrittenDown():
                self._desks.written_down()
                self._orphans.clear()
            case _:
                raise AssertionError(f"{type(word).__name__} is no word for a worker")

    def _set(self, word: Settings) -> None:
        """Take settings over: for the sandboxes and connections that are made from now on."""
        self._limits = Limits(*word.sandbox)  # type: ignore[arg-type]  # the port carries them as plain numbers
        self._nurseries.memory_bytes = self._limits.memory_bytes
        self._channel = ChannelLimits(*word.channel)  # type: ignore[arg-type]  # the same
        self._fast = FastLimits(*word.fast)  # type: ignore[arg-type]  # the same
        self._dtls = DtlsLimits(*word.dtls)  # type: ignore[arg-type]  # the same
        self._desks.orphan_seconds = word.orphan_seconds
        log_to_stderr(word.log_level, word.log_format)
        if self._listener:
            self._listener.limits = self._channel
            if self._listener.fast:
                self._listener.fast.limits = self._fast
                self._listener.fast.dtls_limits = self._dtls

    def _show_certificates(self) -> None:
        """Speak TLS and DTLS with whoever connects from now on. The desk has tried these certificates before."""
        shown = self._certificates
        if shown and self._listener:
            self._listener.speak_tls(server_context(shown.chain, shown.key))
            self._listener.speak_dtls(shown.own_leaf, shown.own_key, shown.ca)

    def _show_renewed(self) -> None:
        """Show renewed certificates, or try again: that takes an open file, and peers may have taken all there are."""
        try:
            self._show_certificates()
        except (OSError, BadCertificate) as error:
            LOG.error("certificates_not_shown", why=str(error), again_in_seconds=SHOW_AGAIN_SECONDS)
            asyncio.get_running_loop().call_later(SHOW_AGAIN_SECONDS, self._show_renewed)

    def _begin(self, word: StartGameSession) -> None:
        game_session = word.facts.id
        assert self._listener, "a worker listens before it has game sessions"
        offer = self._listener.fast.offer if self._listener.fast else FastOffer()
        playing = Playing(word, self._tell, self._limits, self._around, offer)
        self._playing[game_session] = playing
        playing.over.add_done_callback(lambda _: self._over(game_session))
        self._tasks.start_soon(self._start, game_session, playing)

    def _end(self, word: EndGameSession) -> None:
        if ending := self._playing.get(word.game_session):
            farewell = Farewell(CloseCode.GAME_SESSION_ENDED, word.reason or BY_OPERATOR.reason)
            (ending.close if word.now else ending.terminate)(farewell)

    def _update(self, word: UpdateGameSession) -> None:
        if playing := self._playing.get(word.game_session):
            playing.update(word.update)
            self._doorway.resize(word.game_session, playing.max_players)

    def _spoil(self, word: SpoilNetwork) -> None:
        playing = self._playing.get(word.game_session)
        if playing:
            playing.spoil(PlayerId(word.player_id), BadLine(*word.line))
        if self._listener and self._listener.fast:
            self._listener.fast.spoil()

    async def _start(self, game_session: str, playing: Playing) -> None:
        await playing.start()
        if playing.max_players and not playing.over.done():
            self._doorway.open(game_session, playing.max_players)

    def _over(self, game_session: str) -> None:
        self._playing.pop(game_session, None)
        self._doorway.close(game_session)

    async def _listen(self, word: Listen) -> None:
        self._anybody, self._terms = word.anybody, word.terms
        self._listener = Listener(self, self._channel, word.max_connections, fast=self._fast)
        if self._listener.fast:
            self._listener.fast.dtls_limits = self._dtls
        self._show_certificates()
        try:
            nursery = await self._nurseries.start(allow_weaker=word.allow_weaker)
            await self._listener.open(word.host, word.port)
        except NoSandbox as error:
            hint = error.hint if isinstance(error, TooWeak) else ""
            self._tell(WorkerFailed(f"there can be no sandboxes: {error}", hint))
            return
        except OSError as error:
            self._tell(WorkerFailed(*players_cannot_come(error, f"{word.host}:{word.port}")))
            return
        self._tasks.start_soon(self._nurseries.keep)
        self._tell(WorkerReady(self._listener.port, nursery.pid, nursery.layers))
        self._tasks.start_soon(self._tell_counts, self._listener)

    def _seat(self, word: GiveSeat) -> None:
        connection = self._waited(word.login)
        playing = self._playing.get(word.game_session)
        if playing is None:  # The desk knows by now that it is over, and its player sessions with it.
            if connection:
                connection.refused(OVER)
            return
        seat = Seat(PlayerSessionId(word.player_session_id), PlayerId(word.player_id))
        if connection is None:
            self._doorway.decline(word.game_session, seat)
        elif not self._doorway.give(connection, word.game_session, seat):
            connection.refused(FULL)
        elif not playing.seat(connection, seat):  # The peer has gone while its login waited.
            self._doorway.left(connection)

    def _refuse(self, login: int, farewell: Farewell) -> None:
        connection = self._waited(login)
        if connection:
            connection.refused(farewell)

    def _waited(self, login: int) -> Connection | None:
        """Give the connection of a login that need not wait any more; None where it has been refused meanwhile."""
        connection, patience = self._logins.pop(login, (None, None))
        if patience:
            patience.cancel()
        return connection

    async def _check(self, word: CheckScript) -> None:
        asker = self._desks.port  # The next one has other questions under the same numbers.
        try:
            source = source_of(word.script, dict(word.files), word.launch)
            checked = await SandboxChecker(await self._nurseries.ready(), self._limits).check(source)
        except (CheckFailed, NoSandbox) as error:
            asker.send(ScriptChecked(word.check, str(error), (), ()))
        else:
            asker.send(ScriptChecked(word.check, "", checked.faults, checked.warnings))

    async def _tell_counts(self, listener: Listener) -> None:
        """Tell the desk what was counted: differences, so that a successor of this process begins at 0."""
        while True:
            await anyio.sleep(COUNT_SECONDS)
            if self._desks.there:  # Else it adds up for the next one.
                self._tell(self._tally.taken(listener.taken_counts(), listener.connections))

    def _tell(self, word: ToDesk) -> bool:
        return self._desks.tell(word)

    # The end.

    async def _close(self) -> None:
        """Let everybody say farewell, in bounded time, and close."""
        farewell = Farewell(CloseCode.SERVER_STOPPING, self._stop.reason)
        signal.alarm(int(self._stop.seconds) + LAST_RESORT_SECONDS)
        playing = tuple(self._playing.values())
        for game in playing:
            game.terminate(farewell)
        with anyio.move_on_after(self._stop.seconds):
            for game in playing:
                await asyncio.shield(game.over)
        for game in playing:
            game.close(farewell)
        if self._listener:
            await self._listener.close(farewell)
        self._tasks.cancel_scope.cancel()
        self._nurseries.close()
        self._desks.port.close()


async def serve(descriptor: int, meeting_place: socket.socket | None) -> None:
    """Serve the desk at the other end of a socket until it is gone, and no other comes to the meeting place."""
    port = await Port.over(socket.socket(fileno=descriptor))
    async with anyio.create_task_group() as tasks:
        await Worker(Desks(port, meeting_place), tasks).serve()


def main() -> None:
    """Serve the desk whose socket is named on the command line, and those that come to the meeting place after it."""
    # An interrupt at the terminal, or its end, goes to all processes; the desk decides what it means.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    log_to_stderr()
    allow_open_files(OPEN_FILES)
    meeting_place = None
    if len(sys.argv) > 2:
        meeting_place = socket.socket(fileno=int(sys.argv[2]))
        meeting_place.setblocking(False)
        meeting_place.listen(meeting.BACKLOG)
    anyio.run(serve, int(sys.argv[1]), meeting_place, backend_options={"use_uvloop": True})


if __name__ == "__main__":
    main()
