"""How a game session is: the desk asks its worker, and waits for its word in bounded time."""

import asyncio
from collections.abc import Callable

import anyio

from runtime.record import Record
from runtime.words import GameSessionShown, ShowGameSession, ToWorker

#: A worker answers at once, unless it is stuck or has ended.
ANSWER_SECONDS = 2.0


class RemoteShow:
    """Questions that wait for their answers. ``tell`` speaks to the worker of a number."""

    def __init__(self, tell: Callable[[int, ToWorker], None]) -> None:
        self._tell = tell
        self._last_question = 0
        self._waiting: dict[int, asyncio.Future[GameSessionShown]] = {}

    async def show(self, record: Record) -> GameSessionShown | None:
        """Ask how a game session is; None where nobody can tell."""
        self._last_question += 1
        question = self._last_question
        answer = self._waiting[question] = asyncio.get_running_loop().create_future()
        self._tell(record.worker, ShowGameSession(question, record.id))
        try:
            with anyio.fail_after(ANSWER_SECONDS):
                shown = await answer
        except TimeoutError:
            return None
        finally:
            del self._waiting[question]
        return shown if shown.found else None

    def take(self, shown: GameSessionShown) -> None:
        """A worker has answered; perhaps too late."""
        answer = self._waiting.get(shown.question)
        if answer and not answer.done():
            answer.set_result(shown)
