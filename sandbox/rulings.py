"""Rulings: how answers and the commands in them cross the border from the sandbox, and what of them is believed.

The sandbox's side encodes, the relay's side decodes: exact shapes and types only, every number within its range,
every text within its length. Nothing is converted, and a surplus is refused rather than cut.
"""

from typing import TypeVar

from sandbox.frames import BadFrame
from sandbox.limits import DEFAULTS, MAX_RECIPIENTS, SCRIPT_PAYLOAD_BYTES, SNAPSHOT_BYTES, TEXT_CHARACTERS
from session.answers import Answer, Outcome
from session.commands import (
    Broadcast,
    BroadcastMembership,
    Command,
    EndGameSession,
    Kick,
    PutInGroup,
    SendMessage,
    SetAccepting,
    TakeFromGroup,
)
from session.values import EVERYBODY, NOBODY, SERVER, AskId, GroupId, PeerId

T = TypeVar("T")

_INT32 = 2**31 - 1
#: A hundred years: no game session sees its end.
_LATEST_SECONDS = 100 * 366 * 86_400.0


def answer_as_plain(answer: Answer) -> list[object]:
    """Encode an answer as a list, commands included."""
    commands = [_command_as_plain(command) for command in answer.commands]
    raised = answer.outcome is not Outcome.OK
    return [answer.ask, answer.verdict, answer.payload, answer.reason, commands, answer.wake_at, raised, answer.state]


def answer_untrusted(plain: object, commands_per_call: int = DEFAULTS.commands_per_call) -> Answer:
    """Decode an answer as it came from a sandbox. Raises BadFrame."""
    match plain:
        case (ask, verdict, payload, reason, tuple(commands), wake_at, raised, state):
            if len(commands) > commands_per_call:
                raise BadFrame(f"over {commands_per_call} commands in one answer")
            return Answer(
                AskId(_number(ask, 1, 2**63)),
                _exactly(bool, verdict),
                None if payload is None else _payload(payload),
                text_untrusted(reason),
                tuple(_command_untrusted(command) for command in commands),
                wake_at_untrusted(wake_at),
                Outcome.RAISED if _exactly(bool, raised) else Outcome.OK,
                None if state is None else _bytes(state, SNAPSHOT_BYTES),
            )
    raise BadFrame("not an answer")


def text_untrusted(given: object) -> str:
    """Check a text: a string of bounded length that UTF-8 can hold. Raises BadFrame."""
    text = _exactly(str, given)
    if len(text) > TEXT_CHARACTERS:
        raise BadFrame(f"a text of over {TEXT_CHARACTERS} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadFrame("a text with half a character in it") from None
    return text


def _command_as_plain(command: Command) -> list[object]:
    return [type(command).__name__, *(getattr(command, field) for field in command.__match_args__)]


def _command_untrusted(plain: object) -> Command:  # noqa: C901 - a case for each command
    match plain:
        case ("SendMessage", to, op_code, payload, sender, reliable):
            return SendMessage(_peers(to), _op_code(op_code), _payload(payload), _sender(sender), _bool(reliable))
        case ("Broadcast", group, but, op_code, payload, sender, reliable):
            said = _op_code(op_code), _payload(payload), _sender(sender), _bool(reliable)
            return Broadcast(_any_group(group), _but(but), *said)
        case ("BroadcastMembership", group, to_group):
            return BroadcastMembership(_any_group(group), _any_group(to_group))
        case ("PutInGroup", peer, group):
            return PutInGroup(_peer(peer), _own_group(group))
        case ("TakeFromGroup", peer, group):
            return TakeFromGroup(_peer(peer), _own_group(group))
        case ("Kick", peer, reason):
            return Kick(_peer(peer), text_untrusted(reason))
        case ("SetAccepting", accepting):
            return SetAccepting(_bool(accepting))
        case ("EndGameSession", reason):
            return EndGameSession(text_untrusted(reason))
    raise BadFrame("not a command")


def _exactly(kind: type[T], given: object) -> T:
    if type(given) is not kind:
        raise BadFrame(f"a {type(given).__name__} in place of a {kind.__name__}")
    return given


def _number(given: object, low: int, high: int) -> int:
    number = _exactly(int, given)
    if not low <= number <= high:
        raise BadFrame(f"a number outside {low} to {high}")
    return number


def wake_at_untrusted(given: object) -> float | None:
    """Check when a timer is due: seconds of the game session, or None. Raises BadFrame."""
    if given is None:
        return None
    seconds = _exactly(float, given)
    if not 0 <= seconds <= _LATEST_SECONDS:  # False for NaN, too.
        raise BadFrame("a wake at no possible time")
    return seconds


def _bytes(given: object, limit: int) -> bytes:
    found = _exactly(bytes, given)
    if len(found) > limit:
        raise BadFrame(f"over {limit} bytes where there may be no more")
    return found


def _payload(given: object) -> bytes:
    return _bytes(given, SCRIPT_PAYLOAD_BYTES)


def _peer(given: object) -> PeerId:
    return PeerId(_number(given, 1, _INT32))


def _peers(given: object) -> tuple[PeerId, ...]:
    if type(given) is not tuple or len(given) > MAX_RECIPIENTS:
        raise BadFrame(f"not a tuple of at most {MAX_RECIPIENTS} recipients")
    return tuple(_peer(peer) for peer in given)


def _sender(given: object) -> PeerId:
    return PeerId(_exactly(int, given)) if given == SERVER else _peer(given)


def _but(given: object) -> PeerId:
    return PeerId(_number(given, NOBODY, _INT32))


def _own_group(given: object) -> GroupId:
    return GroupId(_number(given, 1, _INT32))


def _any_group(given: object) -> GroupId:
    return GroupId(_exactly(int, given)) if given == EVERYBODY else _own_group(given)


def _op_code(given: object) -> int:
    return _number(given, 1, _INT32)


def _bool(given: object) -> bool:
    return _exactly(bool, given)
