"""A script's ``configuration``: a literal in its source, checked here, part of its version."""

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from enum import StrEnum

from session.values import value


class AfterDeath(StrEnum):
    """What the death of a script's sandbox means for its game session."""

    #: What the script has the functions for: ``snapshot`` with ``on_snapshot`` and ``on_restore``, else ``end``.
    AUTO = "auto"
    END = "end"
    SNAPSHOT = "snapshot"


@value
class Configuration:
    """What a script asks of its game sessions. A time of 0 seconds means never, a rate of 0 none.

    The last nine are limits of its sandbox, by their names there. A script can only have less than the server allows;
    0 is what the server allows.
    """

    max_players: int = 32
    ping_seconds: float = 3.0
    tick_hz: float = 0.0
    idle_seconds: float = 300.0
    max_seconds: float = 0.0
    messages_per_second: float = 120.0
    flush_milliseconds: int = 10
    echo: bool = False
    after_death: AfterDeath = AfterDeath.AUTO
    snapshot_seconds: float = 1.0
    call_wall_seconds: float = 0.0
    callback_cpu_milliseconds: int = 0
    tick_cpu_milliseconds: int = 0
    cpu_percent: int = 0
    memory_bytes: int = 0
    commands_per_call: int = 0
    message_bytes_per_second: int = 0
    timers: int = 0
    log_lines_per_second: int = 0


#: The most players that a game session can have, whoever asks; GameLift's own limit.
MAX_PLAYERS = 200

#: The least and the greatest value of each number, ends included.
BOUNDS: dict[str, tuple[float, float]] = {
    "max_players": (1, MAX_PLAYERS),
    "ping_seconds": (0.1, 60),
    "tick_hz": (0, 60),
    "idle_seconds": (0, 86_400),
    "max_seconds": (0, 604_800),
    "messages_per_second": (1, 10_000),
    "flush_milliseconds": (0, 100),
    "snapshot_seconds": (0.1, 3600),
    "call_wall_seconds": (0.01, 60),
    "callback_cpu_milliseconds": (10, 60_000),
    "tick_cpu_milliseconds": (10, 60_000),
    "cpu_percent": (1, 100),
    "memory_bytes": (4 * 2**20, 2**36),
    "commands_per_call": (1, 100_000),
    "message_bytes_per_second": (1024, 2**30),
    "timers": (1, 100_000),
    "log_lines_per_second": (1, 10_000),
}

#: A peer may save up this many seconds' worth of messages and send them in one burst.
BURST_SECONDS = 2.0

KEYS: dict[str, type] = {field.name: type(field.default) for field in fields(Configuration)}

#: A key of GameLift's that comes near none of ours.
_OF_GAMELIFT = {"pingIntervalTime": "did you mean 'ping_seconds'? It is in seconds"}


def configured(literal: Mapping[str, object]) -> tuple[Configuration, list[str]]:
    """Check a literal against the keys above; give the configuration and every fault, in sentences."""
    faults = [fault for key, given in literal.items() if (fault := _fault(key, given))]
    if faults:
        return Configuration(), faults
    return Configuration(**{key: KEYS[key](given) for key, given in literal.items()}), []


def _fault(key: str, given: object) -> str:
    wanted = KEYS.get(key)
    if wanted is None:
        return f"configuration has no key {key!r}: {_meant(key)}"
    if wanted is bool:
        return "" if isinstance(given, bool) else f"configuration[{key!r}] is True or False, not {given!r}"
    if wanted is AfterDeath:
        words = [word.value for word in AfterDeath]
        return "" if given in words else f"configuration[{key!r}] is one of {', '.join(words)}, not {given!r}"
    return _number_fault(key, wanted, given)


def _meant(key: str) -> str:
    close = get_close_matches(key, KEYS, 1)
    found = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(KEYS)}"
    return _OF_GAMELIFT.get(key, found)


def _number_fault(key: str, wanted: type, given: object) -> str:
    low, high = BOUNDS[key]
    kind = "a whole number" if wanted is int else "a number"
    if isinstance(given, bool) or not isinstance(given, int if wanted is int else (int, float)):
        return f"configuration[{key!r}] is {kind}, not {given!r}"
    if not low <= given <= high:
        return f"configuration[{key!r}] lies between {low:g} and {high:g}, it cannot be {given!r}"
    return ""
