"""The lines of a worker that speaks DTLS: an association speaks for the player whose connect token it brings.

The token is told to one client, at its login, by TLS. So no address has to be believed, and no peer id either: who is
somebody else there has to have the other's token.
"""

import hashlib
from collections.abc import Iterable

from OpenSSL import SSL

from relay.acceptor import Address
from relay.codec import UDP_CONNECT_CLIENT_ACK, VERIFY_IDENTITY
from relay.delimited import BadPacket, first_packet_untrusted, parsed_untrusted
from relay.dtls.engine import Gone, Opened, Outcome, Reply
from relay.dtls.limits import DtlsLimits
from relay.fast.drops import FastDrop
from relay.fast.hardship import Hardship
from relay.fast.limits import FastLimits
from relay.fast.line import Line, Outlet, Owner, Place
from relay.fast.lines import Arrival, Home, passed
from relay.fast.packets import identity_verified
from relay.fast.sealing import SealedOutlet


class SecureLines:
    """All lines, by the associations that speak for them and by the tokens that others may bring."""

    def __init__(self, home: Home, limits: FastLimits, dtls: DtlsLimits, context: SSL.Context) -> None:
        self.limits = limits
        self._home = home
        self._dtls_limits = dtls
        self._context = context
        self._sealed: dict[Outlet, SealedOutlet] = {}
        self._places: dict[Address, Place] = {}
        #: By the digest of the token, so that how long it takes to look tells nothing of the tokens that there are.
        self._lines: dict[bytes, Line] = {}

    @property
    def dtls_limits(self) -> DtlsLimits:
        """What counts at the moment, at each socket."""
        return self._dtls_limits

    @dtls_limits.setter
    def dtls_limits(self, limits: DtlsLimits) -> None:
        self._dtls_limits = limits
        for sealed in self._sealed.values():
            sealed.engine.limits = limits

    @property
    def places(self) -> int:
        """The associations that speak for a line."""
        return len(self._places)

    def rotate(self, context: SSL.Context) -> None:
        """Show another certificate to those who come from now on."""
        self._context = context
        for sealed in self._sealed.values():
            sealed.engine.rotate(context)

    def open(self, owner: Owner) -> Line:
        """A peer has its id and its token: who brings that speaks for it."""
        line = self._lines[_digest(owner.peer.connect_token)] = Line(owner)
        return line

    def hardship(self, address: Address) -> Hardship | None:
        """Give what is done on purpose to the datagrams of a known address, None as mostly."""
        place = self._places.get(address)
        return place.line.owner.hardship if place else None

    def close(self, line: Line) -> None:
        """A peer is gone, and its association with it. Harmless a second time."""
        line.open = False
        self._lines.pop(_digest(line.owner.peer.connect_token), None)
        for place in line.proven:
            self._end(place)

    def swept(self, now: float, forgiven: bool) -> None:
        """Close the lines that have been silent for too long, and let handshakes go on or end."""
        for line in self._lines.values():
            self._home.counts.fast_lost += line.fell_silent(now, self.limits.silent_seconds, forgiven)
        for sealed in self._sealed.values():
            self._take(sealed, sealed.engine.fire(now), now)
            self._home.counts.dtls_steps.update(sealed.engine.counts)
            sealed.engine.counts.clear()

    def receive_untrusted(self, outlet: Outlet, datagram: bytes, address: Address, now: float) -> None:
        """Take a datagram, whoever sent it. What comes to nothing costs no memory."""
        sealed = self._sealed.get(outlet)
        if sealed is None:
            sealed = self._sealed[outlet] = SealedOutlet(outlet, self._context, self._dtls_limits)
        self._take(sealed, sealed.engine.receive_untrusted(datagram, address, now), now)

    def _take(self, sealed: SealedOutlet, outcomes: Iterable[Outcome], now: float) -> None:
        for outcome in outcomes:
            match outcome:
                case Opened():
                    drop = self._opened_untrusted(sealed, outcome.address, outcome.packet, now)
                    if drop is not None:
                        self._home.counts.fast_drops[drop] += 1
                case Reply():
                    sealed.reply(outcome)
                case Gone():
                    if self._place(sealed, outcome.address):
                        self._leave(outcome.address)

    def _opened_untrusted(self, sealed: SealedOutlet, address: Address, message: bytes, now: float) -> FastDrop | None:
        try:
            wire = first_packet_untrusted(message)
            arrival = Arrival(sealed, address, parsed_untrusted(wire), wire, len(message), now)
            if arrival.packet.op_code == VERIFY_IDENTITY:
                return self._verify(sealed, arrival)
            return self._heard(arrival)
        except BadPacket:
            return FastDrop.UNPARSABLE

    def _verify(self, sealed: SealedOutlet, arrival: Arrival) -> FastDrop | None:
        """Answer who says whose association it is, each time: the answer may have been lost (wire-protocol 9, 12)."""
        claim = arrival.packet.verify_identity
        line = self._lines.get(_digest(claim.connect_token))
        if line is None or line.owner.peer.id != claim.peer_id:
            return FastDrop.WRONG_TOKEN  # Unanswered: numbers are the line's, and a no would make its first yes stale.
        place = self._place(sealed, arrival.address)
        if place is None or place.line is not line:
            place = self._move_in(sealed, line, arrival.address)
            self._speaks(place, arrival.now)  # Once: who repeats it has not heard us, for all that is known.
        place.last = max(place.last, arrival.packet.sequence_number)
        line.send((identity_verified(line.owner.peer.id),))
        return None

    def _move_in(self, sealed: SealedOutlet, line: Line, address: Address) -> Place:
        """Let an association speak for a line; it spoke for no other, and no other does for this line, from now on."""
        for before in line.proven:
            self._end(before)
        if (other := self._places.get(address)) and other.outlet is not sealed:
            self._end(other)
        self._leave(address)
        sealed.engine.keep(address)
        place = self._places[address] = Place(line, sealed, address)
        line.proven = [place]
        return place

    def _place(self, outlet: Outlet, address: Address) -> Place | None:
        """Give what an association speaks for: one address may have several, with one address of ours each."""
        place = self._places.get(address)
        return place if place and place.outlet is outlet else None

    def _heard(self, arrival: Arrival) -> FastDrop | None:
        place = self._place(arrival.outlet, arrival.address)
        if place is None:
            return FastDrop.UNPROVEN
        if arrival.packet.sequence_number <= place.last:
            return FastDrop.STALE
        place.last = arrival.packet.sequence_number
        self._speaks(place, arrival.now)
        return None if arrival.packet.op_code == UDP_CONNECT_CLIENT_ACK else passed(arrival, place.line.owner)

    def _speaks(self, place: Place, now: float) -> None:
        self._home.counts.fast_opened += not place.line.open
        place.line.speaks_from(place, now)

    def _end(self, place: Place) -> None:
        self._leave(place.address)
        if isinstance(place.outlet, SealedOutlet):
            place.outlet.end(place.address)

    def _leave(self, address: Address) -> None:
        """An association speaks for nobody any more."""
        place = self._places.pop(address, None)
        if place:
            place.line.proven, place.line.active, place.line.open = [], None, False


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
