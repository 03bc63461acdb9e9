"""Matching: all that works while players wait, and what operators can ask of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import anyio

from desk.gamelift.matchmaking.keeping import read_tickets
from desk.gamelift.matchmaking.rounds import Rounds
from desk.gamelift.matchmaking.searching import SearchFailed
from desk.gamelift.matchmaking.usher import Usher
from desk.gamelift.matchmaking.watching import Watch
from desk.gamelift.office import Office
from desk.house import Refused
from desk.ticket_view import TicketView, UnknownTicket
from matchmaking.tickets.life import Status
from matchmaking.tickets.ticket import MatchmakingTicket

if TYPE_CHECKING:
    from matchmaking.insight.explaining import Explanation

#: Statuses of player sessions whose players are gone.
_GONE = ("COMPLETED", "TIMEDOUT")


class Matching:
    """One works in an office."""

    def __init__(self, office: Office) -> None:
        self._lobby = office.lobby
        self._database = office.database
        self.rounds = Rounds(office.lobby, office.limits.search_seconds)
        self.usher = Usher(office)
        self.watch = Watch(office)

    async def run(self) -> None:
        """Match who waits, until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.rounds.run)
            tasks.start_soon(self.rounds.run_clock)
            tasks.start_soon(self.usher.run)
            tasks.start_soon(self.watch.run)

    def player_session_moved(self, player_session: str, status: str) -> None:
        """A player session is in another status now."""
        if status in _GONE:
            self.watch.player_left(player_session)

    def game_session_over(self, game_session: str) -> None:
        """A game session has ended."""
        self.watch.game_session_over(game_session)

    def active(self) -> list[TicketView]:
        """The tickets that are not over, by their matchmakers, oldest first."""
        lobby = self._lobby
        return [self._view(ticket) for name in lobby.matchmakers for ticket in lobby.matchmakers.active(name)]

    def waiting(self) -> Iterator[Status]:
        """The status of each of them."""
        matchmakers = self._lobby.matchmakers
        return (ticket.status for name in matchmakers for ticket in matchmakers.active(name))

    async def explain(self, ticket_id: str) -> "Explanation":
        """Say why a ticket waits. Raises `UnknownTicket`, `OfficeTrouble`, or `Refused` where it waits for no match."""
        ticket = self._lobby.matchmakers.find(ticket_id) or await self._kept(ticket_id)
        if ticket is None:
            raise UnknownTicket(f"there is no ticket {ticket_id!r}")
        if ticket.status is not Status.SEARCHING:
            said = f": {ticket.why.message}" if ticket.why.message else ""
            raise Refused(f"the ticket {ticket_id} is {ticket.status}, and does not wait for a match{said}")
        try:
            return await self._lobby.explain(ticket)
        except SearchFailed as error:
            raise Refused(f"it cannot be told at the moment: {error}") from None

    async def _kept(self, ticket_id: str) -> MatchmakingTicket | None:
        """A ticket as it was written; there it is longer than in the lobby."""
        found = await self._database.read(lambda connection: read_tickets(connection, [ticket_id]))
        return found[0] if found else None

    def _view(self, ticket: MatchmakingTicket) -> TicketView:
        return TicketView(
            ticket.id,
            ticket.configuration,
            ticket.status.value,
            tuple(player.player_id for player in ticket.players),
            ticket.started,
            ticket.estimated_wait_seconds,
            ticket.vacancy.game_session_arn if ticket.vacancy else "",
        )
