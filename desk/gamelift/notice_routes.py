"""Notices for whoever reads them on this machine: a list, and a stream of server-sent events."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from desk.event_stream import EventStreams
from desk.gamelift.front import Front
from desk.reading import since_of
from desk.writing import answer_list

if TYPE_CHECKING:
    from desk.gamelift.feed import Feed, Notice

EVENT_STREAM = "text/event-stream"
#: By it a browser's EventSource goes on where it was cut off.
LAST_EVENT_ID = "last-event-id"
MAX_DIGITS = 18


def notice_routes(front: Front, streams: EventStreams) -> list[BaseRoute]:
    """Make the route; it lies below the API's own path."""

    async def notices(request: Request) -> Response:
        opened, since = await front.open(), _since(request)
        if EVENT_STREAM not in request.headers.get("accept", ""):
            return answer_list("notices", await opened.feed.page(since or 0))
        start = await opened.feed.last() if since is None else since
        lines = streams.counted(_events(opened.feed, start, streams.heartbeat_seconds))
        return StreamingResponse(lines, media_type=EVENT_STREAM, headers={"Cache-Control": "no-store"})

    return [Route("/notices", notices)]


def _since(request: Request) -> int | None:
    """The number that is to be gone on from; raises `desk.refusals.BadRequest`."""
    told = request.headers.get(LAST_EVENT_ID, "")
    if told.isascii() and told.isdigit() and len(told) <= MAX_DIGITS:
        return int(told)  # Newer than what the address says, to which an EventSource comes back.
    return since_of(request)


async def _events(feed: "Feed", since: int, heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """Server-sent events, each with its notice's number as its id; a comment where nothing else comes for a while."""
    yield b": these are the notices of a Harena server\n\n"
    while True:
        found: Sequence[Notice] | None = None
        with anyio.move_on_after(heartbeat_seconds):
            found = await feed.after(since)
        if found is None:
            yield b": nothing happens\n\n"
            continue
        if not found:
            return
        for notice in found:
            since = notice.number
            yield f"id: {since}\ndata: {json.dumps(notice.content)}\n\n".encode()
