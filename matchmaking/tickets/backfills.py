"""Backfill: tickets of game sessions that run and have seats, on request and of the matchmaker's own accord.

A game session has one active backfill ticket at most; a new one takes the place of the old. Who has asked for another
match meanwhile has left, whatever the game still believes, and is not counted among those who play.
"""

from collections.abc import Sequence

from matchmaking.pool import Player
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.book import Book
from matchmaking.tickets.configuration import BackfillMode, FlexMatchMode, MatchmakingConfiguration
from matchmaking.tickets.life import IN_A_MATCH
from matchmaking.tickets.ticket import MatchmakingTicket, Vacancy


class Backfills:
    """Which game sessions of one matchmaker are to be filled up."""

    def __init__(self, configuration: MatchmakingConfiguration, rule_set: RuleSet, book: Book) -> None:
        self._configuration = configuration
        self._seats = rule_set.max_players - configuration.additional_players
        self._book = book
        #: The matchmaker itself asks; in standalone mode it does not know of game sessions.
        self.automatic = (
            configuration.backfill_mode is BackfillMode.AUTOMATIC
            and configuration.flex_match_mode is FlexMatchMode.WITH_QUEUE
        )

    def ticket(self, ticket_id: str, vacancy: Vacancy, players: Sequence[Player], now: float) -> MatchmakingTicket:
        """Make a backfill ticket for those who still play."""
        here = tuple(player for player in players if self._plays(player))
        return MatchmakingTicket(ticket_id, self._configuration.name, here, now, vacancy=vacancy)

    def active(self, game_session_arn: str) -> MatchmakingTicket | None:
        """Give the active backfill ticket of a game session; in standalone mode one may be without a name."""
        return self._book.of_game_session(game_session_arn) if game_session_arn else None

    def wanted(self, game_session_arn: str, players: Sequence[Player]) -> bool | None:
        """Say whether automatic backfill is to ask anew for a game session: None if all is well as it is.

        It asks where somebody plays and seats are free. A match that is on its way is waited for.
        """
        ticket = self._book.of_game_session(game_session_arn)
        if self._book.is_stopped(game_session_arn) or (ticket is not None and ticket.status in IN_A_MATCH):
            return None
        here = [player for player in players if self._plays(player)]
        wanted = 0 < len(here) < self._seats
        same = ticket is not None and wanted and sorted(_names(ticket.players)) == sorted(_names(here))
        return None if same else wanted

    def _plays(self, player: Player) -> bool:
        return all(ticket.vacancy is not None for ticket in self._book.of_player(player.player_id))


def _names(players: Sequence[Player]) -> list[str]:
    return [player.player_id for player in players]
