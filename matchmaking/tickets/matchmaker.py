"""A matchmaker: requests and time come in, effects go out. It holds no clock and waits for nothing.

Whoever runs it calls ``tick`` now and then or, where a search may take long, ``pass_time``, has ``searching`` searched
elsewhere, and gives the result to ``found``: what has changed meanwhile does no harm. Times are Unix seconds.
"""

import math
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.pool import Matches, Player, PotentialMatch, Tally, Ticket
from matchmaking.ruleset import RuleSet, Sort
from matchmaking.tickets.backfills import Backfills
from matchmaking.tickets.book import Book
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.effects import Effects, Forget, Tell
from matchmaking.tickets.estimates import Estimates
from matchmaking.tickets.events import Events
from matchmaking.tickets.life import IN_A_MATCH, Status, Step
from matchmaking.tickets.placing import automatic_backfill_id
from matchmaking.tickets.proposals import Proposals
from matchmaking.tickets.requests import (
    MAX_PLAYERS_IN_A_BACKFILL,
    MAX_PLAYERS_IN_A_TICKET,
    InvalidTicketRequest,
    TooManyTickets,
    check_answer,
    check_players,
    check_teams,
    checked_id,
)
from matchmaking.tickets.ticket import Connection, MatchId, MatchmakingTicket, Reason, Vacancy, Why, added, stepped

STOPPED = Why(Reason.CANCELLED, "Cancelled by request.")
REPLACED = Why(Reason.CANCELLED, "A newer backfill request took its place.")
NO_VACANCY = Why(Reason.CANCELLED, "The game session has no free seat, or nobody plays there.")
TIMED_OUT = Why(Reason.TIMED_OUT, "Removed from matchmaking due to timing out.")


