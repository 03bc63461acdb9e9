"""Potential matches: from the proposal through the players' yes to the game session, or back into the pool.

Until it is placed a match is all or nothing: where one ticket goes, the match is off, and the others search again.
"""

from collections.abc import Sequence
from dataclasses import replace

from matchmaking.pool import Tally
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.book import Book
from matchmaking.tickets.configuration import FlexMatchMode, MatchmakingConfiguration, WhenSilent
from matchmaking.tickets.effects import Abandon, Effects, Tell
from matchmaking.tickets.estimates import Estimates
from matchmaking.tickets.events import Acceptance, Events
from matchmaking.tickets.life import Status, Step
from matchmaking.tickets.placing import place
from matchmaking.tickets.ticket import NO_MATCH, Connection, MatchmakingTicket, Reason, Why, stepped

REJECTED = Why(Reason.REJECTED, "A player rejected the match.")
NOT_ANSWERED = Why(Reason.ACCEPTANCE_TIMED_OUT, "Not all players accepted the match in time.")
OTHERS_REJECTED = Why(Reason.REJECTED, "Returned to the pool: the match was not accepted by all players.")
OTHERS_WITHDRAWN = Why(Reason.WITHDRAWN, "Returned to the pool: another ticket of the match was withdrawn.")
NOT_PLACED = Why(Reason.PLACEMENT_TIMED_OUT, "Returned to the pool: no game session could be placed in time.")
BROKEN = Why(Reason.UNEXPECTED_ERROR, "An unexpected error was encountered during match placing.")

Tickets = Sequence[MatchmakingTicket]


class Proposals:
    """The potential matches of one matchmaker. Each of these methods is about one match, named by its tickets."""

    def __init__(
        self, configuration: MatchmakingConfiguration, rule_set: RuleSet, book: Book, estimates: Estimates
    ) -> None:
        self._configuration = configuration
        self._rule_set = rule_set
        self._book = book
        self._estimates = estimates
        self._events = Events(configuration)

    def propose(self, tickets: Tickets, tallies: Sequence[Tally], now: float) -> Effects:
        """Put a match to its players, or place it at once where nobody is to be asked. The tickets name the match."""
        asked = self._configuration.acceptance_required
        step = Step.PROPOSED if asked else Step.MATCHED
        moved = [replace(stepped(ticket, step, now), proposed=now) for ticket in tickets]
        effects: Effects = [*map(self._book.put, moved), Tell(self._events.potential_match(moved, tallies))]
        return effects if asked else effects + self._place(moved, now)

    def answered(self, ticket: MatchmakingTicket, players: Sequence[str], accepted: bool, now: float) -> Effects:
        """Players have accepted or rejected the match of their ticket. Whoever has answered before has answered."""
        answers = {**dict.fromkeys(players, accepted), **dict(ticket.answers)}
        if len(answers) == len(ticket.answers):
            return []
        changed = replace(ticket, answers=tuple(sorted(answers.items())))
        effects: Effects = [self._book.put(changed)]
        tickets = self._book.of_match(ticket.match)
        effects.append(Tell(self._events.accept_match(tickets)))
        if changed.rejected:
            return effects + self._fall(tickets, Acceptance.REJECTED, now)
        return effects + (self._agreed(tickets, now) if all(ticket.accepted for ticket in tickets) else [])

    def overdue(self, proposed: float, now: float) -> bool:
        """Say whether the time to accept is over for a match that was proposed then."""
        return now >= proposed + self._configuration.acceptance_timeout_seconds

    def ran_out(self, tickets: Tickets, now: float) -> Effects:
        """The time to accept is over."""
        return self._fall(tickets, Acceptance.TIMED_OUT, now)

    def withdrawn(self, before: MatchmakingTicket, gone: MatchmakingTicket, now: float) -> Effects:
        """A ticket of this match is over (as it was, as it is); the others are not to blame."""
        others = self._book.of_match(gone.match)
        if before.status is Status.PLACING:
            effects: Effects = [Abandon(gone.match)]
        else:
            effects = [Tell(self._events.accept_completed([gone, *others], Acceptance.REJECTED))]
        return effects + self._returned(others, OTHERS_WITHDRAWN, now)

    def placed(self, tickets: Tickets, connection: Connection, now: float) -> Effects:
        """The match has its game session."""
        moved = [replace(stepped(ticket, Step.PLACED, now), connection=_own(connection, ticket)) for ticket in tickets]
        self._estimates.matched(now - ticket.started for ticket in moved if ticket.vacancy is None)
        return [*map(self._book.put, moved), Tell(self._events.succeeded(moved, connection))]

    def not_placed(self, tickets: Tickets, now: float) -> Effects:
        """There was no place for the match in time: its tickets search again, until their own time is over."""
        return self._returned(tickets, NOT_PLACED, now)

    def broken(self, tickets: Tickets, now: float) -> Effects:
        """The match cannot be placed, now or later."""
        moved = [stepped(ticket, Step.BROKEN, now, BROKEN) for ticket in tickets]
        return [*map(self._book.put, moved), *(Tell(self._events.failed(ticket)) for ticket in moved)]

    def resumed(self, tickets: Tickets, now: float) -> Effects:
        """Place a match again, of which it is not known how far its placing came."""
        return self._place(tickets, now)

    def _agreed(self, tickets: Tickets, now: float) -> Effects:
        moved = [stepped(ticket, Step.AGREED, now) for ticket in tickets]
        completed = Tell(self._events.accept_completed(moved, Acceptance.ACCEPTED))
        return [*map(self._book.put, moved), completed, *self._place(moved, now)]

    def _place(self, tickets: Tickets, now: float) -> Effects:
        if self._configuration.flex_match_mode is FlexMatchMode.STANDALONE:
            return self.placed(tickets, Connection(), now)
        return [place(tickets, self._configuration, self._rule_set)]

    def _fall(self, tickets: Tickets, acceptance: Acceptance, now: float) -> Effects:
        """The match was not accepted: who is to blame is out, all others search again."""
        out: list[MatchmakingTicket] = []
        back: list[MatchmakingTicket] = []
        for ticket in tickets:
            (out if self._to_blame(ticket, acceptance) else back).append(ticket)
        effects: Effects = [Tell(self._events.accept_completed(tickets, acceptance))]
        for ticket in out:
            moved = stepped(ticket, Step.REFUSED, now, REJECTED if ticket.rejected else NOT_ANSWERED)
            effects += [self._book.put(moved), Tell(self._events.cancelled(moved))]
        return effects + self._returned(back, OTHERS_REJECTED, now)

    def _to_blame(self, ticket: MatchmakingTicket, acceptance: Acceptance) -> bool:
        if acceptance is Acceptance.REJECTED and self._configuration.when_silent is WhenSilent.SEARCH:
            return ticket.rejected
        return not ticket.accepted

    def _returned(self, tickets: Tickets, why: Why, now: float) -> Effects:
        effects: Effects = []
        for ticket in tickets:
            moved = replace(
                stepped(ticket, Step.RETURNED, now, why),
                match=NO_MATCH,
                answers=(),
                players=ticket.players
                if ticket.vacancy
                else tuple(replace(player, team="") for player in ticket.players),
                estimated_wait_seconds=self._estimates.seconds,
            )
            effects += [self._book.put(moved), Tell(self._events.searching(moved))]
        return effects


def _own(connection: Connection, ticket: MatchmakingTicket) -> Connection:
    """Give what a ticket is told: where the game is, and the player sessions of its own players."""
    own = {player.player_id for player in ticket.players}
    return replace(connection, player_sessions=tuple(pair for pair in connection.player_sessions if pair[0] in own))
