"""Routes about matchmaking tickets: which ones wait, and why."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.reading import name_of
from desk.ticket_view import TicketView
from desk.writing import answer, answer_list


class Tickets(Protocol):
    """What the routes need of whoever keeps the tickets."""

    def active(self) -> list[TicketView]:
        """The tickets that are not over, by their matchmakers, oldest first."""
        ...

    async def explain(self, ticket_id: str) -> object:
        """Say why a ticket waits: an `Explanation`.

        Raises `desk.ticket_view.UnknownTicket`, or `desk.house.Refused` where it does not wait for a match.
        """
        ...


class TicketDesk(Protocol):
    """Gives the tickets; it may have to open the database first."""

    async def tickets(self) -> Tickets:
        """The tickets of this server."""
        ...


def ticket_routes(desk: TicketDesk) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""

    async def tickets(_request: Request) -> Response:
        return answer_list("tickets", (await desk.tickets()).active())

    async def explanation(request: Request) -> Response:
        return answer(await (await desk.tickets()).explain(name_of(request, "ticket")))

    return [
        Route("/matchmaking/tickets", tickets),
        Route("/matchmaking/tickets/{ticket}/explanation", explanation),
    ]
