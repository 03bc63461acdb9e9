"""Farewells: why a peer's connection is closed, as the peer is told."""

from enum import IntEnum

from session.answers import Answer, Outcome
from session.values import value


class CloseCode(IntEnum):
    """WebSocket close codes of the range that the standard leaves to applications (4000 to 4999)."""

    PROTOCOL_VIOLATION = 4000
    LOGIN_REFUSED = 4001
    GAME_SESSION_FULL = 4002
    REPLACED = 4003
    KICKED = 4004
    TOO_MANY_MESSAGES = 4005
    TOO_SLOW = 4006
    NOT_RESPONDING = 4007
    GAME_SESSION_ENDED = 4008
    SCRIPT_FAILED = 4009
    SERVER_STOPPING = 4010
    LOGIN_TOO_LATE = 4011


#: A close frame holds at most 125 bytes, two of which are the code (RFC 6455, 5.5).
MAX_REASON_BYTES = 123


@value
class Farewell:
    """A close code and its reason; the reason is for a person to read."""

    code: CloseCode
    reason: str

    def short_reason(self) -> str:
        """Give the reason, cut to what fits a close frame."""
        return self.reason.encode("utf-8", "replace")[:MAX_REASON_BYTES].decode("utf-8", "ignore")


#: What the heart itself says.
FULL = Farewell(CloseCode.GAME_SESSION_FULL, "the game session is full")
CLOSED = Farewell(CloseCode.LOGIN_REFUSED, "the game session accepts no new players")
REFUSED = Farewell(CloseCode.LOGIN_REFUSED, "the login was refused")
REPLACED = Farewell(CloseCode.REPLACED, "replaced: the same player logged in again")
TOO_MANY = Farewell(CloseCode.TOO_MANY_MESSAGES, "too many messages a second")
OVER = Farewell(CloseCode.GAME_SESSION_ENDED, "the game session has ended")
UNPARSABLE = Farewell(CloseCode.PROTOCOL_VIOLATION, "unparsable packet")
TEXT_MESSAGE = Farewell(CloseCode.PROTOCOL_VIOLATION, "text messages mean nothing to this server")
TOO_SLOW = Farewell(CloseCode.TOO_SLOW, "too slow: what this peer was sent has piled up unread")
NOT_RESPONDING = Farewell(CloseCode.NOT_RESPONDING, "no sign of life")
LOGIN_TOO_LATE = Farewell(CloseCode.LOGIN_TOO_LATE, "no login came in time")
BY_SCRIPT = Farewell(CloseCode.GAME_SESSION_ENDED, "its script has ended it")
BY_OPERATOR = Farewell(CloseCode.GAME_SESSION_ENDED, "the operator has ended it")
IDLE = Farewell(CloseCode.GAME_SESSION_ENDED, "nobody was there for too long")
TOO_LONG = Farewell(CloseCode.GAME_SESSION_ENDED, "the game session has reached its max_seconds")
NOT_STARTED = Farewell(CloseCode.SCRIPT_FAILED, "the script's on_process_started did not answer True")
UNWELL = Farewell(CloseCode.SCRIPT_FAILED, "the script's on_health_check did not answer True, three times in a row")
RETIRED = Farewell(CloseCode.GAME_SESSION_ENDED, "another version of the script is active, and nobody was left")


def failed(outcome: Outcome) -> Farewell:
    """Say that the script has failed, and how."""
    return Farewell(CloseCode.SCRIPT_FAILED, f"the game's script failed: {outcome.value}")


def refusal(answer: Answer) -> Farewell:
    """Say why a login is refused: in the script's own words, if it had any."""
    if answer.outcome is not Outcome.OK:
        return failed(answer.outcome)
    return Farewell(CloseCode.LOGIN_REFUSED, answer.reason) if answer.reason else REFUSED
