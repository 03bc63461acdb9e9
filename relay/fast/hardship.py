"""A hardship: what is done on purpose to the datagrams of one player."""

import asyncio
from collections.abc import Callable
from random import Random

from relay.delay import Delay
from relay.fast.bad_line import REORDERED_SECONDS, BadLine


class BadWay:
    """One way of a bad line, a queue as networks have them: nothing overtakes but what is out of order on purpose."""

    def __init__(self, line: BadLine) -> None:
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._chance = Random()
        self._queue = Delay(lambda: line.delay(self._chance))

    def take(self, arrive: Callable[[], None]) -> None:
        """A datagram sets out: let it arrive later, twice or never."""
        for late in self._line.copies(self._chance):
            if late:
                self._loop.call_later(self._line.delay(self._chance) + REORDERED_SECONDS, arrive)
            else:
                self._queue(arrive)


class Hardship:
    """The ways of what comes from a player, and of what goes there."""

    def __init__(self, line: BadLine) -> None:
        self.coming, self.going = BadWay(line), BadWay(line)
