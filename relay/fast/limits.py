"""Limits of the fast channel."""

from session.values import value

#: A datagram that is longer is not read: a payload of 1,200 bytes needs 1,300 at most, a record of DTLS 37 more.
MAX_DATAGRAM_BYTES = 2_048
#: A packet that is longer as a whole takes the reliable channel, whatever its payload; networks carry 1,400 everywhere.
MAX_FAST_PACKET_BYTES = 1_400


@value
class FastLimits:
    """What the fast channel of a worker may take. Without ``enabled`` there is none: all goes by WebSocket."""

    enabled: bool = True
    #: A peer whose datagrams have stayed away for so long is sent everything by its WebSocket, until one comes again.
    silent_seconds: float = 10.0
    #: How long one of several peers that only their WebSockets tell apart has to show its address. Who shows it later
    #: is taken for the next one: so long a bad WebSocket may take.
    opening_seconds: float = 5.0
    #: What waits in one worker because the network takes no more. Beyond it the oldest are dropped.
    out_datagrams: int = 4_096
