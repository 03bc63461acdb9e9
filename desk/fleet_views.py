"""Fleets, queues and placements as the command sees them: the GameLift API's, without its words."""

from collections.abc import Mapping
from dataclasses import field

from session.values import value


@value
class FleetView:
    """Game sessions of one script, with a bound of its own: it carries `game_sessions` of at most `max_game_sessions`.

    `status` is ACTIVE, ERROR or TERMINATED.
    """

    id: str
    name: str
    script: str
    status: str
    game_sessions: int
    max_game_sessions: int


@value
class QueueView:
    """A queue; `destinations` are the ids of fleets and aliases, the best first."""

    name: str
    destinations: tuple[str, ...]
    timeout_seconds: int


@value
class PlacementView:
    """How a placement stands: PENDING, FULFILLED, CANCELLED, TIMED_OUT or FAILED; `message` says why it ended so.

    Once it is FULFILLED its game session runs at `address` and `port`, and `player_sessions` has for each player the
    player session id to log in with.
    """

    id: str
    status: str
    message: str = ""
    game_session: str = ""
    address: str = ""
    port: int = 0
    player_sessions: Mapping[str, str] = field(default_factory=dict)
