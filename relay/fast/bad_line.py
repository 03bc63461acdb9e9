"""A bad line: what a network does to datagrams, for tests and for developers who want to see their game suffer.

Chance is an argument, so that a seed gives the same losses again.
"""

from random import Random

from session.values import value

#: So much later comes what is out of order: behind whatever follows within this time.
REORDERED_SECONDS = 0.03


@value
class BadLine:
    """Shares from 0 to 1, and seconds; ``jitter_seconds`` is how far a delay may be from its mean, either way."""

    loss: float = 0.0
    duplicates: float = 0.0
    reorder: float = 0.0
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0

    def arrivals(self, chance: Random) -> tuple[float, ...]:
        """Give after how many seconds a datagram arrives: never, once or twice."""
        copies = 0 if chance.random() < self.loss else 2 if chance.random() < self.duplicates else 1
        return tuple(self._seconds(chance) for _ in range(copies))

    def delay(self, chance: Random) -> float:
        """Give after how many seconds something arrives that is never lost, and stays in its order."""
        return max(0.0, self.delay_seconds + self.jitter_seconds * chance.uniform(-1, 1))

    def _seconds(self, chance: Random) -> float:
        late = REORDERED_SECONDS if chance.random() < self.reorder else 0.0
        return self.delay(chance) + late
