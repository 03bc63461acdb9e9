"""What a script would otherwise take from the world."""

import hashlib
import random
from collections.abc import Callable

from session.values import value


@value
class Inputs:
    """The clock and the seed of one game session; the same inputs give the same rulings."""

    unix_time: Callable[[], float]
    seed: int


class KeyedRandom(random.Random):
    """Numbers that cannot be told from the numbers before them: the hash of a key and a counter."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 0
        super().__init__(0)

    def getrandbits(self, k: int, /) -> int:
        """A whole number of k random bits."""
        blocks = bytearray()
        while len(blocks) * 8 < k:
            self._counter += 1
            blocks += hashlib.sha256(self._key + self._counter.to_bytes(8, "big")).digest()
        return int.from_bytes(blocks, "big") >> (len(blocks) * 8 - k) if k else 0

    def random(self) -> float:
        """A number from 0 to 1, 1 excluded."""
        return self.getrandbits(53) / (1 << 53)


def stream(inputs: Inputs, purpose: str) -> bytes:
    """A key for one purpose: what is drawn for one says nothing about another."""
    return hashlib.sha256(f"{inputs.seed}/{purpose}".encode()).digest()
