"""The fleet: all game sessions of this server, as the desk knows them, and who is let into which."""

import secrets
import time
from collections.abc import Callable

from desk.events import Event, GameSessionEnded, GameSessionStarted, Logged
from runtime.claims import Claim, UnknownScript, claimed
from runtime.record import ENDED_KEPT, MAX_WAITING, LogLine, Record, State, Waiting
from runtime.scripts import Scripts
from runtime.words import (
    GameSessionOver,
    GameSessionRuns,
    GiveSeat,
    LogWritten,
    PlayersChanged,
    RefuseSeat,
    RetireGameSession,
    SeatWanted,
    StartGameSession,
    ToWorker,
)

#: What the desk hears of a worker's game sessions.
FleetWord = SeatWanted | GameSessionRuns | GameSessionOver | PlayersChanged | LogWritten


class Fleet:
    """The game sessions of one worker. ``tell`` speaks to it; ``publish`` tells the world."""

    def __init__(
        self,
        scripts: Scripts,
        default_script: str | None,
        tell: Callable[[ToWorker], None],
        publish: Callable[[Event], None],
    ) -> None:
        self.scripts = scripts
        self._default_script = default_script
        self._tell = tell
        self._publish = publish
        self._living: dict[str, Record] = {}
        self._ended: dict[str, Record] = {}
        self._last_player = 0

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

    def take(self, word: FleetWord) -> None:
        """Take what the worker says of its game sessions and logins."""
        if isinstance(word, SeatWanted):
            self._seat_wanted(word.login, word.player_session_id)
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
            case LogWritten(_, level, text):
                self._log(record, level, text)

    def lost(self) -> None:
        """The worker has ended, and with it all its game sessions."""
        while self._living:
            _, record = self._living.popitem()
            record.waiting.clear()
            self._over(record, "its relay worker has ended")

    # What the desk says.

    def superseded(self, script: str, version: int) -> None:
        """Another version of a script counts now: game sessions of the others end when they are empty."""
        for record in self._living.values():
            if record.script == script and record.version != version and not record.retiring:
                record.retiring = True
                self._tell(RetireGameSession(record.id))

    # Seats.

    def _seat_wanted(self, login: int, player_session_id: str) -> None:
        try:
            claim = claimed(player_session_id, self.scripts.names, self._default_script)
        except UnknownScript as error:
            self._tell(RefuseSeat(login, str(error)))
            return
        waiting = Waiting(login, claim.player or self._next_player())
        record = self._open(claim) or self._start(claim)
        if record.state is State.RUNNING:
            self._give_seat(record, waiting)
        elif len(record.waiting) < MAX_WAITING:
            record.waiting.append(waiting)
        else:
            self._tell(RefuseSeat(login, "too many logins wait for this game session to start"))

    def _next_player(self) -> str:
        self._last_player += 1
        return f"player-{self._last_player}"

    def _open(self, claim: Claim) -> Record | None:
        """Find the game session that takes new players under this name."""
        for record in reversed(self._living.values()):
            if (record.script, record.room) == (claim.script, claim.room) and not record.retiring:
                return record
        return None

    def _start(self, claim: Claim) -> Record:
        active = self.scripts.active(claim.script)
        version = active.version.number if active else 0
        identity = f"{claim.script or 'relay'}-{secrets.token_hex(4)}"
        record = self._living[identity] = Record(identity, claim.script, version, claim.room, time.time())
        files, launch = (active.files, active.source.launch) if active else ((), "")
        self._tell(StartGameSession(identity, claim.room, claim.script, version, files, launch))
        return record

    def _give_seat(self, record: Record, waiting: Waiting) -> None:
        self._tell(GiveSeat(waiting.login, record.id, f"psess-{secrets.token_hex(8)}", waiting.player_id))

    # The life of a game session.

    def _runs(self, record: Record) -> None:
        record.state = State.RUNNING
        self._publish(GameSessionStarted(record.id, record.script, record.version, record.room))
        waiting, record.waiting = record.waiting, []
        for login in waiting:
            self._give_seat(record, login)
        if record.retiring:  # Superseded while it started; the worker had no room to retire yet.
            self._tell(RetireGameSession(record.id))

    def _over(self, record: Record, reason: str) -> None:
        for waiting in record.waiting:
            self._tell(RefuseSeat(waiting.login, reason))
        record.waiting.clear()
        record.state, record.ended, record.reason, record.players = State.ENDED, time.time(), reason, 0
        self._ended[record.id] = record
        if len(self._ended) > ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        self._publish(GameSessionEnded(record.id, record.script, record.version, reason))

    def _log(self, record: Record, level: str, text: str) -> None:
        record.log.append(LogLine(time.time(), level, text))
        self._publish(Logged(record.id, record.script, record.version, level, text))
