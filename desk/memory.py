"""A short memory of what was told, for who follows it: numbered items, each follower with a place in it."""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Generic, Self, TypeVar

import anyio

from session.values import value

T = TypeVar("T")


@value
class Numbered(Generic[T]):
    """An item, here called event, its number (from 1, without gaps) and when it came, in Unix seconds."""

    number: int
    time: float
    event: T


@value
class Missed:
    """Items `first` to `last` are no longer remembered: the subscriber was too slow for them, or came too late."""

    first: int
    last: int


class Memory(Generic[T]):
    """Keeps one short memory for all subscribers; each of them has a place in it, and no queue of its own.

    So memory is bounded whoever does not read, and `publish` never waits. It belongs to the event loop's thread.
    """

    def __init__(self, kept: int, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives Unix seconds; the newest `kept` items are remembered."""
        self._clock = clock
        self._kept: deque[Numbered[T]] = deque(maxlen=kept)
        self._last = 0
        self._closed = False
        self._stirred = anyio.Event()

    @property
    def last(self) -> int:
        """The number of the newest item; 0 while there is none."""
        return self._last

    def begin_after(self, number: int) -> None:
        """Number on from there: what came before is remembered elsewhere. For a memory that is empty yet."""
        self._last = number

    def publish(self, event: T) -> Numbered[T]:
        """Tell all subscribers, each in its own time."""
        self._last += 1
        numbered = Numbered(self._last, self._clock(), event)
        self._kept.append(numbered)
        self._wake()
        return numbered

    def close(self) -> None:
        """End all subscriptions once they have been told what they were owed; without it they go on for ever."""
        self._closed = True
        self._wake()

    def shrink(self, kept: int) -> None:
        """Remember only the newest `kept` items from now on; who has not been told of the others will miss them."""
        self._kept = deque(self._kept, maxlen=kept)

    def recent(self, n: int) -> list[Numbered[T]]:
        """The newest items that are remembered, at most `n`, oldest first."""
        return list(self._kept)[-n:] if n > 0 else []

    def subscribe(self, since: int | None = None) -> "Subscription[T]":
        """Follow the items with a number above `since`; None is from now on.

        A number that no item has had yet comes from another run of the server: then all that is remembered is told.
        """
        if since is None:
            since = self._last
        return Subscription(self, 0 if since > self._last else since)

    async def after(self, number: int) -> Numbered[T] | Missed | None:
        """What follows the item of that number, waiting for it if need be; None once the memory is closed."""
        while number >= self._last:
            if self._closed:
                return None
            await self._stirred.wait()
        oldest = self._kept[0].number if self._kept else self._last + 1
        if number + 1 < oldest:
            return Missed(number + 1, oldest - 1)
        return next(islice(self._kept, number + 1 - oldest, None))

    def _wake(self) -> None:
        self._stirred.set()
        self._stirred = anyio.Event()


class Subscription(Generic[T]):
    """An async iterator over a memory's items. It may be cancelled while it waits, and loses nothing by that."""

    def __init__(self, memory: Memory[T], number: int) -> None:
        self._memory = memory
        self._told = number

    @property
    def told(self) -> int:
        """The number of the last item that was told, or missed."""
        return self._told

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Numbered[T] | Missed:
        following = await self._memory.after(self._told)
        match following:
            case Numbered():
                self._told = following.number
            case Missed():
                self._told = following.last
            case None:
                raise StopAsyncIteration
        return following
