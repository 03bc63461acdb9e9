"""Seats: which player sessions there are, who may claim them, and until when. Time is an argument.

A player session is RESERVED until its player logs in with it, once, or until its time is over. A seat is taken from the
reservation on. A player takes one seat, however many player sessions name the same player: who reconnects needs none.
"""

import heapq
from collections import OrderedDict
from enum import StrEnum

from session.peer import Seat
from session.values import GameSessionId, PlayerId, PlayerSessionId, value

#: So many player sessions that are over are remembered, so that who comes again is told why; the oldest go first.
REMEMBERED = 10_000


class PlayerSessionState(StrEnum):
    """Where a player session is in its life."""

    RESERVED = "RESERVED"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    TIMEDOUT = "TIMEDOUT"


#: The states that may follow each.
TRANSITIONS: dict[PlayerSessionState, frozenset[PlayerSessionState]] = {
    PlayerSessionState.RESERVED: frozenset({PlayerSessionState.ACTIVE, PlayerSessionState.TIMEDOUT}),
    PlayerSessionState.ACTIVE: frozenset({PlayerSessionState.COMPLETED}),
    PlayerSessionState.COMPLETED: frozenset(),
    PlayerSessionState.TIMEDOUT: frozenset(),
}


#: Why there is no seat where all are taken.
FULL = "the game session is full"


class NoSeat(Exception):
    """A seat cannot be had; the text is the reason that the player is told."""


@value
class PlayerSession:
    """A player session that holds a seat, ``since`` when; ``until`` is a reservation's end. As ``now``, in seconds."""

    game_session: GameSessionId
    seat: Seat
    state: PlayerSessionState
    until: float
    since: float


class Seats:
    """The player sessions of all game sessions of one worker."""

    def __init__(self) -> None:
        self._max_players: dict[GameSessionId, int] = {}
        self._held: dict[PlayerSessionId, PlayerSession] = {}
        #: The player sessions that hold each player's seat, of each game session.
        self._players: dict[GameSessionId, dict[PlayerId, tuple[PlayerSessionId, ...]]] = {}
        #: When reservations end, the first at the top; those that have been used by then are passed over.
        self._ends: list[tuple[float, PlayerSessionId]] = []
        self._over: OrderedDict[PlayerSessionId, str] = OrderedDict()

    def open(self, game_session: GameSessionId, max_players: int) -> None:
        """A game session runs: it has so many seats."""
        self._max_players[game_session] = max_players
        self._players[game_session] = {}

    def resize(self, game_session: GameSessionId, max_players: int) -> None:
        """A game session has so many seats from now on; who has one keeps it. Harmless for one that is not open."""
        if game_session in self._max_players:
            self._max_players[game_session] = max_players

    def close(self, game_session: GameSessionId) -> None:
        """A game session is over, and with it its player sessions. Harmless for one that was never open."""
        self._max_players.pop(game_session, None)
        for held in self._players.pop(game_session, {}).values():
            for player_session in held:
                del self._held[player_session]
                self._remember(player_session, "its game session has ended")

    def reserve(self, game_session: GameSessionId, seat: Seat, until: float, now: float = 0.0) -> list[PlayerSessionId]:
        """Keep a seat; give the reservations of the same player that this one replaces, which are TIMEDOUT now.

        Raises:
            NoSeat: the game session does not run, is full, or the id is taken.
        """
        players = self._players.get(game_session)
        if players is None:
            raise NoSeat("the game session does not run")
        if seat.player_session_id in self._held or seat.player_session_id in self._over:
            raise NoSeat("there is such a player session already")
        if seat.player_id not in players and len(players) >= self._max_players[game_session]:
            raise NoSeat(FULL)
        replaced = self._replaced(players.get(seat.player_id, ()))
        players[seat.player_id] = (*players.get(seat.player_id, ()), seat.player_session_id)
        if until < float("inf"):
            heapq.heappush(self._ends, (until, seat.player_session_id))
        self._held[seat.player_session_id] = PlayerSession(game_session, seat, PlayerSessionState.RESERVED, until, now)
        return replaced

    def claim(self, player_session: PlayerSessionId, now: float) -> PlayerSession | None:
        """Let a player in who logs in with a player session; None for one that has never been.

        Raises:
            NoSeat: it was used, or its time is over.
        """
        held = self._held.get(player_session)
        if held is None:
            if player_session in self._over:
                raise NoSeat(f"this player session cannot be used: {self._over[player_session]}")
            return None
        if held.state is PlayerSessionState.ACTIVE:
            raise NoSeat("this player session has been used")
        if now >= held.until:
            raise NoSeat("this player session was not used in time")
        active = PlayerSession(held.game_session, held.seat, PlayerSessionState.ACTIVE, held.until, held.since)
        self._held[player_session] = active
        return active

    def leave(self, player_session: PlayerSessionId) -> PlayerSession | None:
        """A player has gone, and the player session is COMPLETED; None for one that is not ACTIVE (any more)."""
        held = self._held.get(player_session)
        if held is None or held.state is not PlayerSessionState.ACTIVE:
            return None
        self._drop(player_session, "it has been used")
        return held

    def expired(self, now: float) -> list[PlayerSession]:
        """The reservations whose time is over; they are TIMEDOUT, and their seats free."""
        late: list[PlayerSession] = []
        while (until := self.wake_at()) is not None and now >= until:
            _, player_session = heapq.heappop(self._ends)
            late.append(self._held[player_session])
            self._drop(player_session, "it was not used in time")
        return late

    def wake_at(self) -> float | None:
        """Give the time at which ``expired`` is to be called, None for never."""
        while self._ends and not self._reserved(self._ends[0][1]):
            heapq.heappop(self._ends)
        return self._ends[0][0] if self._ends else None

    def taken(self, game_session: GameSessionId) -> int:
        """The seats of a game session that are taken."""
        return len(self._players.get(game_session, {}))

    def held(self, game_session: GameSessionId) -> list[PlayerSession]:
        """The player sessions that hold the seats of a game session."""
        return [self._held[one] for those in self._players.get(game_session, {}).values() for one in those]

    def _reserved(self, player_session: PlayerSessionId) -> bool:
        held = self._held.get(player_session)
        return held is not None and held.state is PlayerSessionState.RESERVED

    def _replaced(self, held: tuple[PlayerSessionId, ...]) -> list[PlayerSessionId]:
        unused = [one for one in held if self._reserved(one)]
        for player_session in unused:
            self._drop(player_session, "a later one replaced it")
        return unused

    def _drop(self, player_session: PlayerSessionId, why: str) -> None:
        held = self._held.pop(player_session)
        players = self._players[held.game_session]
        left = tuple(one for one in players[held.seat.player_id] if one != player_session)
        if left:
            players[held.seat.player_id] = left
        else:
            del players[held.seat.player_id]
        self._remember(player_session, why)

    def _remember(self, player_session: PlayerSessionId, why: str) -> None:
        self._over[player_session] = why
        while len(self._over) > REMEMBERED:
            self._over.popitem(last=False)
