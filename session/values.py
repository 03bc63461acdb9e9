"""Values: the whole talk of the house, and the ids that occur in them."""

from dataclasses import dataclass
from typing import NewType, TypeVar, dataclass_transform

T = TypeVar("T")

#: The tests set this before they import anything else, so that an assignment to a value fails there at run time too.
#: Otherwise plain slots do: a frozen dataclass takes three times as long to make, and one is made for every message.
really_frozen = False


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class an immutable value: compared and hashed by its fields, refused assignment by mypy."""
    return dataclass(slots=True, frozen=really_frozen, unsafe_hash=not really_frozen)(cls)


PeerId = NewType("PeerId", int)
GroupId = NewType("GroupId", int)
AskId = NewType("AskId", int)
PlayerId = NewType("PlayerId", str)
PlayerSessionId = NewType("PlayerSessionId", str)
GameSessionId = NewType("GameSessionId", str)

#: No question at all.
NO_ASK = AskId(0)
#: The server among the peers: the target of events, the sender of what the script sends.
SERVER = PeerId(-1)
#: No peer at all: ids of peers start at 1.
NOBODY = PeerId(0)
#: The group of all players, joined by being there.
EVERYBODY = GroupId(-1)
#: No group at all: the game's own groups start at 1.
NO_GROUP = GroupId(0)

#: Who gets a message. A group's own tuple, replaced when its members change: the same object means the same recipients.
Recipients = tuple[PeerId, ...]

#: The largest payload of one message, in bytes; the stock client refuses to send more.
MAX_PAYLOAD_BYTES = 4096
#: The largest payload of a message that goes by datagram, in bytes; a larger one takes the reliable channel.
MAX_FAST_PAYLOAD_BYTES = 1200
