"""Sizes: how much of a frame a script's wishes and answers take; rather a bit too much than too little."""

from session.answers import Answer
from session.commands import Broadcast, Command, EndGameSession, Kick, SendMessage

#: An answer or a command without what follows, a number, and a letter, as msgpack writes them at their longest.
_BARE, _NUMBER, _LETTER = 64, 5, 4


def command_bytes(command: Command) -> int:
    """Give the bytes of a command."""
    match command:
        case SendMessage(to=to, payload=payload):
            return _BARE + len(payload) + _NUMBER * len(to)
        case Broadcast(payload=payload):
            return _BARE + len(payload)
        case Kick(reason=reason) | EndGameSession(reason=reason):
            return _BARE + _LETTER * len(reason)
    return _BARE


def answer_bytes(answer: Answer) -> int:
    """Give the bytes of an answer, with its commands."""
    said = len(answer.payload or b"") + _LETTER * len(answer.reason) + len(answer.state or b"")
    return _BARE + said + sum(map(command_bytes, answer.commands))
