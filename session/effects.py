"""Effects: what is to be done after an input. The heart returns them, the wings do them."""

from enum import StrEnum

from session.callbacks import Callback
from session.farewells import Farewell
from session.values import AskId, PeerId, Recipients, value


@value
class Send:
    """Give one encoded packet to all of ``to`` except ``but`` (the sender, or nobody).

    What is not ``reliable`` goes by the fast channel to whoever has one.
    """

    to: Recipients
    but: PeerId
    data: bytes
    reliable: bool


@value
class Ask:
    """Put this question to the script; the answer comes back as an input. ``now``: seconds of the game session."""

    ask: AskId
    callback: Callback
    now: float


@value
class Disconnect:
    """Send a peer what is pending for it, then close its connection."""

    peer: PeerId
    farewell: Farewell


class Drop(StrEnum):
    """Why a packet of a peer came to nothing, although the peer may stay."""

    PAYLOAD_TOO_LARGE = "its payload is larger than 4096 bytes"
    UNKNOWN_TARGET = "nobody here has that peer id"
    NO_TARGET = "it names neither a player nor a group"
    NOT_A_MEMBER = "its sender is not a member of that group"
    NO_SUCH_GROUP = "a group id is 1 or more (-1, everybody, can be neither joined nor left)"
    TOO_MANY_FAST = "it came by the fast channel, beyond messages_per_second"
    SCRIPT_TOO_SLOW = "too many inputs wait for the script"
    UNKNOWN_OP_CODE = "its op code means nothing to this server"


@value
class Dropped:
    """A fact for the log: a packet was dropped."""

    peer: PeerId
    why: Drop


@value
class Note:
    """A fact for the game session's log."""

    text: str


@value
class Restore:
    """Load the script into a new sandbox, and say so; what there is to ask is asked then."""


@value
class End:
    """The game session is over; nothing of it remains to be done but this."""

    farewell: Farewell


Effect = Send | Ask | Disconnect | Dropped | Note | Restore | End
Effects = list[Effect]
