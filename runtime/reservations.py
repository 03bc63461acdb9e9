"""Reservations: the desk asks a worker to keep a seat, and waits for its word."""

import secrets
from collections.abc import Callable

from desk.house import Full, NewPlayerSession, Refused
from runtime.open_questions import OpenQuestions, WorkerGone
from runtime.player_sessions import PlayerSessionRecord
from runtime.record import Record, State
from runtime.words import ReserveSeat, SeatRefused, SeatReserved, ToWorker
from session.seats import FULL

#: A worker answers at once, unless it is stuck or has ended.
ANSWER_SECONDS = 5.0
#: Unguessable: who knows the id has the seat.
_ID_BYTES = 24


class Reservations:
    """Seats that are being asked for. ``tell`` speaks to the worker of a number."""

    def __init__(self, tell: Callable[[int, ToWorker], None]) -> None:
        self._tell = tell
        self._last_player = 0
        self._open: OpenQuestions[str] = OpenQuestions()
        #: How often it came to what.
        self.results = {"kept": 0, "refused": 0}

    async def reserve(self, record: Record, wanted: NewPlayerSession, seconds: float) -> PlayerSessionRecord:
        """Have a seat kept for so long. Raises Refused, and Full where all are taken."""
        if record.state is not State.RUNNING:
            raise Refused("the game session does not run")
        identity = f"psess-{secrets.token_urlsafe(_ID_BYTES)}"
        player_id = wanted.player_id or self._next_player(record)
        kept = record.player_sessions.add(identity, player_id, seconds)

        def tell(request: int) -> None:
            word = ReserveSeat(request, record.id, identity, player_id, wanted.player_data, seconds)
            self._tell(record.worker, word)

        refusal = await self._answer(record.worker, tell)
        self.results["refused" if refusal else "kept"] += 1
        if refusal:
            record.player_sessions.forget(identity)
            raise Full(refusal) if refusal == FULL else Refused(refusal)
        return kept

    def take(self, word: SeatReserved | SeatRefused) -> None:
        """The worker has answered."""
        self._open.answered(word.request, word.reason if isinstance(word, SeatRefused) else "")

    def lost(self, worker: int) -> None:
        """A worker has ended: what it was asked it cannot answer."""
        self._open.lost(worker)

    async def _answer(self, worker: int, tell: Callable[[int], None]) -> str:
        """Ask a worker; give why there is no seat, "" where there is one."""
        try:
            return await self._open.ask(worker, tell, ANSWER_SECONDS)
        except TimeoutError:
            return f"the relay worker has not answered within {ANSWER_SECONDS:g} seconds"
        except WorkerGone:
            return "its relay worker has ended"

    def _next_player(self, record: Record) -> str:
        taken = {one.player_id for one in record.player_sessions.all}
        while True:
            self._last_player += 1
            if (name := f"player-{self._last_player}") not in taken:
                return name
