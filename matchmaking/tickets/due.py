"""What falls due: keys by their moments, so that passing time looks at those that are due and at no others."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush

#: So many entries that do not count any more are always borne with; beyond it, as many as there are keys.
_SLACK = 64

#: A moment, the number of the entry (of equal moments the first comes first), and the key.
_Entry = tuple[float, int, str]


class Due:
    """Keys, each with one moment. Whatever is done to one of n keys costs log n at most, taken over many."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        #: Those of keys that were struck out, or have another moment by now, lie here until they come up.
        self._heap: list[_Entry] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, key: str, moment: float) -> None:
        """Let a key be due at a moment, and at no other."""
        before = self._entries.get(key)
        if before is not None and before[0] == moment:
            return
        self._number += 1
        entry = self._entries[key] = moment, self._number, key
        heappush(self._heap, entry)
        self._tidy()

    def strike(self, key: str) -> None:
        """Let a key never be due, whether it was to be or not."""
        if self._entries.pop(key, None) is not None:
            self._tidy()

    def taken(self, is_due: Callable[[float], bool]) -> Iterator[str]:
        """Take out the keys whose moment is due, the earliest first, as they are asked for.

        ``is_due`` is asked of one moment after the other, until it says no. Meanwhile others may be put and struck.
        """
        while self._heap and is_due(self._heap[0][0]):
            entry = heappop(self._heap)
            if self._entries.get(entry[2]) is entry:
                del self._entries[entry[2]]
                yield entry[2]

    def _tidy(self) -> None:
        if len(self._heap) > 2 * len(self._entries) + _SLACK:
            self._heap = sorted(self._entries.values())  # Which is a heap.
