"""A peer's channel: what it may take, and what a connection needs of its socket."""

from typing import Protocol

from relay.reactor import Drain
from relay.stream import Receiver
from session.values import value


@value
class ChannelLimits:
    """What one peer's channel may take. A peer in a game session is pinged as that one's configuration says."""

    login_seconds: float = 10.0
    #: Of TLS, from connecting on.
    handshake_seconds: float = 5.0
    ping_seconds: float = 3.0
    #: Added to two pings' time before a silent peer counts as dead.
    grace_seconds: float = 1.0
    #: How long a peer may take to answer a close frame, and to read what came before it.
    close_seconds: float = 2.0
    message_bytes: int = 16 * 1024
    request_bytes: int = 16 * 1024
    #: What may wait for a peer that does not read. Beyond it the peer is cut off: a game must not wait for it.
    out_buffer_bytes: int = 1024 * 1024


class Outlet(Protocol):
    """What a connection needs of its socket. No method raises, or does harm once it is closed."""

    #: Who is told what comes.
    receiver: Receiver

    @property
    def unsent_bytes(self) -> int:
        """What waits for the peer to read."""

    def has_unread(self) -> bool:
        """Say whether bytes of the peer wait to be read."""

    def move(self, drain: Drain) -> None:
        """Be read with others from now on."""

    def write(self, data: bytes) -> None:
        """Send bytes, behind those that wait."""

    def write_eof(self) -> None:
        """Say that nothing comes after what is written."""

    def abort(self) -> None:
        """Close the socket now, whatever waits."""
