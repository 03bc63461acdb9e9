"""A room with a script behind it: one that rules as the test says, in the same turn or when the test lets it."""

from collections.abc import Callable

import anyio

from session.answers import Answer
from session.callbacks import Callback
from session.effects import Ask

Ruling = Callable[[Ask], Answer]


def permit(ask: Ask) -> Answer:
    return Answer(ask.ask, verdict=True)


class Rulings:
    """A script host: keeps the batches in which it was asked, and answers each by ``ruling`` once it is let."""

    def __init__(self, ruling: Ruling = permit) -> None:
        self.ruling = ruling
        self.answer: Callable[[list[Answer]], None] = _nobody
        self.batches: list[list[Callback]] = []
        self.held: list[Ask] | None = None
        self.closed = 0
        self._asked = anyio.Event()

    def ask(self, asks: list[Ask]) -> None:
        self.batches.append([ask.callback for ask in asks])
        if self.held is None:
            self.answer([self.ruling(ask) for ask in asks])
        else:
            self.held += asks
        self._asked.set()
        self._asked = anyio.Event()

    def close(self) -> None:
        self.closed += 1

    def hold(self) -> None:
        """Answer nothing until ``let_go``."""
        self.held = []

    def let_go(self) -> None:
        held, self.held = self.held or [], None
        self.answer([self.ruling(ask) for ask in held])

    async def asked(self, kind: type[Callback], times: int = 1) -> list[Callback]:
        """Wait until so many questions of a kind have been asked."""
        while len(found := [one for batch in self.batches for one in batch if type(one) is kind]) < times:
            await self._asked.wait()
        return found


def _nobody(answers: list[Answer]) -> None:
    raise AssertionError("nobody waits for the answers")
