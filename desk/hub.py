"""The hub: tells everybody who watches what happens here, and remembers the newest events for who comes late."""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Self

import anyio

from desk.events import Event
from session.values import value

#: How many events are remembered. A subscriber that falls further behind is told what it missed, and goes on.
KEPT_EVENTS = 1_000


@value
class Numbered:
    """An event, its number (from 1, without gaps, anew with every server) and when it came, in Unix seconds."""

    number: int
    time: float
    event: Event


@value
class Missed:
    """Events `first` to `last` are no longer remembered: the subscriber was too slow for them, or came too late."""

    first: int
    last: int


class Hub:
    """Keeps one short memory for all subscribers; each of them has a place in it, and no queue of its own.

    So memory is bounded whoever does not read, and `publish` never waits. It belongs to the event loop's thread.
    """

    def __init__(self, clock: Callable[[], float] = time.time, kept_events: int = KEPT_EVENTS) -> None:
        """`clock` gives Unix seconds."""
        self._clock = clock
        self._kept: deque[Numbered] = deque(maxlen=kept_events)
        self._last = 0
        self._closed = False
        self._stirred = anyio.Event()

    @property
    def last(self) -> int:
        """The number of the newest event; 0 while there is none."""
        return self._last

    def publish(self, event: Event) -> None:
        """Tell all subscribers, each in its own time."""
        self._last += 1
        self._kept.append(Numbered(self._last, self._clock(), event))
        self._wake()

    def close(self) -> None:
        """End all subscriptions once they have been told what they were owed; without it they go on for ever."""
        self._closed = True
        self._wake()

    def recent(self, n: int) -> list[Numbered]:
        """The newest events that are remembered, at most `n`, oldest first."""
        return list(self._kept)[-n:] if n > 0 else []

    def subscribe(self, since: int | None = None) -> "Subscription":
        """Follow the events with a number above `since`; None is from now on.

        A number that no event has had yet comes from another run of the server: then all that is remembered is told.
        """
        if since is None:
            since = self._last
        return Subscription(self, 0 if since > self._last else since)

    async def after(self, number: int) -> Numbered | Missed | None:
        """What follows the event of that number, waiting for it if need be; None once the hub is closed."""
        while number >= self._last:
            if self._closed:
                return None
            await self._stirred.wait()
        oldest = self._kept[0].number
        if number + 1 < oldest:
            return Missed(number + 1, oldest - 1)
        return next(islice(self._kept, number + 1 - oldest, None))

    def _wake(self) -> None:
        self._stirred.set()
        self._stirred = anyio.Event()


class Subscription:
    """An async iterator over a hub's events. It may be cancelled while it waits, and loses nothing by that."""

    def __init__(self, hub: Hub, number: int) -> None:
        self._hub = hub
        self._told = number

    @property
    def told(self) -> int:
        """The number of the last event that was told, or missed."""
        return self._told

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Numbered | Missed:
        following = await self._hub.after(self._told)
        match following:
            case Numbered():
                self._told = following.number
            case Missed():
                self._told = following.last
            case None:
                raise StopAsyncIteration
        return following
