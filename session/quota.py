"""Quotas: how much of something a second is taken from somebody."""


class Quota:
    """A token bucket: ``per_second`` packets (or bytes) for ever, and a burst of ``burst`` after a rest."""

    __slots__ = ("_burst", "_last", "_left", "_per_second")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = burst
        self._last = now

    def take(self, now: float, amount: float = 1) -> bool:
        """Count one packet at ``now`` (seconds, steady), or more; False is too much: nothing is counted."""
        left = self._left + (now - self._last) * self._per_second
        self._last = now
        if left > self._burst:
            left = self._burst
        if left < amount:
            self._left = left
            return False
        self._left = left - amount
        return True

    def left(self, now: float) -> bool:
        """Say whether one packet could be taken at ``now``; nothing is counted."""
        return self._left + (now - self._last) * self._per_second >= 1
