"""The meter between a room and its sandbox: it passes on what they say to each other, and counts it."""

import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from runtime.metric_table import BATCH_SIZES, INPUT_WAIT, SANDBOX_DEATHS, SCRIPT_ERRORS, SCRIPT_TIME
from runtime.tally import Histogram, Tally
from sandbox.errors import ScriptError
from sandbox.host import Audience
from sandbox.reports import Death, LogLine
from session.answers import Answer
from session.callbacks import NAMES, Callback, GameSessionFacts
from session.effects import Ask


class Asked(Protocol):
    """What a meter needs of a sandbox."""

    def ask(self, asks: Sequence[Ask]) -> None:
        """Put questions to the script, in this order."""

    def close(self) -> None:
        """End the script."""


class Meter:
    """A room's script, and the audience of its sandbox.

    It has a clock of its own: that of an event loop need not go on within a turn, and most answers come in the same.
    """

    sandbox: Asked

    def __init__(self, tally: Tally, facts: GameSessionFacts, audience: Audience) -> None:
        self._tally = tally
        self._version = facts.script, facts.version
        self._audience = audience
        #: What waits for its answer, and when it was asked; the answers come in the same order.
        self._asked: deque[tuple[float, list[type[Callback]]]] = deque()
        #: When the script began with the first of those, as far as can be seen from here.
        self._began = 0.0
        self._open_histograms()

    # The room speaks.

    def ask(self, asks: Sequence[Ask]) -> None:
        """Put questions to the script."""
        if self._round != self._tally.round:
            self._open_histograms()
        now = time.monotonic()
        if not self._asked:
            self._began = now
        self._asked.append((now, [type(ask.callback) for ask in asks]))
        self._sizes.add(len(asks))
        self.sandbox.ask(asks)

    def close(self) -> None:
        """End the script."""
        self.sandbox.close()

    # The sandbox speaks.

    def answered(self, answers: Sequence[Answer]) -> None:
        """The script has ruled: what it took since its last rulings is shared by these."""
        if self._round != self._tally.round:
            self._open_histograms()
        now, number = time.monotonic(), len(answers)
        share, self._began = (now - self._began) / number, now
        while number:
            number -= self._count(number, share, now)
        self._audience.answered(answers)

    def _count(self, answers: int, share: float, now: float) -> int:
        """Count answers to questions that were put together; give how many of those there were."""
        asked_at, asked = self._asked.popleft()
        if answers < len(asked):
            self._asked.appendleft((asked_at, asked[answers:]))
            asked = asked[:answers]
        self._waits.add(now - asked_at, len(asked))
        for callback in set(asked):
            self._time(callback).add(share, asked.count(callback))
        return len(asked)

    def _time(self, callback: type[Callback]) -> Histogram:
        found = self._times.get(callback)
        if found is None:
            found = self._tally.histogram(SCRIPT_TIME, *self._version, NAMES[callback])
            self._times[callback] = found
        return found

    def _open_histograms(self) -> None:
        """Find the histograms once a round of the tally, rather than for every batch."""
        self._round = self._tally.round
        self._sizes, self._waits = self._tally.histogram(BATCH_SIZES), self._tally.histogram(INPUT_WAIT)
        self._times: dict[type[Callback], Histogram] = {}

    def logged(self, line: LogLine) -> None:
        """The script wrote a line."""
        self._audience.logged(line)

    def raised(self, error: ScriptError) -> None:
        """An exception left a callback."""
        self._tally.count(SCRIPT_ERRORS, *self._version)
        self._audience.raised(error)

    def died(self, death: Death) -> None:
        """The sandbox is gone."""
        self._tally.count(SANDBOX_DEATHS, death.outcome.value)
        self._audience.died(death)
