"""All matchmakers together: which one a request is for, and that nobody waits twice."""

import random
from collections.abc import Iterable, Iterator, Sequence

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.pool import Player
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.book import Book
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.effects import Effects, Forget
from matchmaking.tickets.matchmaker import Matchmaker
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound
from matchmaking.tickets.ticket import Connection, MatchId, MatchmakingTicket, Reason, Why


class Matchmakers:
    """The matchmakers by the names of their configurations. ``tickets`` are those that were kept before a restart.

    Every method about a ticket raises TicketNotFound where there is none, and InvalidTicketRequest where the request
    cannot be heeded, as the matchmaker's own do.
    """

    def __init__(self, rng: random.Random, tickets: Iterable[MatchmakingTicket] = ()) -> None:
        self._rng = rng
        self._book = Book(tickets)
        self._matchmakers: dict[str, Matchmaker] = {}

    def __getitem__(self, name: str) -> Matchmaker:
        """Give the matchmaker of a configuration."""
        try:
            return self._matchmakers[name]
        except KeyError:
            raise TicketNotFound(f"there is no matchmaking configuration {name}") from None

    def configure(self, configuration: MatchmakingConfiguration, rule_set: RuleSet) -> None:
        """Begin a matchmaker, or change one; its tickets stay, and what is new counts for them too."""
        self._matchmakers[configuration.name] = Matchmaker(configuration, rule_set, self._book, self._rng)

    def remove(self, name: str) -> Effects:
        """End a matchmaker that has no active tickets; those that are over are forgotten."""
        waiting = self._book.count_active(self[name].configuration.name)
        if waiting:
            raise InvalidTicketRequest(f"the matchmaking configuration {name} has {waiting} active tickets; stop them")
        del self._matchmakers[name]
        return [Forget(ticket_id) for ticket_id in self._book.forget(name, lambda ended: True)]

    def __iter__(self) -> Iterator[str]:
        """Give the names of all matchmakers."""
        return iter(tuple(self._matchmakers))

    def count_active(self, name: str) -> int:
        """Say how many tickets of a matchmaker are not over."""
        return self._book.count_active(name)

    def active(self, name: str) -> list[MatchmakingTicket]:
        """Give the tickets of a matchmaker that are not over, oldest first."""
        return list(self._book.active(name))

    def configuration_of(self, match: MatchId) -> str:
        """Give the name of a match's matchmaker, "" where the match is off, or was placed."""
        tickets = self._book.of_match(match)
        return tickets[0].configuration if tickets else ""

    def find(self, ticket_id: str) -> MatchmakingTicket | None:
        """Give a ticket, None where there is none, or was over so long ago that it is not remembered whole."""
        return self._book.find(ticket_id)

    def start(self, name: str, ticket_id: str, players: Sequence[Player], now: float) -> Effects:
        """Players want a match; they give up what they wait for elsewhere. The first effect is the QUEUED ticket."""
        matchmaker = self[name]
        before = {ticket.id for player in players for ticket in self._book.of_player(player.player_id)}
        effects = matchmaker.start(ticket_id, players, now)
        again = {player.player_id for player in players}
        for ticket in filter(None, map(self._book.find, sorted(before))):
            effects += self._gave_up(ticket, again, now)
        return effects

    def stop(self, ticket_id: str, now: float) -> Effects:
        """A ticket is not wanted any more."""
        return self._of(ticket_id).stop(ticket_id, now)

    def accept(self, ticket_id: str, players: Sequence[str], accepted: bool, now: float) -> Effects:
        """Players accept the match that was found for them, or reject it."""
        return self._of(ticket_id).accept(ticket_id, players, accepted, now)

    def tick(self, now: float, choices: Choices = DEFAULT_CHOICES) -> Effects:
        """Let time pass for all, search, and take what was found."""
        return [effect for matchmaker in self._matchmakers.values() for effect in matchmaker.tick(now, choices)]

    def placed(self, match: MatchId, connection: Connection, now: float) -> Effects:
        """A match has its game session."""
        matchmaker = self._matching(match)
        return matchmaker.placed(match, connection, now) if matchmaker else []

    def placement_timed_out(self, match: MatchId, now: float) -> Effects:
        """There was no place for a match in time."""
        matchmaker = self._matching(match)
        return matchmaker.placement_timed_out(match, now) if matchmaker else []

    def placement_failed(self, match: MatchId, now: float) -> Effects:
        """A match can never be placed."""
        matchmaker = self._matching(match)
        return matchmaker.placement_failed(match, now) if matchmaker else []

    def backfills(self) -> list[MatchmakingTicket]:
        """Give the active backfill tickets, and those that have stopped automatic backfill, one a game session."""
        return self._book.backfills()

    def game_session_ended(self, game_session_arn: str, now: float) -> Effects:
        """Nobody plays there any more: its backfill ticket is cancelled."""
        ticket = self._book.about_game_session(game_session_arn)
        if ticket is None:
            return []
        if ticket.configuration in self._matchmakers:
            return self[ticket.configuration].game_session_ended(game_session_arn, now)
        forgotten = self._book.forget_game_session(game_session_arn)
        return [Forget(forgotten)] if forgotten else []

    def resume(self, now: float) -> Effects:
        """After a restart: place again what was being placed. Whoever does it looks first whether it was done."""
        return [effect for matchmaker in self._matchmakers.values() for effect in matchmaker.resume(now)]

    def _gave_up(self, ticket: MatchmakingTicket, again: set[str], now: float) -> Effects:
        """Cancel a ticket of which a player waits elsewhere now: no event tells of it, as with AWS.

        Automatic backfill goes on with those who are left.
        """
        matchmaker = self[ticket.configuration]
        who = ", ".join(sorted(again & {player.player_id for player in ticket.players}))
        why = Why(Reason.CANCELLED, f"Cancelled due to duplicate player: {who}")
        effects = matchmaker.cancel(ticket, why, now, silently=True)
        if ticket.vacancy is not None and ticket.vacancy.automatic:
            left = [player for player in ticket.players if player.player_id not in again]
            effects += matchmaker.refill(ticket.vacancy.game_session_arn, left, now)
        return effects

    def _of(self, ticket_id: str) -> Matchmaker:
        return self[self._book.get(ticket_id).configuration]

    def _matching(self, match: MatchId) -> Matchmaker | None:
        tickets = self._book.of_match(match)
        return self[tickets[0].configuration] if tickets else None
