"""How long a ticket is likely to wait."""

from collections import deque
from collections.abc import Iterable

#: So many waits are remembered, the latest ones; fewer than that many say nothing.
REMEMBERED_WAITS = 100
ENOUGH_WAITS = 3


class Estimates:
    """The average wait of those who were matched lately; all times are in seconds."""

    def __init__(self, waits_seconds: Iterable[float] = ()) -> None:
        self._waits: deque[float] = deque(waits_seconds, maxlen=REMEMBERED_WAITS)

    def matched(self, waits_seconds: Iterable[float]) -> None:
        """Tickets have found their game after so long."""
        self._waits.extend(waits_seconds)

    @property
    def seconds(self) -> int | None:
        """The estimate in whole seconds; None while too few have been matched."""
        if len(self._waits) < ENOUGH_WAITS:
            return None
        return round(sum(self._waits) / len(self._waits))
