"""Commands: what a script wishes. The heart decides which of them become effects."""

from session.values import GroupId, PeerId, Recipients, value


@value
class SendMessage:
    """Send a message to players. ``sender`` is who the clients see."""

    to: Recipients
    op_code: int
    payload: bytes
    sender: PeerId
    reliable: bool


@value
class Broadcast:
    """Send a message to all members of a group (-1: everybody) but one."""

    group: GroupId
    but: PeerId
    op_code: int
    payload: bytes
    sender: PeerId
    reliable: bool


@value
class BroadcastMembership:
    """Tell the members of a group who is in another, or in the same (-1: everybody)."""

    group: GroupId
    to_group: GroupId


@value
class PutInGroup:
    """Make a player a member of a group."""

    peer: PeerId
    group: GroupId


@value
class TakeFromGroup:
    """End a player's membership of a group."""

    peer: PeerId
    group: GroupId


@value
class Kick:
    """Close a player's connection."""

    peer: PeerId
    reason: str


@value
class SetAccepting:
    """Admit new players from now on, or refuse them."""

    accepting: bool


@value
class EndGameSession:
    """End the game session; what was sent before is delivered."""

    reason: str


Command = (
    SendMessage | Broadcast | BroadcastMembership | PutInGroup | TakeFromGroup | Kick | SetAccepting | EndGameSession
)
