"""Reservations: the desk asks a worker to keep a seat, and waits for its word."""

import asyncio
import secrets
from collections.abc import Callable

import anyio

from desk.house import NewPlayerSession, Refused
from runtime.player_sessions import PlayerSessionRecord
from runtime.record import Record, State
from runtime.words import ReserveSeat, SeatRefused, SeatReserved, ToWorker

#: A worker answers at once, unless it is stuck or has ended.
ANSWER_SECONDS = 5.0
#: Unguessable: who knows the id has the seat.
_ID_BYTES = 24


class Reservations:
    """Seats that are being asked for. ``tell`` speaks to the worker of a number."""

    def __init__(self, tell: Callable[[int, ToWorker], None]) -> None:
        self._tell = tell
        self._last_request = 0
        self._last_player = 0
        self._waiting: dict[int, tuple[int, asyncio.Future[str]]] = {}
        #: How often it came to what.
        self.results = {"kept": 0, "refused": 0}

    async def reserve(self, record: Record, wanted: NewPlayerSession, seconds: float) -> PlayerSessionRecord:
        """Have a seat kept for so long. Raises Refused."""
        if record.state is not State.RUNNING:
            raise Refused("the game session does not run")
        self._last_request += 1
        request = self._last_request
        identity = f"psess-{secrets.token_urlsafe(_ID_BYTES)}"
        player_id = wanted.player_id or self._next_player(record)
        kept = record.player_sessions.add(identity, player_id, seconds)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[request] = (record.worker, answer)
        self._tell(record.worker, ReserveSeat(request, record.id, identity, player_id, wanted.player_data, seconds))
        refusal = await self._answer(request, answer)
        self.results["refused" if refusal else "kept"] += 1
        if refusal:
            record.player_sessions.forget(identity)
            raise Refused(refusal)
        return kept

    def take(self, word: SeatReserved | SeatRefused) -> None:
        """The worker has answered."""
        self._done(word.request, word.reason if isinstance(word, SeatRefused) else "")

    def lost(self, worker: int) -> None:
        """A worker has ended: what it was asked it cannot answer."""
        for request, (number, _) in tuple(self._waiting.items()):
            if number == worker:
                self._done(request, "its relay worker has ended")

    async def _answer(self, request: int, answer: asyncio.Future[str]) -> str:
        try:
            with anyio.fail_after(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            return f"the relay worker has not answered within {ANSWER_SECONDS:g} seconds"
        finally:
            self._waiting.pop(request, None)

    def _done(self, request: int, refusal: str) -> None:
        _, answer = self._waiting.get(request, (0, None))
        if answer and not answer.done():
            answer.set_result(refusal)

    def _next_player(self, record: Record) -> str:
        taken = {one.player_id for one in record.player_sessions.all}
        while True:
            self._last_player += 1
            if (name := f"player-{self._last_player}") not in taken:
                return name
