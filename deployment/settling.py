"""When a change in the watched folder counts: once it has been quiet. Pure; time is an argument, in seconds."""

from collections.abc import Iterable
from dataclasses import dataclass

from deployment.folder import Entry, Look
from deployment.source import PathKey


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a watcher is.

    A change counts after `settle_seconds` of quiet, or twice that where it was seen to come in pieces. After
    `give_up_seconds` without quiet its author is told what is waited for. A look is taken every `look_again_seconds`
    even if the system reports nothing, since some file systems never do.
    """

    settle_seconds: float = 0.15
    give_up_seconds: float = 10.0
    look_again_seconds: float = 1.0


DEFAULT_TIMING = Timing()


@dataclass(frozen=True, slots=True)
class Due:
    """A path has been quiet; `entry` is what it holds, None if it is gone."""

    key: PathKey
    entry: Entry | None


@dataclass(slots=True)
class _Unsettled:
    entry: Entry | None
    first: float
    since: float
    changes: int = 1
    reason: str = "still being written"
    explained: bool = False


class Settling:
    """Which paths differ from what was last told of them, and since when."""

    def __init__(self, timing: Timing = DEFAULT_TIMING, known: Iterable[PathKey] = ()) -> None:
        """`known` are the paths of which an earlier run told; nobody remembers what they held."""
        self._timing = timing
        self._told: dict[PathKey, Entry | None] = dict.fromkeys(known)
        self._unsettled: dict[PathKey, _Unsettled] = {}

    def looked(self, now: float, look: Look) -> list[Due]:
        """A look was taken: what counts by now, in the order of the paths."""
        for key in self._told.keys() | self._unsettled.keys() | look.entries.keys():
            if key in look.entries or look.complete:
                self._compare(key, look.entries.get(key), now)
        ready = ((key, change) for key, change in sorted(self._unsettled.items()) if now >= self._ready_at(change))
        return [Due(key, change.entry) for key, change in ready]

    def told(self, due: Due) -> None:
        """The change was told, and nothing more is unsettled about that path."""
        self._unsettled.pop(due.key, None)
        if due.entry is None:
            self._told.pop(due.key, None)
        else:
            self._told[due.key] = due.entry

    def postponed(self, due: Due, now: float, reason: str) -> None:
        """The path turned out not to be quiet, and why."""
        change = self._unsettled[due.key]
        change.since, change.reason = now, reason

    def overdue(self, now: float) -> list[tuple[PathKey, str]]:
        """The paths that have been restless for so long that their author should hear why they do not count; once."""
        late = {
            key: change
            for key, change in sorted(self._unsettled.items())
            if not change.explained and now - change.first >= self._timing.give_up_seconds
        }
        for change in late.values():
            change.explained = True
        return [(key, change.reason) for key, change in late.items()]

    @property
    def quiet(self) -> bool:
        """Whether every change has been told, or its delay explained."""
        return all(change.explained for change in self._unsettled.values())

    def wake_at(self) -> float | None:
        """When the next change may have settled."""
        return min((self._ready_at(change) for change in self._unsettled.values()), default=None)

    def _compare(self, key: PathKey, entry: Entry | None, now: float) -> None:
        change = self._unsettled.get(key)
        if not self._differs(key, entry):
            self._unsettled.pop(key, None)
        elif change is None:
            self._unsettled[key] = _Unsettled(entry, first=now, since=now)
        elif change.entry != entry:
            change.entry, change.since, change.changes = entry, now, change.changes + 1

    def _differs(self, key: PathKey, entry: Entry | None) -> bool:
        if key not in self._told:
            return entry is not None
        before = self._told[key]
        return before is None or before != entry

    def _ready_at(self, change: _Unsettled) -> float:
        pieces = 2 if change.changes > 1 else 1
        return change.since + pieces * self._timing.settle_seconds
