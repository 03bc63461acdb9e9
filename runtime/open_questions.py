"""Questions of the desk to its workers that wait for their words; a number goes along, and comes back."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

import anyio

T = TypeVar("T")


class WorkerGone(Exception):
    """The worker has ended, and cannot answer what it was asked."""


class OpenQuestions(Generic[T]):
    """What was asked and has no answer yet."""

    def __init__(self) -> None:
        self._last = 0
        #: Of each question: the worker that was asked.
        self._waiting: dict[int, tuple[int, asyncio.Future[T]]] = {}

    async def ask(self, worker: int, tell: Callable[[int], None], seconds: float | None) -> T:
        """Have ``tell`` ask under a number, and wait for the answer.

        Raises:
            TimeoutError: it did not come within so many seconds; with None nobody counts them here.
            WorkerGone: it will not come.
        """
        self._last += 1
        number = self._last
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting[number] = worker, answer
        try:
            tell(number)
            with anyio.fail_after(seconds):
                return await answer
        finally:
            del self._waiting[number]

    def answered(self, number: int, word: T) -> None:
        """A worker has answered; perhaps too late."""
        _, answer = self._waiting.get(number, (0, None))
        if answer and not answer.done():
            answer.set_result(word)

    def lost(self, worker: int) -> None:
        """A worker has ended."""
        for number, answer in self._waiting.values():
            if number == worker and not answer.done():
                answer.set_exception(WorkerGone())
