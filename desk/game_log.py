"""What the log of a game session consists of, and how it is followed."""

from collections.abc import Callable

from desk.memory import Memory
from session.values import value


@value
class LogLine:
    """What was written to the log of a game session; `text` may have several lines (a traceback)."""

    level: str
    text: str


@value
class LiveLog:
    """A log that can be followed. `reason` gives why its game session ended, None while it has not."""

    memory: Memory[LogLine]
    reason: Callable[[], str | None]
