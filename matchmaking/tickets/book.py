"""The book of tickets: all of them, found by id, player, match or game session. Nothing happens here."""

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TypeVar

from matchmaking.tickets.effects import Changed
from matchmaking.tickets.life import IN_A_MATCH, Status
from matchmaking.tickets.ticket import MatchId, MatchmakingTicket

Key = TypeVar("Key", str, MatchId)


class Book:
    """The tickets of all matchmakers."""

    def __init__(self, tickets: Iterable[MatchmakingTicket] = ()) -> None:
        self._tickets: dict[str, MatchmakingTicket] = {}
        #: Those that are not over, by configuration, in the order of their arrival.
        self._active: dict[str, dict[str, None]] = {}
        #: The active ones of each player: one that waits, and those of game sessions that believe to have the player.
        self._by_player: dict[str, dict[str, None]] = {}
        self._by_match: dict[MatchId, dict[str, None]] = {}
        #: The active backfill ticket of each game session, and the one that has stopped its automatic backfill.
        self._backfills: dict[str, str] = {}
        self._stops: dict[str, str] = {}
        #: When those that are over ended, by configuration, longest ago first.
        self._ended: dict[str, dict[str, float]] = {}
        for ticket in sorted(tickets, key=_when):
            self.put(ticket)

    def __contains__(self, ticket_id: object) -> bool:
        return ticket_id in self._tickets

    def find(self, ticket_id: str) -> MatchmakingTicket | None:
        """Give a ticket, None where it does not exist or was forgotten."""
        return self._tickets.get(ticket_id)

    def active(self, configuration: str) -> Iterator[MatchmakingTicket]:
        """Give the tickets of a configuration that are not over, oldest first; the book may be changed meanwhile."""
        for ticket_id in tuple(self._active.get(configuration, ())):
            yield self._tickets[ticket_id]

    def count_active(self, configuration: str) -> int:
        """Say how many tickets of a configuration are not over."""
        return len(self._active.get(configuration, ()))

    def waits(self, configuration: str) -> list[float]:
        """Give how long those waited, in seconds, who found a game, the latest last."""
        ended = [self._tickets[ticket_id] for ticket_id in self._ended.get(configuration, ())]
        found = [ticket for ticket in ended if ticket.status is Status.COMPLETED and ticket.vacancy is None]
        return [ticket.ended - ticket.started for ticket in found if ticket.ended is not None]

    def of_player(self, player: str) -> list[MatchmakingTicket]:
        """Give the active tickets in which a player is."""
        return [self._tickets[ticket_id] for ticket_id in self._by_player.get(player, ())]

    def of_match(self, match: MatchId) -> list[MatchmakingTicket]:
        """Give the tickets of a potential match, oldest first; none where it came to its end."""
        tickets = [self._tickets[ticket_id] for ticket_id in self._by_match.get(match, ())]
        return sorted(tickets, key=_when)

    def of_game_session(self, game_session_arn: str) -> MatchmakingTicket | None:
        """Give the active backfill ticket of a game session."""
        ticket_id = self._backfills.get(game_session_arn)
        return self._tickets[ticket_id] if ticket_id is not None else None

    def about_game_session(self, game_session_arn: str) -> MatchmakingTicket | None:
        """Give its active backfill ticket, or the one that has stopped its automatic backfill."""
        stop = self._stops.get(game_session_arn)
        return self.of_game_session(game_session_arn) or (self._tickets[stop] if stop is not None else None)

    def backfills(self) -> list[MatchmakingTicket]:
        """Give the active backfill tickets, and those that have stopped automatic backfill, one a game session."""
        return [self._tickets[ticket_id] for ticket_id in {**self._stops, **self._backfills}.values()]

    def is_stopped(self, game_session_arn: str) -> bool:
        """Say whether a game session's automatic backfill was stopped."""
        return game_session_arn in self._stops

    def put(self, ticket: MatchmakingTicket) -> Changed:
        """Keep a ticket as it is now."""
        before = self._tickets.get(ticket.id)
        self._tickets[ticket.id] = ticket
        if before is not None and before.status is ticket.status and before.players is ticket.players:
            return Changed(ticket)  # It is found where it was: after each search there are many such.
        if before is not None:
            self._unlist(before)
        self._list(ticket)
        return Changed(ticket)

    def forget(self, configuration: str, until: float) -> list[str]:
        """Strike out what was over by then, and give it; a ticket that stopped automatic backfill stays."""
        ended = self._ended.get(configuration, {})
        old = list(takewhile(lambda ticket_id: ended[ticket_id] <= until, ended))
        stops = set(self._stops.values())
        gone = [ticket_id for ticket_id in old if ticket_id not in stops]
        for ticket_id in old:
            del ended[ticket_id]
        for ticket_id in gone:
            del self._tickets[ticket_id]
        return gone

    def forget_game_session(self, game_session_arn: str) -> str | None:
        """Strike out the ticket that stopped a game session's automatic backfill, and give it: the game is over."""
        ticket_id = self._stops.pop(game_session_arn, None)
        if ticket_id is not None:
            ticket = self._tickets.pop(ticket_id)
            self._ended[ticket.configuration].pop(ticket_id, None)
        return ticket_id

    def _list(self, ticket: MatchmakingTicket) -> None:
        active = self._active.setdefault(ticket.configuration, {})
        if ticket.ended is not None:
            active.pop(ticket.id, None)
            self._ended.setdefault(ticket.configuration, {})[ticket.id] = ticket.ended
            if ticket.vacancy is not None and ticket.vacancy.stopped:
                self._stops[ticket.vacancy.game_session_arn] = ticket.id
            return
        active[ticket.id] = None
        for player in ticket.players:
            self._by_player.setdefault(player.player_id, {})[ticket.id] = None
        if ticket.status in IN_A_MATCH:
            self._by_match.setdefault(ticket.match, {})[ticket.id] = None
        if ticket.vacancy is not None:
            self._backfills[ticket.vacancy.game_session_arn] = ticket.id

    def _unlist(self, ticket: MatchmakingTicket) -> None:
        for player in ticket.players:
            _strike(self._by_player, player.player_id, ticket.id)
        _strike(self._by_match, ticket.match, ticket.id)
        if ticket.vacancy is not None and self._backfills.get(ticket.vacancy.game_session_arn) == ticket.id:
            del self._backfills[ticket.vacancy.game_session_arn]


def _when(ticket: MatchmakingTicket) -> tuple[float, float, str]:
    """The order of tickets: those that are over by their end, the others by their age."""
    return ticket.ended or 0.0, ticket.started, ticket.id


def _strike(index: dict[Key, dict[str, None]], key: Key, ticket_id: str) -> None:
    if key in index:
        index[key].pop(ticket_id, None)
        if not index[key]:
            del index[key]
