"""The doorway: seats in a worker, from the reservation to the moment when the player is gone."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from relay.connection import Connection
from runtime.words import PlayerSessionMoved, ReserveSeat, SeatRefused, SeatReserved, ToDesk
from session.peer import Seat
from session.seats import NoSeat, PlayerSession, PlayerSessionState, Seats
from session.values import GameSessionId, PlayerId, PlayerSessionId

#: Moves of player sessions that are remembered for a next desk, and for how long: until the last one had surely written
#: down what it had heard.
MOVES_KEPT = 10_000
MOVES_KEPT_SECONDS = 10.0


class Doorway:
    """Who has a seat in this worker's game sessions. It tells the desk whenever a player session moves."""

    def __init__(self, tell: Callable[[ToDesk], object]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._seats = Seats()
        self._seated: dict[Connection, PlayerSessionId] = {}
        self._moves: deque[tuple[float, PlayerSessionMoved]] = deque(maxlen=MOVES_KEPT)
        self._alarm: asyncio.TimerHandle | None = None

    def open(self, game_session: str, max_players: int) -> None:
        """A game session runs."""
        self._seats.open(GameSessionId(game_session), max_players)

    def resize(self, game_session: str, max_players: int) -> None:
        """A game session has another number of seats. Harmless for one that does not run (yet)."""
        self._seats.resize(GameSessionId(game_session), max_players)

    def close(self, game_session: str) -> None:
        """A game session is over."""
        self._seats.close(GameSessionId(game_session))

    def reserve(self, word: ReserveSeat) -> None:
        """Keep a seat, and answer."""
        seat = Seat(PlayerSessionId(word.player_session_id), PlayerId(word.player_id), word.player_data)
        self._expire()
        try:
            now = self._loop.time()
            replaced = self._seats.reserve(GameSessionId(word.game_session), seat, now + word.seconds, now)
        except NoSeat as error:
            self._tell(SeatRefused(word.request, str(error)))
            return
        for player_session in replaced:
            self._moved(word.game_session, player_session, PlayerSessionState.TIMEDOUT)
        self._tell(SeatReserved(word.request))
        self._set_alarm()

    def claim(self, connection: Connection, player_session: PlayerSessionId) -> PlayerSession | None:
        """Give the seat that a login claims, None where there has never been one. Raises NoSeat."""
        self._expire()
        claimed = self._seats.claim(player_session, self._loop.time())
        if claimed is not None:
            self._seated[connection] = player_session
            self._moved(claimed.game_session, player_session, PlayerSessionState.ACTIVE)
            self._set_alarm()
        return claimed

    def give(self, connection: Connection, game_session: str, seat: Seat) -> bool:
        """Seat a player whom the desk lets in without a reservation; False says that there is no seat."""
        self._expire()
        try:
            self._seats.reserve(GameSessionId(game_session), seat, float("inf"))
        except NoSeat:
            self.decline(game_session, seat)
            return False
        self.claim(connection, seat.player_session_id)
        return True

    def decline(self, game_session: str, seat: Seat) -> None:
        """Nobody sits on what the desk has given."""
        self._moved(game_session, seat.player_session_id, PlayerSessionState.TIMEDOUT)

    def left(self, connection: Connection) -> None:
        """A player is gone: its seat is free. Harmless where it had none."""
        player_session = self._seated.pop(connection, None)
        left = self._seats.leave(player_session) if player_session else None
        if left:
            self._moved(left.game_session, left.seat.player_session_id, PlayerSessionState.COMPLETED)

    def held(self, game_session: str) -> tuple[tuple[str, str, float, float, str], ...]:
        """The player sessions that hold seats of a game session, as ``GoesOn`` has them."""
        epoch = time.time() - self._loop.time()
        return tuple(
            (one.seat.player_session_id, one.seat.player_id, epoch + one.since, epoch + one.until, one.state.value)
            for one in self._seats.held(GameSessionId(game_session))
        )

    def moves(self, since: float) -> list[PlayerSessionMoved]:
        """What has moved since shortly before a moment of the loop's clock: some of it the desk may not know."""
        return [word for moved_at, word in self._moves if moved_at > since - MOVES_KEPT_SECONDS]

    def _expire(self) -> None:
        for late in self._seats.expired(self._loop.time()):
            self._moved(late.game_session, late.seat.player_session_id, PlayerSessionState.TIMEDOUT)

    def _moved(self, game_session: str, player_session: str, state: PlayerSessionState) -> None:
        word = PlayerSessionMoved(game_session, player_session, state.value)
        self._moves.append((self._loop.time(), word))
        self._tell(word)

    def _set_alarm(self) -> None:
        if self._alarm:
            self._alarm.cancel()
        wake_at = self._seats.wake_at()
        self._alarm = None if wake_at is None else self._loop.call_at(wake_at, self._woke)

    def _woke(self) -> None:
        self._alarm = None
        self._expire()
        self._set_alarm()
