"""The route that Prometheus asks."""

from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from prometheus_client import generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: The text format that every version of Prometheus reads.
_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def metrics_route(now: Callable[[], Collector]) -> Route:
    """Make the route; it gives all metrics as text. ``now`` gives them as they are, in an object that does not change.

    Where there are many scripts, the text takes seconds to write: a thread does so, one for all who ask.
    """
    one_at_a_time = CapacityLimiter(1)

    async def answered(_request: Request) -> Response:
        text = await to_thread.run_sync(generate_latest, now(), limiter=one_at_a_time)
        return Response(text, headers={"Content-Type": _FORMAT, "Cache-Control": "no-store"})

    return Route("/metrics", answered)
