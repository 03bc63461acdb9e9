"""A line: one peer's fast channel, and the addresses that have spoken for it.

A client says no secret on plain UDP, only its peer id. So an address counts for a peer if its host is that of the
peer's WebSocket, and nobody can take over what another address holds that is still heard. What is proven first goes
before what is proven later.
"""

from collections.abc import Sequence
from typing import Protocol

from relay.acceptor import Address
from relay.fast.hardship import Hardship
from relay.fast.packets import MAX_NUMBER, ack, numbered
from session.packets import Packet
from session.peer import Peer

#: Before the beginning of any clock.
NEVER = float("-inf")
#: A client that moved behind its address translator has a second address; those before it have none any more.
MAX_PROVEN = 2


class Outlet(Protocol):
    """What a line needs of a socket."""

    def send(self, address: Address, datagrams: Sequence[bytes]) -> None:
        """Send datagrams to one address; never raises, what cannot be sent is counted."""


class Owner(Protocol):
    """What a line needs of its peer's connection."""

    peer: Peer
    host: str
    hardship: Hardship | None

    def receive_fast(self, packet: Packet) -> None:
        """Take a packet of the peer; never raises."""

    def tell(self, message: bytes) -> None:
        """Send one packet, its length included, on the reliable channel."""


class Place:
    """An address that has spoken for a peer."""

    __slots__ = ("address", "answered", "heard_at", "last", "last_at", "line", "outlet")

    def __init__(self, line: "Line", outlet: Outlet, address: Address) -> None:
        self.line = line
        self.outlet = outlet
        self.address = address
        #: The highest sequence number that came from here, and when.
        self.last = -1
        self.last_at = NEVER
        #: When it spoke last, since it was proven.
        self.heard_at = NEVER
        #: It is known: what it says from now on proves that it is the peer's.
        self.answered = False


class Line:
    """One peer's fast channel. It is open while a proven address has been heard lately."""

    __slots__ = ("_number", "active", "candidate", "open", "owner", "proven", "told_at")

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        #: Packets can be sent. Whoever opens the line looks after its time.
        self.open = False
        #: In the order in which they were proven.
        self.proven: list[Place] = []
        #: The address that has spoken last and is not proven.
        self.candidate: Place | None = None
        #: Where packets go.
        self.active: Place | None = None
        #: When the reliable channel was used to find out which address is the peer's.
        self.told_at = NEVER
        self._number = 0

    @property
    def expected(self) -> bool:
        """The client has been answered, so that it says more than that it wishes to be heard."""
        return self.told_at > NEVER or (self.candidate is not None and self.candidate.answered)

    def heard_since(self, moment: float) -> bool:
        """Say whether a proven address has spoken since then."""
        return any(place.heard_at >= moment for place in self.proven)

    def listens_to(self, place: Place, moment: float) -> bool:
        """Say whether an address counts: no other that goes before it has been heard since then."""
        for other in self.proven:
            if other is place:
                return True
            if other.heard_at >= moment:
                return False
        return True

    def answer(self, place: Place, max_bytes: int) -> None:
        """Answer the wish to be heard, unless the answer were longer than what was said: nobody is flooded by us."""
        answer = ack(self._number)
        if len(answer) <= max_bytes:
            self._number += 1
            place.answered = True
            place.outlet.send(place.address, (answer,))

    def tell(self, now: float) -> None:
        """Answer by the reliable channel: whoever speaks up at that has read it there."""
        self.told_at = now
        self.owner.tell(ack(self._number))
        self._number += 1

    def speaks_from(self, place: Place, now: float) -> None:
        """An address that is proven has spoken: packets go there."""
        place.heard_at = now
        self.active = place
        self.open = self._number < MAX_NUMBER

    def fell_silent(self, now: float, seconds: float, forgiven: bool) -> bool:
        """Close if the peer has been silent for so long, and say so; ``forgiven`` says that nobody has listened."""
        if not self.open or self.active is None:
            return False
        if forgiven:
            self.active.heard_at = now
        self.open = self.active.heard_at >= now - seconds
        return not self.open

    def send(self, packets: Sequence[bytes]) -> None:
        """Send packets, which are given without their lengths; only while the line is open."""
        number, place = self._number, self.active
        assert place is not None, "a line that is open has an address"
        self._number = number + len(packets)
        if len(packets) == 1:  # As it mostly is.
            place.outlet.send(place.address, (numbered(packets[0], number),))
        else:
            place.outlet.send(place.address, [numbered(packet, at) for at, packet in enumerate(packets, number)])


class Fast(Protocol):
    """Gives peers a line on the fast channel, which is beside the reliable one."""

    def new_connect_token(self) -> str:
        """Make what a client shows there to prove whose it is; empty where that is no proof."""

    def open(self, owner: Owner, milliseconds: int) -> Line:
        """Let a peer have a line; its game session wishes to be read so often."""

    def close_line(self, line: Line, milliseconds: int) -> None:
        """A peer that was given a line is gone."""

    def shakes_hands(self, line: Line, seconds: float) -> bool:
        """Say whether the peer may be shaking hands by DTLS still, so many seconds after it has connected."""
