"""The route that Prometheus asks."""

from prometheus_client import generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

#: The text format that every version of Prometheus reads.
_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def metrics_route(metrics: Collector) -> Route:
    """Make the route; it gives all metrics as text."""

    async def answered(_request: Request) -> Response:
        return Response(generate_latest(metrics), headers={"Content-Type": _FORMAT, "Cache-Control": "no-store"})

    return Route("/metrics", answered)
