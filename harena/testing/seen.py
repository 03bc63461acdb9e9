"""What a test has seen: lists that find things by what they are about, and say what was there instead."""

from collections.abc import Callable
from typing import Generic, TypeVar

from session.values import value

T = TypeVar("T")
K = TypeVar("K")

#: So many of the things that were seen instead are named, the latest ones.
MAX_SHOWN = 10


class NotSeen(AssertionError):
    """What a test wanted to look at has not happened; the text says what has."""


@value
class Words:
    """How a list speaks of what is in it: "message to ann", found by its "op code"."""

    thing: str
    key: str


class Seen(list[T], Generic[T, K]):
    """What has been seen so far, oldest first: a list in which things can be found by their key.

    ``aside`` gives what else may explain that something is missing.
    """

    def __init__(self, words: Words, key: Callable[[T], K], aside: Callable[[], str] = str) -> None:
        super().__init__()
        self._words = words
        self._key = key
        self._aside = aside

    def all(self, key: K | None = None) -> list[T]:
        """Give all with this key, oldest first; without a key, simply all."""
        return [each for each in self if key is None or self._key(each) == key]

    def last(self, key: K | None = None) -> T:
        """Give the latest with this key, or the latest of all. Raises NotSeen."""
        __tracebackhide__ = True  # pytest then points at the test's own line.
        found = self.all(key)
        if not found:
            raise NotSeen(self._missing(key))
        return found[-1]

    def _missing(self, key: K | None) -> str:
        wanted = "" if key is None else f" with the {self._words.key} {key!r}"
        lines = [f"no {self._words.thing}{wanted} was seen" + (", but:" if self else ", and no other either")]
        if len(self) > MAX_SHOWN:
            lines.append(f"  (the latest {MAX_SHOWN} of {len(self)})")
        lines += [f"  {each!r}" for each in self[-MAX_SHOWN:]]
        return "\n".join([*lines, *self._aside().splitlines()])
