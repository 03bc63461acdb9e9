"""Events and logs as lines of JSON, for as long as somebody reads them."""

import json
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import anyio

from desk.events import as_plain
from desk.game_log import LiveLog, LogLine
from desk.hub import Hub
from desk.memory import Missed, Numbered, Subscription

T = TypeVar("T")

#: A line at least this often, so that both ends notice when the other is gone.
HEARTBEAT_SECONDS = 15.0
#: How many may follow at once; a further one is refused until one of them goes.
MAX_STREAMS = 64

#: Gives the fields of an item besides its number and time.
AsPlain = Callable[[T], dict[str, object]]


class TooManyStreams(Exception):
    """As many clients as there may be follow the events or a log already."""


class EventStreams:
    """Gives each client that follows the events or a log its lines, and counts the clients."""

    def __init__(self, hub: Hub, heartbeat_seconds: float = HEARTBEAT_SECONDS, max_streams: int = MAX_STREAMS) -> None:
        self._hub = hub
        self.heartbeat_seconds = heartbeat_seconds
        self._max_streams = max_streams
        self._open = 0

    def lines(self, since: int | None) -> AsyncIterator[bytes]:
        """Begin a stream; what is published from this moment on will be in it. Raises `TooManyStreams`.

        The first line is `Following` with the number that the client has been told up to. Then come events with their
        `number` and `time`, `Missed` with `first` and `last`, and a `Heartbeat` whenever nothing else came for a while.
        """
        return self.counted(self._followed(self._hub.subscribe(since), as_plain))

    def log_lines(self, log: LiveLog, since: int | None) -> AsyncIterator[bytes]:
        """Begin a stream of a game session's log, in the same way; its last line is `Ended`. Raises `TooManyStreams`.

        Where the server stops before the game session has ended, that line is missing.
        """
        return self.counted(self._followed_to_its_end(log, log.memory.subscribe(since)))

    def counted(self, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Count a stream for as long as it is read. Raises `TooManyStreams`."""
        if self._open >= self._max_streams:
            raise TooManyStreams(f"{self._open} clients follow the events, notices or a log already")
        return self._counted(lines)

    async def _counted(self, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            async for line in lines:
                yield line
        finally:
            self._open -= 1

    async def _followed_to_its_end(self, log: LiveLog, subscription: Subscription[LogLine]) -> AsyncIterator[bytes]:
        async for line in self._followed(subscription, _as_plain):
            yield line
        reason = log.reason()
        if reason is not None:
            yield _line({"event": "Ended", "reason": reason})

    async def _followed(self, subscription: Subscription[T], plain: AsPlain[T]) -> AsyncIterator[bytes]:
        yield _line({"event": "Following", "number": subscription.told})
        while (line := await self._next(subscription, plain)) is not None:
            yield line

    async def _next(self, subscription: Subscription[T], plain: AsPlain[T]) -> bytes | None:
        with anyio.move_on_after(self.heartbeat_seconds):
            try:
                return _told(await anext(subscription), plain)
            except StopAsyncIteration:
                return None
        return _line({"event": "Heartbeat", "number": subscription.told})


def _told(item: Numbered[T] | Missed, plain: AsPlain[T]) -> bytes:
    match item:
        case Numbered():
            return _line({"number": item.number, "time": item.time, **plain(item.event)})
        case Missed(first, last):
            return _line({"event": "Missed", "first": first, "last": last})


def _as_plain(line: LogLine) -> dict[str, object]:
    return {"level": line.level, "text": line.text}


def _line(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"
