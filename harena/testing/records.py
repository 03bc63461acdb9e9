"""What happens in a game session besides messages: rulings, errors, log lines, dropped packets."""

from session.answers import Answer, Outcome
from session.callbacks import (
    IF_SCRIPT_FAILS,
    NAMES,
    Callback,
    OnPlayerConnect,
    OnPlayerJoinGroup,
    OnPlayerLeaveGroup,
    OnSendToGroup,
    OnSendToPlayer,
)
from session.values import NOBODY, PeerId, value


@value
class Ruling:
    """What a callback of yes or no came to.

    ``replacement`` is the payload that a filter put in place of the player's own, else None; ``reason`` is what a
    refused player is told; ``failed`` says that the script raised, so that the closed verdict counts.
    """

    callback: str
    player_id: str
    verdict: bool
    replacement: bytes | None
    reason: str
    failed: bool


@value
class LogLine:
    """A line that the script wrote, with ``session.log`` or ``print``; ``at`` in seconds of the game session."""

    at: float
    level: str
    text: str


@value
class DroppedPacket:
    """Something that a player sent and the server did not pass on."""

    player_id: str
    why: str


def asked_of(question: Callback) -> PeerId:
    """Give the peer on which a callback of yes or no rules; nobody for other callbacks."""
    match question:
        case OnPlayerConnect(peer) | OnPlayerJoinGroup(peer, _) | OnPlayerLeaveGroup(peer, _):
            return peer
        case OnSendToPlayer(sender=peer) | OnSendToGroup(sender=peer):
            return peer
    return NOBODY


def ruling(question: Callback, player_id: str, answer: Answer) -> Ruling:
    """Put an answer into the words of a test."""
    name, failed = NAMES[type(question)], answer.outcome is not Outcome.OK
    if failed:
        return Ruling(name, player_id, IF_SCRIPT_FAILS[type(question)], None, "", True)
    return Ruling(name, player_id, answer.verdict, answer.payload, answer.reason, False)
