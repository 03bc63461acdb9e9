"""Throttling: how many calls a second are taken, of all operations together and of those that make something."""

import time
from collections.abc import Callable

from desk.gamelift.errors import GameLiftError
from desk.gamelift.limits import GameLiftLimits


class Throttle:
    """A bucket for each operation that has a rate, and one for all; a bucket holds the calls of one second."""

    def __init__(self, limits: GameLiftLimits, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds."""
        self._all = _Bucket(limits.calls_per_second, clock)
        self._each = {
            "CreateGameSession": _Bucket(limits.create_game_session_per_second, clock),
            "CreatePlayerSession": _Bucket(limits.create_player_session_per_second, clock),
            "CreatePlayerSessions": _Bucket(limits.create_player_sessions_per_second, clock),
            "CreateScript": _Bucket(limits.create_script_per_second, clock),
            "UpdateScript": _Bucket(limits.create_script_per_second, clock),
        }

    def take(self, operation: str) -> None:
        """Count a call; raises `GameLiftError` (ThrottlingException), after which the SDKs wait and try again."""
        each = self._each.get(operation)
        if not (self._all.take() and (each is None or each.take())):
            raise GameLiftError("ThrottlingException", f"Rate exceeded: too many calls of {operation} a second")


class _Bucket:
    def __init__(self, per_second: float, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._clock = clock
        self._left = max(per_second, 1.0)
        self._counted = clock()

    def take(self) -> bool:
        now = self._clock()
        self._left = min(max(self._per_second, 1.0), self._left + (now - self._counted) * self._per_second)
        self._counted = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
