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

    def copies(self, chance: Random) -> tuple[bool, ...]:
        """Say of each copy of a datagram that arrives, none, one or two, whether it is out of order."""
        copies = 0 if chance.random() < self.loss else 2 if chance.random() < self.duplicates else 1
        return tuple(chance.random() < self.reorder for _ in range(copies))

    def delay(self, chance: Random) -> float:
        """Give after how many seconds something arrives that is in order; who keeps order may make it later."""
        return max(0.0, self.delay_seconds + self.jitter_seconds * chance.uniform(-1, 1))
