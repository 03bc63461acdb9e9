"""Events as lines of JSON, for as long as somebody reads them."""

import json
from collections.abc import AsyncIterator

import anyio

from desk.events import as_plain
from desk.hub import Hub, Missed, Numbered, Subscription

#: A line at least this often, so that both ends notice when the other is gone.
HEARTBEAT_SECONDS = 15.0
#: How many may follow at once; a further one is refused until one of them goes.
MAX_STREAMS = 64


class TooManyStreams(Exception):
    """As many clients as there may be follow the events already."""


class EventStreams:
    """Gives each client that follows the events its lines, and counts the clients."""

    def __init__(self, hub: Hub, heartbeat_seconds: float = HEARTBEAT_SECONDS, max_streams: int = MAX_STREAMS) -> None:
        self._hub = hub
        self._heartbeat_seconds = heartbeat_seconds
        self._max_streams = max_streams
        self._open = 0

    def lines(self, since: int | None) -> AsyncIterator[bytes]:
        """Begin a stream; what is published from this moment on will be in it. Raises `TooManyStreams`.

        The first line is `Following` with the number that the client has been told up to. Then come events with their
        `number` and `time`, `Missed` with `first` and `last`, and a `Heartbeat` whenever nothing else came for a while.
        """
        if self._open >= self._max_streams:
            raise TooManyStreams(f"{self._open} clients follow the events already")
        return self._lines(self._hub.subscribe(since))

    async def _lines(self, subscription: Subscription) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            yield _line({"event": "Following", "number": subscription.told})
            while (line := await self._next(subscription)) is not None:
                yield line
        finally:
            self._open -= 1

    async def _next(self, subscription: Subscription) -> bytes | None:
        with anyio.move_on_after(self._heartbeat_seconds):
            try:
                return _told(await anext(subscription))
            except StopAsyncIteration:
                return None
        return _line({"event": "Heartbeat", "number": subscription.told})


def _told(item: Numbered | Missed) -> bytes:
    match item:
        case Numbered(number, time, event):
            return _line({"number": number, "time": time, **as_plain(event)})
        case Missed(first, last):
            return _line({"event": "Missed", "first": first, "last": last})


def _line(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"
