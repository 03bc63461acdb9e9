"""Player sessions as the desk knows them: the worker owns the seats, this is what it has told of them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from session.seats import TRANSITIONS, PlayerSessionState

#: Player sessions of one game session that are over are remembered up to this number; the oldest go first.
PLAYER_SESSIONS_KEPT = 1_000


@dataclass(slots=True)
class PlayerSessionRecord:
    """One player session; ``created`` and ``expires`` in Unix seconds."""

    id: str
    player_id: str
    created: float
    expires: float
    state: PlayerSessionState = PlayerSessionState.RESERVED


class PlayerSessions:
    """The player sessions of one game session, oldest first."""

    def __init__(self) -> None:
        self._by_id: dict[str, PlayerSessionRecord] = {}
        #: Those that are over, in the order in which that came.
        self._over: dict[str, None] = {}

    @property
    def all(self) -> list[PlayerSessionRecord]:
        """Those that are remembered, oldest first."""
        return list(self._by_id.values())

    def add(self, identity: str, player_id: str, seconds: float) -> PlayerSessionRecord:
        """A seat is kept for so long."""
        now = time.time()
        record = self._by_id[identity] = PlayerSessionRecord(identity, player_id, now, now + seconds)
        return record

    def still_held(self, seats: Iterable[tuple[str, str, float, float, str]]) -> None:
        """A worker that has lost its desk has these: id, player, since when and until when, and state."""
        for identity, player_id, created, expires, state in seats:
            kept = PlayerSessionRecord(identity, player_id, created, expires, PlayerSessionState(state))
            self._by_id[identity] = kept

    def moved(self, identity: str, state: PlayerSessionState) -> None:
        """The worker tells another state. Harmless where that cannot follow, or nobody remembers."""
        record = self._by_id.get(identity)
        if record and state in TRANSITIONS[record.state]:
            record.state = state
            if not TRANSITIONS[state]:
                self._over[identity] = None
                self._forget_oldest()

    def forget(self, identity: str) -> None:
        """The seat was not to be had."""
        self._by_id.pop(identity, None)
        self._over.pop(identity, None)

    def end(self) -> int:
        """The game session is over, and so are they; give how many seats were kept for nobody."""
        reserved = [one for one in self._by_id.values() if one.state is PlayerSessionState.RESERVED]
        for record in self.all:
            over = PlayerSessionState.TIMEDOUT if record in reserved else PlayerSessionState.COMPLETED
            self.moved(record.id, over)
        return len(reserved)

    def _forget_oldest(self) -> None:
        while len(self._over) > PLAYER_SESSIONS_KEPT:
            self.forget(next(iter(self._over)))
