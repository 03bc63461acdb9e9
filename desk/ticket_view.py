"""Matchmaking tickets as operators see them."""

from session.values import value


class UnknownTicket(LookupError):
    """There is no such ticket, or none any more."""


@value
class TicketView:
    """A ticket that is not over; ``started`` in Unix seconds, the estimate None while too few have been matched.

    ``game_session`` is the ARN of the one that a backfill ticket wants players for, else empty.
    """

    id: str
    matchmaker: str
    status: str
    players: tuple[str, ...]
    started: float
    estimated_wait_seconds: int | None
    game_session: str
