"""Wakes: when a game session wants to be woken, and for what. Time is an argument; the next wake is an output."""

from session.configuration import Configuration

#: A late server makes up for this many ticks and skips the others.
MAX_TICKS_AT_ONCE = 5
#: So long at least the first player has to come, whatever the idle limit: the login that began the game session may
#: still be on its way to its seat.
FIRST_PLAYER_SECONDS = 10.0


class Wakes:
    """The times of a game session's own clock: its script's timers and ticks, its idle limit and its longest life.

    Seconds since the game session began. A limit of 0 in the configuration is none here.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._tick_hz = configuration.tick_hz
        self._ticks = 0
        self._idle_seconds: float | None = configuration.idle_seconds or None
        self._empty_since: float | None = 0.0
        self._nobody_came_yet = True
        self._end_at: float | None = configuration.max_seconds or None
        self.retiring = False
        #: When the script's next timer is due.
        self.timer_at: float | None = None

    @property
    def tick_seconds(self) -> float:
        """The length of one tick, 0.0 where the script has none."""
        return 1 / self._tick_hz if self._tick_hz else 0.0

    def occupied(self) -> None:
        """Somebody is there: the idle limit does not run."""
        self._empty_since = None
        self._nobody_came_yet = False

    def emptied(self, now: float) -> None:
        """Nobody is there any more."""
        self._empty_since = now

    def retire(self) -> None:
        """Let the game session end as soon as it is empty."""
        self.retiring = True
        self._idle_seconds = 0.0

    def stop(self) -> None:
        """Nothing is due any more: the game session is about to end."""
        self._tick_hz, self._idle_seconds, self._end_at, self.timer_at = 0.0, None, None, None

    def at(self) -> float | None:
        """Give the time of the next wake, None for never."""
        times = [time for time in (self.timer_at, self._idle_at(), self._end_at) if time is not None]
        if self._tick_hz:
            times.append((self._ticks + 1) / self._tick_hz)
        return min(times, default=None)

    def timers_due(self, now: float) -> bool:
        """Say whether timers of the script are due, once for each time that it named."""
        if self.timer_at is None or now < self.timer_at:
            return False
        self.timer_at = None
        return True

    def ticks_due(self, now: float) -> tuple[int, int]:
        """Count the ticks that are due, and those that are skipped because too many were."""
        # The same division as in ``at``: what is due at the time that it gave is due here, however that was rounded.
        if not self._tick_hz or now < (self._ticks + 1) / self._tick_hz:
            return 0, 0
        due = max(1, int(now * self._tick_hz) - self._ticks)
        self._ticks += due
        return min(due, MAX_TICKS_AT_ONCE), max(0, due - MAX_TICKS_AT_ONCE)

    def idle_too_long(self, now: float) -> bool:
        """Say whether nobody has been there for as long as allowed."""
        idle_at = self._idle_at()
        return idle_at is not None and now >= idle_at

    def lived_too_long(self, now: float) -> bool:
        """Say whether the longest life is over."""
        return self._end_at is not None and now >= self._end_at

    def _idle_at(self) -> float | None:
        if self._idle_seconds is None or self._empty_since is None:
            return None
        if self._nobody_came_yet and not self.retiring:
            return max(FIRST_PLAYER_SECONDS, self._idle_seconds)
        return self._empty_since + self._idle_seconds
