"""The hub: tells everybody who watches what happens here, and remembers the newest events for who comes late."""

import time
from collections.abc import Callable

from desk.events import Event
from desk.memory import Memory

#: How many events are remembered. A subscriber that falls further behind is told what it missed, and goes on.
KEPT_EVENTS = 1_000


class Hub(Memory[Event]):
    """The memory of this run of the server: events are numbered anew with every start."""

    def __init__(self, clock: Callable[[], float] = time.time, kept_events: int = KEPT_EVENTS) -> None:
        """`clock` gives Unix seconds."""
        super().__init__(kept_events, clock)
