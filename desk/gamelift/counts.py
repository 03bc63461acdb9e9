"""Counts: how many wait, for a game session or for a match, and how long those waited who do not any more.

The numbers are of this run of the server. A placement or ticket counts once it is written what has become of it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field

from matchmaking.tickets.life import ACTIVE, Status
from session.values import value

#: Upper bounds of waits, in seconds; there is one more for what is above the last.
WAIT_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
#: How placements end, and how tickets do.
PLACEMENT_ENDS = ("FULFILLED", "CANCELLED", "TIMED_OUT", "FAILED")
TICKET_ENDS = tuple(status.value for status in Status if status not in ACTIVE)

#: How many waits lay within each bound and beyond the last, and the seconds of all; by how they ended.
Waits = Mapping[str, tuple[float, ...]]


@value
class PlacementBegan:
    """A placement waits from now on."""


@value
class PlacementEnded:
    """A placement has waited for so long, and ended with this status."""

    status: str
    seconds: float


@value
class TicketEnded:
    """A matchmaking ticket has waited for so long, and ended with this status."""

    status: str
    seconds: float


@value
class Waiting:
    """What waits at a moment, tickets by their status, and what has waited since the server began."""

    placements: int = 0
    tickets: Mapping[str, int] = field(default_factory=dict)
    placement_waits: Waits = field(default_factory=dict)
    ticket_waits: Waits = field(default_factory=dict)


class Counts:
    """Hears what has been written; ``pending`` placements waited before."""

    def __init__(self, pending: int) -> None:
        self._pending = pending
        self._placements = {status: _Sum() for status in PLACEMENT_ENDS}
        self._tickets = {status: _Sum() for status in TICKET_ENDS}

    def hear(self, fact: object) -> None:
        """Something has been written, which may be about those who wait."""
        match fact:
            case PlacementBegan():
                self._pending += 1
            case PlacementEnded(status, seconds):
                self._pending -= 1
                self._placements[status].add(seconds)
            case TicketEnded(status, seconds):
                self._tickets[status].add(seconds)

    def now(self, tickets: Iterable[Status]) -> Waiting:
        """Give the numbers, with those of the tickets that are active, of which these are the statuses."""
        active = {status.value: 0 for status in Status if status in ACTIVE}
        active |= Counter(status.value for status in tickets)
        return Waiting(self._pending, active, _shown(self._placements), _shown(self._tickets))


class _Sum:
    def __init__(self) -> None:
        self.counts = [0] * (len(WAIT_SECONDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(WAIT_SECONDS, seconds)] += 1
        self.seconds += seconds


def _shown(sums: Mapping[str, _Sum]) -> Waits:
    return {status: (*found.counts, found.seconds) for status, found in sums.items()}
