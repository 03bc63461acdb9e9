"""Effects: what is to be done after something happened to tickets. The matchmaker returns them, the desk does them."""

from dataclasses import dataclass

from matchmaking.pool import Player
from matchmaking.tickets.events import MatchmakingEvent
from matchmaking.tickets.ticket import MatchId, MatchmakingTicket


@dataclass(frozen=True, slots=True)
class Changed:
    """Keep this state of a ticket: the tickets as they were last are all that a restart needs."""

    ticket: MatchmakingTicket


@dataclass(frozen=True, slots=True)
class Forget:
    """A ticket ended long ago: it needs no place any more, and can be described no longer."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Publish this event."""

    event: MatchmakingEvent


@dataclass(frozen=True, slots=True)
class Place:
    """Start a game session for a match; then say ``placed``, ``placement_timed_out`` or ``placement_failed``.

    ``players`` have their teams, latencies and attributes; ``max_players`` counts the seats that are to stay free too.
    """

    match: MatchId
    players: tuple[Player, ...]
    max_players: int
    matchmaker_data: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Reserve seats for ``players`` in a game session that runs, and give it the new data; then say as for Place."""

    match: MatchId
    game_session_arn: str
    players: tuple[Player, ...]
    matchmaker_data: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """A match that was being placed is off, as one of its tickets was withdrawn: undo what was done for it."""

    match: MatchId


Effect = Changed | Forget | Tell | Place | Fill | Abandon
Effects = list[Effect]
