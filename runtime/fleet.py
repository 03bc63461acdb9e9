"""The fleet: all game sessions of this server, as the desk knows them, and who is let into which."""

import secrets
import time
from collections.abc import Callable, Sequence

import anyio

from deployment.record import UnknownScript as NoSuchScript
from desk.events import Event, GameSessionEnded, GameSessionStarted, Logged, ReservationsLost
from desk.house import GameSessionUpdate, Network, NewGameSession, Refused
from desk.players import MAX_PROPERTIES
from runtime.claims import DEFAULT_ROOM, Claim, UnknownScript, claimed
from runtime.config import Admission, Config
from runtime.game_log import GameLog
from runtime.log_writer import LogWriter
from runtime.record import ENDED_KEPT, MAX_WAITING, Record, State, Waiting
from runtime.scripts import Scripts
from runtime.words import (
    EndGameSession,
    GameSessionOver,
    GameSessionRuns,
    GiveSeat,
    GoesOn,
    LogWritten,
    PlayersChanged,
    PlayerSessionMoved,
    RefuseSeat,
    RetireGameSession,
    SeatWanted,
    SpoilNetwork,
    StartGameSession,
    ToWorker,
    UpdateGameSession,
)
from session.callbacks import GameSessionFacts
from session.configuration import MAX_PLAYERS
from session.seats import PlayerSessionState
from session.values import GameSessionId

#: What the desk hears of a worker's game sessions.
FleetWord = SeatWanted | GoesOn | GameSessionRuns | GameSessionOver | PlayersChanged | LogWritten | PlayerSessionMoved
#: A game session starts within a sandbox's time to load, or not at all.
SETTLE_SECONDS = 60.0
#: How long the API waits for a game session that is to end; it ends in any case, if later.
END_SECONDS = 15.0


