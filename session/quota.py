"""Quotas of a peer: how many packets a second are taken from it."""


class Quota:
    """A token bucket: ``per_second`` packets for ever, and a burst of ``burst`` after a rest."""

    __slots__ = ("_burst", "_last", "_left", "_per_second")

    def __init__(self, per_second: float, burst: float, now: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = burst
        self._last = now

    def take(self, now: float) -> bool:
        """Count one packet at ``now`` (seconds, steady); False says that it is one too many."""
        left = self._left + (now - self._last) * self._per_second
        self._last = now
        if left > self._burst:
            left = self._burst
        if left < 1:
            self._left = left
            return False
        self._left = left - 1
        return True
