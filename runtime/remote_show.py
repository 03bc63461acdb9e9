"""How a game session is: the desk asks its worker, and waits for its word in bounded time."""

from collections.abc import Callable

from runtime.open_questions import OpenQuestions
from runtime.record import Record
from runtime.words import GameSessionShown, ShowGameSession, ToWorker

#: A worker answers at once, unless it is stuck or has ended.
ANSWER_SECONDS = 2.0


class RemoteShow:
    """Questions that wait for their answers. ``tell`` speaks to the worker of a number."""

    def __init__(self, tell: Callable[[int, ToWorker], None]) -> None:
        self._tell = tell
        self._open: OpenQuestions[GameSessionShown] = OpenQuestions()

    async def show(self, record: Record) -> GameSessionShown | None:
        """Ask how a game session is; None where nobody can tell."""

        def tell(question: int) -> None:
            self._tell(record.worker, ShowGameSession(question, record.id))

        try:
            shown = await self._open.ask(record.worker, tell, ANSWER_SECONDS)
        except TimeoutError:
            return None
        return shown if shown.found else None

    def take(self, shown: GameSessionShown) -> None:
        """A worker has answered; perhaps too late."""
        self._open.answered(shown.question, shown)
