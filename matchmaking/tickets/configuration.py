"""What an operator decides of a matchmaker: the API's matchmaking configuration, as far as tickets heed it."""

from dataclasses import dataclass
from enum import StrEnum


class BackfillMode(StrEnum):
    """Who asks for new players where a game session has seats left: nobody but the game, or the matchmaker itself."""

    MANUAL = "MANUAL"
    AUTOMATIC = "AUTOMATIC"


class FlexMatchMode(StrEnum):
    """Who gives a match its game session: we, or whoever hears the event that tells of it."""

    WITH_QUEUE = "WITH_QUEUE"
    STANDALONE = "STANDALONE"


class WhenSilent(StrEnum):
    """What becomes of a ticket that had not answered yet when another's player rejected the match.

    The API's text cancels it ("failed to respond"); it did nothing wrong, though, as its time was not over.
    """

    CANCEL = "cancel"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class MatchmakingConfiguration:
    """A matchmaker's settings; those that AWS does not know are last.

    ``additional_players`` are seats that a match leaves free; ``keep_ended_seconds`` is how long a ticket can be
    described after its end, unless there are ``max_ended_tickets`` newer ones, and ``max_tickets`` how many may be
    active at once.
    """

    name: str
    arn: str
    request_timeout_seconds: int
    acceptance_required: bool = False
    acceptance_timeout_seconds: int = 600
    additional_players: int = 0
    custom_event_data: str = ""
    backfill_mode: BackfillMode = BackfillMode.MANUAL
    flex_match_mode: FlexMatchMode = FlexMatchMode.WITH_QUEUE
    when_silent: WhenSilent = WhenSilent.CANCEL
    keep_ended_seconds: int = 3600
    max_tickets: int = 20_000
    max_ended_tickets: int = 100_000