class Matchmaker:
    """One matchmaking configuration at work. ``book`` holds the tickets, those of other matchmakers too."""

    def __init__(
        self, configuration: MatchmakingConfiguration, rule_set: RuleSet, book: Book, rng: random.Random
    ) -> None:
        self.configuration = configuration
        self.rule_set = rule_set
        self._book = book
        self._rng = rng
        self._events = Events(configuration)
        self._estimates = Estimates(book.waits(configuration.name))
        self._proposals = Proposals(configuration, rule_set, book, self._estimates)
        self._backfills = Backfills(configuration, rule_set, book)

    # Requests.

    def start(self, ticket_id: str, players: Sequence[Player], now: float) -> Effects:
        """Players want a match; the first effect has the ticket as QUEUED.

        Its players are in no other active ticket: whoever calls has cancelled those (see Matchmakers.start).

        Raises:
            InvalidTicketRequest: the id is taken or malformed, or the players are not as the API wants them.
            TooManyTickets: there is no room for another ticket.
        """
        check_players(players, MAX_PLAYERS_IN_A_TICKET)
        waiting = tuple(replace(player, team="") for player in players)
        return self._enter(MatchmakingTicket(self._new_id(ticket_id), self.configuration.name, waiting, now), now)

    def start_backfill(self, ticket_id: str, game_session_arn: str, players: Sequence[Player], now: float) -> Effects:
        """A game session, with these players, wants more; the effects end with those of the new ticket.

        Raises:
            InvalidTicketRequest: as for ``start``, or a player is in no team, or none of them plays any more.
            TooManyTickets: there is no room for another ticket.
        """
        check_players(players, MAX_PLAYERS_IN_A_BACKFILL)
        check_teams(players, self.rule_set)
        ticket = self._backfills.ticket(self._new_id(ticket_id), Vacancy(game_session_arn), players, now)
        if not ticket.players:
            raise InvalidTicketRequest("all of these players have asked for another match since")
        before = self._backfills.active(game_session_arn)
        return (self.cancel(before, REPLACED, now) if before else []) + self._enter(ticket, now)

    def stop(self, ticket_id: str, now: float) -> Effects:
        """A ticket is not wanted any more. To stop an automatic backfill ticket ends that of its game session.

        Raises:
            TicketNotFound: there is none of that id.
            InvalidTicketRequest: it is over already.
        """
        ticket = self._book.get(ticket_id)
        if ticket.ended is not None:
            raise InvalidTicketRequest(f"the ticket {ticket_id} is {ticket.status} already")
        if ticket.vacancy is not None and ticket.vacancy.automatic:
            ticket = replace(ticket, vacancy=replace(ticket.vacancy, stopped=True))
        return self.cancel(ticket, STOPPED, now)

    def accept(self, ticket_id: str, players: Sequence[str], accepted: bool, now: float) -> Effects:
        """Players of a ticket accept the match that was found for them, or reject it. Their first answer counts.

        Raises:
            TicketNotFound: there is none of that id.
            InvalidTicketRequest: it does not wait for an answer, or not any more, or somebody is not in it.
        """
        ticket = self._book.get(ticket_id)
        check_answer(ticket, players)
        if self._proposals.overdue(ticket.proposed, now):  # Time has not passed yet; it will.
            raise InvalidTicketRequest(f"the time to accept the match of the ticket {ticket_id} is over")
        return self._proposals.answered(ticket, players, accepted, now)

    # Time passes, and matches are found.

    def tick(self, now: float, choices: Choices = DEFAULT_CHOICES) -> Effects:
        """Let time pass, search, and take what was found."""
        effects = self.pass_time(now)
        return effects + self.found(self.search(now, choices), now)

    def search(self, now: float, choices: Choices = DEFAULT_CHOICES) -> Matches:
        """Search among those who wait. Nothing changes by it."""
        from matchmaking.matching import form_matches  # With numpy, which who searches elsewhere never loads.

        reserved = replace(choices, additional_players=self.configuration.additional_players)
        return form_matches(self.rule_set, self.searching(), now, self._rng, reserved)

    def pass_time(self, now: float, enough: float = math.inf) -> Effects:
        """Do what is due: times to accept that are over, tickets that are too old, tickets that are forgotten.

        With ``enough`` effects the rest is left to the next call; there are none at all when nothing is due any more.
        """
        effects: Effects = []
        for some in self._passing(now):
            effects += some
            if len(effects) >= enough:
                break
        return effects

    def searching(self) -> list[Ticket]:
        """Give the tickets that wait for a match, oldest first, as the search wants them."""
        return [
            Ticket(ticket.id, ticket.players, ticket.started, ticket.vacancy is not None)
            for ticket in self._book.active(self.configuration.name)
            if ticket.status is Status.SEARCHING
        ]

    def found(self, matches: Matches, now: float) -> Effects:
        """Take what a search has found; matches with tickets that do not wait any more are left."""
        for ticket_id, tallies in matches.tallies.items():
            ticket = self._book.find(ticket_id)
            if ticket is not None and ticket.status is Status.SEARCHING:
                self._book.put(replace(ticket, tallies=added(ticket.tallies, tallies)))
        effects: Effects = []
        for match in matches.matches:
            tickets = [self._book.find(ticket.ticket_id) for ticket in match.tickets]
            waiting = [ticket for ticket in tickets if ticket is not None and ticket.status is Status.SEARCHING]
            if len(waiting) == len(tickets):
                effects += self._propose(match, waiting, now)
        return effects

    # The desk has placed a match, or could not. A match that is off meanwhile is not known any more: nothing happens.

    def placed(self, match: MatchId, connection: Connection, now: float) -> Effects:
        """A match has its game session."""
        tickets = self._book.of_match(match)
        if not tickets:
            return []
        effects = self._proposals.placed(tickets, connection, now)
        if not self._backfills.automatic:
            return effects
        everybody = [player for ticket in tickets for player in ticket.players]
        return effects + self._refill(automatic_backfill_id(match), connection.game_session_arn, everybody, now)

    def placement_timed_out(self, match: MatchId, now: float) -> Effects:
        """There was no place for a match in time."""
        return self._proposals.not_placed(self._book.of_match(match), now)

    def placement_failed(self, match: MatchId, now: float) -> Effects:
        """A match can never be placed."""
        return self._proposals.broken(self._book.of_match(match), now)

    def resume(self, now: float) -> Effects:
        """After a restart: place again what was being placed. Whoever does it looks first whether it was done."""
        matches = dict.fromkeys(
            ticket.match for ticket in self._book.active(self.configuration.name) if ticket.status is Status.PLACING
        )
        return [effect for match in matches for effect in self._proposals.resumed(self._book.of_match(match), now)]

    # Game sessions change.

    def refill(self, game_session_arn: str, players: Sequence[Player], now: float) -> Effects:
        """Say who plays in a game session of this matchmaker now, each with its team, whenever that has changed.

        Where backfill is automatic, a ticket for it is begun, replaced or cancelled.
        """
        return self._refill(f"auto-backfill-{self._random_id()}", game_session_arn, players, now)

    def game_session_ended(self, game_session_arn: str, now: float) -> Effects:
        """Nobody plays there any more: its backfill ticket is cancelled."""
        ticket = self._backfills.active(game_session_arn)
        effects = self.cancel(ticket, NO_VACANCY, now) if ticket else []
        forgotten = self._book.forget_game_session(game_session_arn)
        return effects + ([Forget(forgotten)] if forgotten else [])

    # What these share.

    def cancel(self, ticket: MatchmakingTicket, why: Why, now: float, *, silently: bool = False) -> Effects:
        """Cancel an active ticket, and call off the match that it is in; ``silently``: no event tells of it."""
        gone = stepped(ticket, Step.STOPPED, now, why)
        effects: Effects = [self._book.put(gone)]
        effects += [] if silently else [Tell(self._events.cancelled(gone))]
        return effects + (self._proposals.withdrawn(ticket, gone, now) if ticket.status in IN_A_MATCH else [])

    def _new_id(self, ticket_id: str) -> str:
        most = self.configuration.max_tickets
        if self._book.count_active(self.configuration.name) >= most:
            raise TooManyTickets(f"the matchmaker {self.configuration.name} has {most} tickets; try again later")
        return checked_id(ticket_id, self._book)

    def _random_id(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def _enter(self, ticket: MatchmakingTicket, now: float) -> Effects:
        untried = tuple(Tally(rule.name, 0, 0) for rule in self.rule_set.rules if not isinstance(rule, Sort))
        waiting = replace(ticket, tallies=untried, estimated_wait_seconds=self._estimates.seconds)
        queued = self._book.put(waiting)
        return [queued, *self._taken_in(queued.ticket, now)]

    def _taken_in(self, ticket: MatchmakingTicket, now: float) -> Effects:
        searching = stepped(ticket, Step.TAKEN_IN, now)
        return [self._book.put(searching), Tell(self._events.searching(searching))]

    def _passing(self, now: float) -> Iterator[Effects]:
        """Do what is due, one after the other, as it is asked for."""
        name, configuration = self.configuration.name, self.configuration
        for match in self._book.overdue(name, lambda proposed: self._proposals.overdue(proposed, now)):
            yield self._proposals.ran_out(self._book.of_match(match), now)
        for ticket in self._book.aged(name, lambda started: self._is_old(started, now)):
            yield self._aged(ticket, now)
        until, most = now - configuration.keep_ended_seconds, configuration.max_ended_tickets
        for ticket_id in self._book.forget(name, lambda ended: ended <= until, most):
            yield [Forget(ticket_id)]

    def _is_old(self, started: float, now: float) -> bool:
        return now >= started + self.configuration.request_timeout_seconds

    def _aged(self, ticket: MatchmakingTicket, now: float) -> Effects:
        """Automatic backfill does not age; who is in a match is let play, or comes back and is too old then."""
        if ticket.automatic or not self._is_old(ticket.started, now):
            return self._taken_in(ticket, now)
        expired = stepped(ticket, Step.EXPIRED, now, TIMED_OUT)
        return [self._book.put(expired), Tell(self._events.timed_out(expired))]

    def _propose(self, match: PotentialMatch, tickets: Sequence[MatchmakingTicket], now: float) -> Effects:
        teams = {player.player_id: name for name, players in match.teams.items() for player in players}
        name = MatchId(self._random_id())
        lined_up = [
            replace(
                ticket,
                match=name,
                tallies=added(ticket.tallies, match.tallies),
                players=tuple(replace(player, team=teams[player.player_id]) for player in ticket.players),
            )
            for ticket in tickets
        ]
        return self._proposals.propose(lined_up, match.tallies, now)

    def _refill(self, ticket_id: str, game_session_arn: str, players: Sequence[Player], now: float) -> Effects:
        if not self._backfills.automatic:
            return []
        wanted = self._backfills.wanted(game_session_arn, players)
        before = self._backfills.active(game_session_arn)
        if wanted is None:
            return []
        effects = self.cancel(before, REPLACED if wanted else NO_VACANCY, now) if before else []
        if not wanted:
            return effects
        vacancy = Vacancy(game_session_arn, automatic=True)
        return effects + self._enter(self._backfills.ticket(ticket_id, vacancy, players, now), now)
