"""Throttling: how many calls a second are taken, of all operations together and of each."""

import time
from collections.abc import Callable, Mapping

from desk.gamelift.errors import GameLiftError
from desk.gamelift.limits import GameLiftLimits

#: Operations that have a setting of their own, or share one with their likes.
_SETTINGS: Mapping[str, str] = {
    "CreateGameSession": "create_game_session_per_second",
    "CreatePlayerSession": "create_player_session_per_second",
    "CreatePlayerSessions": "create_player_sessions_per_second",
    "DescribePlayerSessions": "describe_player_sessions_per_second",
    "CreateScript": "create_script_per_second",
    "UpdateScript": "create_script_per_second",
    "StartGameSessionPlacement": "start_placement_per_second",
    "DescribeGameSessionPlacement": "start_placement_per_second",
    "StartMatchmaking": "start_matchmaking_per_second",
    "AcceptMatch": "accept_match_per_second",
    "StopMatchmaking": "stop_matchmaking_per_second",
    "StartMatchBackfill": "start_match_backfill_per_second",
    "DescribeMatchmaking": "describe_matchmaking_per_second",
}
#: How the names of operations begin that change nothing.
_QUESTIONS = ("Describe", "Get", "List", "Resolve", "Search", "Validate")


def setting_of(operation: str) -> str:
    """The setting, one of `GameLiftLimits`, that says how many calls of an operation are taken a second."""
    likes = "other_questions_per_second" if operation.startswith(_QUESTIONS) else "other_changes_per_second"
    return _SETTINGS.get(operation, likes)


class Throttle:
    """A bucket for each operation, and one for all; a bucket holds the calls of one second."""

    def __init__(self, limits: GameLiftLimits, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds."""
        self._limits = limits
        self._clock = clock
        self._all = _Bucket(limits.calls_per_second, clock)
        self._each: dict[str, _Bucket] = {}

    def take(self, operation: str) -> None:
        """Count a call of one of GameLift's operations.

        Raises `GameLiftError` (ThrottlingException), after which the SDKs wait and try again.
        """
        if not (self._all.take() and self._bucket(operation).take()):
            raise GameLiftError("ThrottlingException", f"Rate exceeded: too many calls of {operation} a second")

    def _bucket(self, operation: str) -> "_Bucket":
        if operation not in self._each:
            self._each[operation] = _Bucket(getattr(self._limits, setting_of(operation)), self._clock)
        return self._each[operation]


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
