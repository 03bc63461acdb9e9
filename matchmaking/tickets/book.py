"""The book of tickets: all of them, found by id, player, match or game session. Nothing happens here."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from matchmaking.tickets.due import Due
from matchmaking.tickets.effects import Changed
from matchmaking.tickets.life import IN_A_MATCH, Status
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound
from matchmaking.tickets.ticket import MatchId, MatchmakingTicket

Key = TypeVar("Key", str, MatchId)
#: Tells of a moment, in seconds, whether it is due.
IsDue = Callable[[float], bool]

#: So many tickets that are over are remembered whole, of each configuration; of older ones only that there are such.
ENDED_REMEMBERED = 1_000


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
        #: Those that are QUEUED, by configuration.
        self._queued: defaultdict[str, dict[str, None]] = defaultdict(dict)
        #: By configuration: those that wait and get older, the matches that wait for answers, and those that are over,
        #: by when they started, were proposed and ended.
        self._ageing: defaultdict[str, Due] = defaultdict(Due)
        self._proposed: defaultdict[str, Due] = defaultdict(Due)
        self._ended: defaultdict[str, Due] = defaultdict(Due)
        #: Those that are over and remembered whole, by configuration, the latest last; and those that are not.
        self._whole: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._half_forgotten: set[str] = set()
        for ticket in sorted(tickets, key=_when):
            self.put(ticket)

    def __contains__(self, ticket_id: object) -> bool:
        return ticket_id in self._tickets or ticket_id in self._half_forgotten

    def find(self, ticket_id: str) -> MatchmakingTicket | None:
        """Give a ticket, None where it does not exist, or was over so long ago that it is not remembered whole."""
        return self._tickets.get(ticket_id)

    def get(self, ticket_id: str) -> MatchmakingTicket:
        """Give a ticket. Raises TicketNotFound, or InvalidTicketRequest where it is not remembered whole."""
        if ticket_id in self._half_forgotten:
            raise InvalidTicketRequest(f"the ticket {ticket_id} is over")
        if ticket_id not in self._tickets:
            raise TicketNotFound(f"there is no ticket {ticket_id}")
        return self._tickets[ticket_id]

    def active(self, configuration: str) -> Iterator[MatchmakingTicket]:
        """Give the tickets of a configuration that are not over, oldest first; the book may be changed meanwhile."""
        for ticket_id in tuple(self._active.get(configuration, ())):
            yield self._tickets[ticket_id]

    def count_active(self, configuration: str) -> int:
        """Say how many tickets of a configuration are not over."""
        return len(self._active.get(configuration, ()))

    def overdue(self, configuration: str, is_due: IsDue) -> Iterator[MatchId]:
        """Take the matches that wait for answers since a moment that is due, as they are asked for, oldest first."""
        return map(MatchId, self._proposed[configuration].taken(is_due))

    def aged(self, configuration: str, is_due: IsDue) -> Iterator[MatchmakingTicket]:
        """Take the tickets that wait since a moment that is due, as they are asked for, the oldest first.

        Those that are QUEUED are taken first, whenever that was; those of automatic backfill never when they wait.
        """
        for ticket_id in tuple(self._queued[configuration]):
            yield self._tickets[ticket_id]
        for ticket_id in self._ageing[configuration].taken(is_due):
            yield self._tickets[ticket_id]

    def waits(self, configuration: str) -> list[float]:
        """Give how long those waited, in seconds, who found a game, the latest last, as far as it is remembered."""
        ended = [self._tickets[ticket_id] for ticket_id in self._whole.get(configuration, ())]
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

    def forget(self, configuration: str, is_due: IsDue, most: float = math.inf) -> Iterator[str]:
        """Strike out those that were over at a moment that is due, or before ``most`` others, as they are asked for.

        A ticket that has stopped automatic backfill stays.
        """
        ended = self._ended[configuration]
        for ticket_id in ended.taken(lambda moment: is_due(moment) or len(ended) > most):
            ticket = self._tickets.get(ticket_id)
            if ticket is None:
                self._half_forgotten.remove(ticket_id)
            elif ticket.vacancy is not None and self._stops.get(ticket.vacancy.game_session_arn) == ticket_id:
                continue
            else:
                del self._tickets[ticket_id]
                self._whole[configuration].pop(ticket_id, None)
            yield ticket_id

    def forget_game_session(self, game_session_arn: str) -> str | None:
        """Strike out the ticket that stopped a game session's automatic backfill, and give it: the game is over."""
        ticket_id = self._stops.pop(game_session_arn, None)
        if ticket_id is not None:
            ticket = self._tickets.pop(ticket_id)
            self._ended[ticket.configuration].strike(ticket_id)
        return ticket_id

    def _list(self, ticket: MatchmakingTicket) -> None:
        active = self._active.setdefault(ticket.configuration, {})
        if ticket.ended is not None:
            active.pop(ticket.id, None)
            self._list_ended(ticket, ticket.ended)
            return
        active[ticket.id] = None
        for player in ticket.players:
            self._by_player.setdefault(player.player_id, {})[ticket.id] = None
        if ticket.status in IN_A_MATCH:
            self._by_match.setdefault(ticket.match, {})[ticket.id] = None
        if ticket.vacancy is not None:
            self._backfills[ticket.vacancy.game_session_arn] = ticket.id
        self._list_due(ticket)

    def _list_due(self, ticket: MatchmakingTicket) -> None:
        if ticket.status is Status.REQUIRES_ACCEPTANCE:
            self._proposed[ticket.configuration].put(ticket.match, ticket.proposed)
        elif ticket.status is Status.QUEUED:
            self._queued[ticket.configuration][ticket.id] = None
        elif ticket.status is Status.SEARCHING and not ticket.automatic:
            self._ageing[ticket.configuration].put(ticket.id, ticket.started)

    def _list_ended(self, ticket: MatchmakingTicket, ended: float) -> None:
        self._ended[ticket.configuration].put(ticket.id, ended)
        if ticket.vacancy is not None and ticket.vacancy.stopped:
            self._stops[ticket.vacancy.game_session_arn] = ticket.id
            return  # It is remembered as long as the game session.
        whole = self._whole[ticket.configuration]
        whole[ticket.id] = None
        if len(whole) > ENDED_REMEMBERED:
            oldest = next(iter(whole))
            del whole[oldest], self._tickets[oldest]
            self._half_forgotten.add(oldest)

    def _unlist(self, ticket: MatchmakingTicket) -> None:
        for player in ticket.players:
            _strike(self._by_player, player.player_id, ticket.id)
        _strike(self._by_match, ticket.match, ticket.id)
        if ticket.status is Status.REQUIRES_ACCEPTANCE:
            self._proposed[ticket.configuration].strike(ticket.match)  # Where one goes, all others do.
        else:
            self._queued[ticket.configuration].pop(ticket.id, None)
            self._ageing[ticket.configuration].strike(ticket.id)
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
