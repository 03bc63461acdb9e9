"""Script errors, told once and then counted: a mistake that is made sixty times a second is one line in ten seconds."""

from sandbox.errors import ScriptError
from session.values import value

#: A summary comes so long after the first error that it counts.
SUMMARY_SECONDS = 10.0
#: So many different errors of one game session are told apart; of any others only their number is told.
MAX_DIFFERENT = 100


@value
class _Place:
    """What makes two errors the same one: where, and of which type."""

    callback: str
    file: str
    line: int
    kind: str


_ELSEWHERE = _Place("", "", 0, "")


class ErrorCounts:
    """The errors of one game session. ``now`` is in seconds, of whatever clock the caller likes."""

    def __init__(self) -> None:
        #: All errors so far, those that were told in full included.
        self.total = 0
        #: How often each has happened that has not been told; every place that is known is in it.
        self._untold: dict[_Place, int] = {}
        self._summary_at: float | None = None

    def raised(self, error: ScriptError, now: float) -> bool:
        """An error happened; whether it is the first of its kind, which is to be told in full."""
        self.total += 1
        place = _Place(error.callback, error.file, error.line, error.text.partition(":")[0])
        if place not in self._untold:
            if len(self._untold) < MAX_DIFFERENT:
                self._untold[place] = 0
                return True
            place = _ELSEWHERE
        self._untold[place] = self._untold.get(place, 0) + 1
        if self._summary_at is None:
            self._summary_at = now + SUMMARY_SECONDS
        return False

    def summary_at(self) -> float | None:
        """When ``summary`` is to be asked for; None while there is nothing to tell."""
        return self._summary_at

    def summary(self) -> str:
        """What has happened again since the last summary, a line for each place; "" where nothing has."""
        told = [_told(place, count) for place, count in self._untold.items() if count]
        self._untold = dict.fromkeys(self._untold, 0)
        self._summary_at = None
        return "\n".join(told)


def _told(place: _Place, count: int) -> str:
    times = "once more" if count == 1 else f"{count:,} more times"
    if place == _ELSEWHERE:
        return f"other errors happened {times}"
    return f"{place.file}:{place.line}: in {place.callback}: {place.kind} happened {times}"
