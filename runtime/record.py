"""Records: what the desk remembers of a game session."""

from dataclasses import dataclass, field
from enum import StrEnum

import anyio

from runtime.game_log import GameLog
from runtime.player_sessions import PlayerSessions
from session.callbacks import GameSessionFacts
from session.values import value

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
class Waiting:
    """A login that waits for its game session to start."""

    login: int
    player_id: str


@dataclass(slots=True)
class Record:
    """One game session. It stays on its script version; its name is that under which logins find it."""

    facts: GameSessionFacts
    started: float
    log: GameLog
    state: State = State.STARTING
    players: int = 0
    ended: float | None = None
    reason: str = ""
    #: Another version counts; new logins go elsewhere.
    retiring: bool = False
    #: Somebody asked for it, who may keep seats in it yet: it does not end for being empty and of an old version.
    asked_for: bool = False
    waiting: list[Waiting] = field(default_factory=list)
    #: The number of the relay worker that it is in.
    worker: int = 0
    player_sessions: PlayerSessions = field(default_factory=PlayerSessions)
    #: It runs, or will never.
    settled: anyio.Event = field(default_factory=anyio.Event)
    over: anyio.Event = field(default_factory=anyio.Event)

    @property
    def id(self) -> str:
        """Its id."""
        return self.facts.id

    @property
    def script(self) -> str:
        """The name of its script, "" where it has none."""
        return self.facts.script

    @property
    def version(self) -> int:
        """The number of its script's version."""
        return self.facts.version
