"""Limits of the front desk. Their names carry their units."""

from desk.event_stream import HEARTBEAT_SECONDS, MAX_STREAMS
from desk.hub import KEPT_EVENTS
from desk.reading import MAX_BODY_BYTES
from session.values import value

#: A thousand back ends' calls at the same time, and room for who only looks.
MAX_CONNECTIONS = 2_000


@value
class DeskLimits:
    """What clients of the API may have, and take."""

    kept_events: int = KEPT_EVENTS
    max_event_streams: int = MAX_STREAMS
    #: Further ones are answered with 503.
    max_connections: int = MAX_CONNECTIONS
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    max_body_bytes: int = MAX_BODY_BYTES
    #: Whether metrics are given.
    metrics: bool = True
    #: Whether other machines may use the local API, which has no password.
    local_anywhere: bool = False