class Fleet:
    """All game sessions. ``tell`` speaks to the worker of a number; ``publish`` tells the world."""

    def __init__(
        self,
        scripts: Scripts,
        current: Callable[[], Config],
        tell: Callable[[int, ToWorker], None],
        publish: Callable[[Event], None],
        logs: LogWriter,
    ) -> None:
        self.scripts = scripts
        self._current = current
        self._tell = tell
        self._publish = publish
        self._logs = logs
        self._living: dict[str, Record] = {}
        self._ended: dict[str, Record] = {}
        self._last_player = 0
        self._stopping = False

    @property
    def living(self) -> list[Record]:
        """The game sessions that start or run, oldest first."""
        return list(self._living.values())

    @property
    def ended(self) -> list[Record]:
        """The latest game sessions that have ended, oldest first."""
        return list(self._ended.values())

    def found(self, prefix: str) -> list[Record]:
        """Give the game sessions, living or ended, whose ids begin so; the one of just this id alone."""
        records = {**self._ended, **self._living}
        if prefix in records:
            return [records[prefix]]
        return [record for record in records.values() if record.id.startswith(prefix)]

    # What the worker says.

    def take(self, worker: int, word: FleetWord) -> None:
        """Take what a worker says of its game sessions and logins."""
        if isinstance(word, SeatWanted):
            self._seat_wanted(worker, word.login, word.player_session_id)
        elif isinstance(word, GoesOn):
            self._adopt(worker, word)
        elif record := self._living.get(word.game_session):  # What a game session says after its end is not heard.
            self._take_of(record, word)

    def _take_of(self, record: Record, word: FleetWord) -> None:
        match word:
            case GameSessionRuns():
                self._runs(record)
            case GameSessionOver(_, reason):
                del self._living[record.id]
                self._over(record, reason)
            case PlayersChanged(_, players):
                record.players = players
            case PlayerSessionMoved(_, player_session, state):
                record.player_sessions.moved(player_session, PlayerSessionState(state))
            case LogWritten(_, level, text):
                self._log(record, level, text)

    def _adopt(self, worker: int, word: GoesOn) -> None:
        """A game session of an earlier desk goes on. Whoever asked for it does not have to ask again."""
        record = Record(word.facts, word.started, GameLog(word.facts.id, self._logs))
        record.worker, record.players, record.asked_for = worker, word.players, True
        record.player_sessions.still_held(word.seats)
        if word.running:
            record.state = State.RUNNING
            record.settled.set()
        self._living[record.id] = record

    async def read_logs(self) -> None:
        """Before anything is written: the logs of adopted game sessions go on where the last desk stopped."""
        self._living = {record.id: record for record in sorted(self.living, key=lambda record: record.started)}
        for record in self.living:
            await record.log.go_on()

    def lost(self, worker: int) -> None:
        """A worker has ended, and with it all its game sessions."""
        for record in reversed(self.living):
            if record.worker == worker:
                del self._living[record.id]
                record.waiting.clear()
                self._over(record, "its relay worker has ended")

    def close_logs(self) -> None:
        """End all that follow the log of a game session, for which HTTP would wait."""
        for record in self.living:
            record.log.memory.close()

    # What the desk says.

    def superseded(self, script: str, version: int) -> None:
        """Another version of a script counts now.

        Game sessions of the others end when they are empty; but not those that were asked for, nor any where players
        come with reservations.
        """
        if self._current().start.admission is Admission.RESERVED:
            return
        for record in self._living.values():
            if record.script == script and record.version != version and not record.retiring:
                record.retiring = True
                self._retire(record)

    async def create(self, wanted: NewGameSession, workers: Sequence[int]) -> Record:
        """Start a game session in the emptiest of the workers of these numbers, and wait until it runs.

        Raises:
            deployment.record.UnknownScript: there is no such script, it has been withdrawn, or has no file to launch.
            Refused: the server takes none, or it could not start.
        """
        active = self.scripts.active(wanted.script)
        if active is None:
            raise NoSuchScript(f"there is no script {wanted.script!r} that new game sessions could take")
        if wanted.launch and wanted.launch not in dict(active.files):
            raise NoSuchScript(f"version {active.version.number} of the script has no file {wanted.launch} to launch")
        self._must_have_room()
        if not workers:
            raise Refused("no relay worker runs at the moment; another is being started")
        record = self._start(wanted, min(workers, key=self._carried))
        record.asked_for = True
        with anyio.move_on_after(SETTLE_SECONDS):
            await record.settled.wait()
        if record.state is not State.RUNNING:
            self._tell(record.worker, EndGameSession(record.id, "it took too long to start"))
            raise Refused(f"the game session could not start: {record.reason or 'it took too long'}")
        return record

    def update(self, record: Record, wanted: GameSessionUpdate) -> None:
        """Change what is wanted of a game session, now or as soon as it runs. Raises Refused."""
        if record.state is State.ENDED:
            raise Refused(f"the game session has ended: {record.reason}")
        update = record.facts.merged(wanted.name, wanted.max_players, wanted.properties, wanted.matchmaker_data)
        if (count := len(update.properties)) > MAX_PROPERTIES:
            raise Refused(f"a game session has at most {MAX_PROPERTIES} properties, and these would be {count}")
        record.facts = record.facts.updated(update)
        self._tell(record.worker, UpdateGameSession(record.id, update))

    def spoil(self, record: Record, wanted: Network) -> None:
        """Make the network bad for those who play there, or good again. Raises Refused."""
        if self._current().start.admission is not Admission.ANYBODY:
            raise Refused("players have a bad network on purpose with `harena dev` alone")
        if record.state is State.ENDED:
            raise Refused(f"the game session has ended: {record.reason}")
        line = (wanted.loss, wanted.duplicates, wanted.reorder, wanted.delay_seconds, wanted.jitter_seconds)
        self._tell(record.worker, SpoilNetwork(record.id, wanted.player_id, line))

    async def end(self, record: Record, reason: str, *, now: bool = False) -> None:
        """Let a game session say its farewell, or end it now, and wait for its end in bounded time."""
        if record.state is not State.ENDED:
            self._tell(record.worker, EndGameSession(record.id, reason, now))
            with anyio.move_on_after(END_SECONDS):
                await record.over.wait()

    def stop(self) -> None:
        """The server stops: what is asked for from now on would come to nothing."""
        self._stopping = True

    def must_accept(self) -> None:
        """Raise Refused while the server takes no new players."""
        fleet = self._current().fleet
        if self._stopping:
            raise Refused(fleet.stopping_message)
        if not fleet.accepting:
            raise Refused(fleet.draining_message)

    def _must_have_room(self) -> None:
        self.must_accept()
        most = self._current().fleet.max_game_sessions
        if len(self._living) >= most:
            raise Refused(f"this server carries {most:,} game sessions, and no more")

    def _carried(self, worker: int) -> int:
        return sum(record.worker == worker for record in self._living.values())

    # Seats.

    def _seat_wanted(self, worker: int, login: int, player_session_id: str) -> None:
        try:
            self.must_accept()
            claim = claimed(
                player_session_id, self.scripts.names, self._current().start.script, self.scripts.last_fault
            )
            record = self._open(claim, worker) or self._started_for(claim, worker)
        except (UnknownScript, Refused) as error:
            self._tell(worker, RefuseSeat(login, str(error)))
            return
        waiting = Waiting(login, claim.player or self._next_player())
        if record.state is State.RUNNING:
            self._give_seat(record, waiting)
        elif len(record.waiting) < MAX_WAITING:
            record.waiting.append(waiting)
        else:
            self._tell(worker, RefuseSeat(login, "too many logins wait for this game session to start"))

    def _next_player(self) -> str:
        self._last_player += 1
        return f"player-{self._last_player}"

    def _open(self, claim: Claim, worker: int) -> Record | None:
        """Find the game session that takes new players under this name."""
        for record in reversed(self._living.values()):
            known = record.script, record.facts.name, record.worker
            if known == (claim.script, claim.room, worker) and not record.retiring:
                return record
        return None

    def _started_for(self, claim: Claim, worker: int) -> Record:
        self._must_have_room()
        return self._start(NewGameSession(claim.script, claim.room, MAX_PLAYERS), worker)

    def _start(self, wanted: NewGameSession, worker: int) -> Record:
        active = self.scripts.active(wanted.script)
        facts = _facts(wanted, active.version.number if active else 0)
        record = self._living[facts.id] = Record(facts, time.time(), GameLog(facts.id, self._logs))
        record.worker = worker
        files, launch = (active.files, wanted.launch or active.source.launch) if active else ((), "")
        self._tell(worker, StartGameSession(facts, files, launch, self._current().secrets.of(wanted.script)))
        return record

    def _give_seat(self, record: Record, waiting: Waiting) -> None:
        player_session = f"psess-{secrets.token_hex(8)}"
        record.player_sessions.add(player_session, waiting.player_id, 0)
        self._tell(record.worker, GiveSeat(waiting.login, record.id, player_session, waiting.player_id))

    # The life of a game session.

    def _runs(self, record: Record) -> None:
        record.state = State.RUNNING
        record.settled.set()
        self._publish(GameSessionStarted(record.id, record.script, record.version, record.facts.name))
        waiting, record.waiting = record.waiting, []
        for login in waiting:
            self._give_seat(record, login)
        if record.retiring:  # Superseded while it started; the worker had no room to retire yet.
            self._retire(record)

    def _retire(self, record: Record) -> None:
        if not record.asked_for:
            self._tell(record.worker, RetireGameSession(record.id))

    def _over(self, record: Record, reason: str) -> None:
        for waiting in record.waiting:
            self._tell(record.worker, RefuseSeat(waiting.login, reason))
        record.waiting.clear()
        record.state, record.ended, record.reason, record.players = State.ENDED, time.time(), reason, 0
        self._ended[record.id] = record
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        record.log.over(reason)
        record.settled.set()
        record.over.set()
        if reserved := record.player_sessions.end():
            self._publish(ReservationsLost(record.id, reserved, reason))
        self._publish(GameSessionEnded(record.id, record.script, record.version, reason))

    def _log(self, record: Record, level: str, text: str) -> None:
        record.log.add(level, text)
        self._publish(Logged(record.id, record.script, record.version, level, text))


def _facts(wanted: NewGameSession, version: int) -> GameSessionFacts:
    return GameSessionFacts(
        GameSessionId(wanted.id or f"{wanted.script or 'relay'}-{secrets.token_hex(4)}"),
        wanted.name or DEFAULT_ROOM,
        wanted.script,
        version,
        wanted.max_players,
        tuple(wanted.properties.items()),
        wanted.data,
        wanted.matchmaker_data,
        wanted.parameters,
    )
