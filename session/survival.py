"""Survival: what is kept of a game for the death of its script's sandbox, and whether it goes on from there."""

from collections import deque

from session.configuration import AfterDeath, Configuration

#: A script that dies so often within so short a time would die again: its game session ends.
MAX_DEATHS = 3
DEATHS_WITHIN_SECONDS = 60.0


class Survival:
    """Snapshots of a script's state, and its deaths. ``now`` is in seconds of the game session.

    A snapshot is due once the script has ruled, but not sooner than ``snapshot_seconds`` after the one before it.
    """

    def __init__(self, configuration: Configuration, functions: frozenset[str]) -> None:
        able = {"on_snapshot", "on_restore"} <= functions
        self._wanted = able and configuration.after_death != AfterDeath.END
        #: When the next snapshot is due; None where nothing has happened since the last.
        self.at: float | None = None
        #: The latest snapshot: a JSON value in UTF-8; None before the first.
        self._state: bytes | None = None
        self._died_at: float | None = None
        self._pause = configuration.snapshot_seconds
        self._not_before = 0.0
        self._kept_at = 0.0
        #: The script has ruled since the latest snapshot.
        self._ahead = False
        self._deaths: deque[float] = deque(maxlen=MAX_DEATHS)

    def ruled(self, now: float) -> None:
        """The script may have another state than in the last snapshot."""
        self._ahead = True
        if self._wanted and self.at is None:
            self.at = max(now, self._not_before)

    def due(self, now: float) -> bool:
        """Say whether a snapshot is to be taken, once for each."""
        if self.at is None or now < self.at:
            return False
        self.at, self._not_before = None, now + self._pause
        return True

    def keep(self, state: bytes | None, now: float) -> None:
        """Take a snapshot in place of the last; where the script had none to give (None), the last one stays."""
        if state is not None:
            self._state, self._kept_at, self._ahead = state, now, False

    def stop(self) -> None:
        """The game session is about to end: nothing need survive."""
        self._wanted, self.at = False, None

    def died(self, now: float) -> bool:
        """Count a death; say whether the game goes on in another sandbox."""
        self._deaths.append(now)
        often = len(self._deaths) == MAX_DEATHS and now - self._deaths[0] < DEATHS_WITHIN_SECONDS
        return self._wanted and self._state is not None and not often

    def wait(self, now: float) -> bool:
        """Wait for another sandbox; False says that one was waited for already."""
        if self._died_at is not None:
            return False
        self._died_at, self.at = now, None
        return True

    @property
    def waiting(self) -> bool:
        """Whether the script has no sandbox, and is to get one: what there is to ask has to wait."""
        return self._died_at is not None

    def revived(self, now: float) -> tuple[bytes, str]:
        """The script has another sandbox: give its state, and a word on what its death has cost."""
        assert self._state is not None, "without a snapshot there is no waiting"
        assert self._died_at is not None, "it is not waited for"
        lost, still = self._died_at - self._kept_at if self._ahead else 0.0, now - self._died_at
        self._died_at = None
        cost = f"{lost:.1f} s of the game are lost, it stood still for {1000 * still:.0f} ms"
        return self._state, f"the script goes on from its snapshot: {cost}"
