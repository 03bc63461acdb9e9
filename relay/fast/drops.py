"""Why a datagram came to nothing. None of these is a reason to cut a peer off: anybody may have sent it."""

from enum import StrEnum


class FastDrop(StrEnum):
    """The reason, in words."""

    UNPARSABLE = "it is no packet"
    TOO_LARGE = "it is longer than a datagram or its payload may be"
    STALE = "its sequence number is not above the last one of that address: late, or there twice"
    MEANINGLESS = "what it says has no meaning on this channel"
    NOBODY = "no player who is here has that address and peer id"
    TAKEN = "the player is heard from another address"
    UNPROVEN = "it is the first from an address that has not shown whose it is"
    WRONG_TOKEN = "no player who is here was given that connect token"
    AMBIGUOUS = "several players at that address have that peer id, each in another game session"
    QUEUE_FULL = "too much waited for the network to take it"
    UNSENDABLE = "the network would not take it"
