"""Records: what the desk remembers of a game session."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from session.values import value

#: Lines of its log that are kept of each game session; the oldest go first.
LOG_LINES = 1000
#: Game sessions that have ended are remembered up to this number; the oldest go first.
ENDED_KEPT = 200
#: Logins that may wait for one game session to start; further ones are refused.
MAX_WAITING = 1000


class State(StrEnum):
    """Where a game session is in its life."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


@value
class LogLine:
    """A line of a game session's log; ``time`` in Unix seconds."""

    time: float
    level: str
    text: str


@value
class Waiting:
    """A login that waits for its game session to start."""

    login: int
    player_id: str


@dataclass(slots=True)
class Record:
    """One game session. It stays on its script version; ``room`` is the name under which logins find it."""

    id: str
    script: str
    version: int
    room: str
    started: float
    state: State = State.STARTING
    players: int = 0
    ended: float | None = None
    reason: str = ""
    #: A newer version counts; new logins go elsewhere.
    retiring: bool = False
    log: deque[LogLine] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    waiting: list[Waiting] = field(default_factory=list)
