"""The server's DTLS, without a socket: datagrams of anybody go in, what they come to comes out.

Time is an argument, and ``fire`` is called a few times a second. Only OpenSSL's own timers, which send a lost part of a
handshake again, go by the clock of this machine.

Who sends a hello is first asked to send it again with a cookie, for which nothing is kept. Who does is a guest, and
shakes hands. Guests are few and have little time; whoever owns the engine ``keep``s those who have said whose channel
it is, and lets them go with ``end``.
"""

import math
import secrets
from collections import Counter
from collections.abc import Sequence

from OpenSSL import SSL

from relay.acceptor import Address
from relay.dtls.association import Association, Ended
from relay.dtls.cookies import Cookies
from relay.dtls.limits import MAX_DATAGRAM_BYTES, DtlsLimits
from relay.dtls.records import RECORD_HEADER_BYTES, BadHello, Hello, hello_untrusted, is_hello
from relay.dtls.steps import DtlsStep
from session.values import value

_SECRET_BYTES = 32


@value
class Reply:
    """Send this datagram."""

    address: Address
    datagram: bytes


@value
class Opened:
    """A packet came from an address whose handshake is done: nobody else has written, read or repeated it."""

    address: Address
    packet: bytes


@value
class Gone:
    """An address whose handshake was done is gone: it said goodbye, began anew, or had to give way."""

    address: Address


Outcome = Reply | Opened | Gone


class _Peer:
    """Somebody who has shown that the address is theirs."""

    __slots__ = ("address", "association", "due_at", "has_spoken", "leaves_at", "random")

    def __init__(self, address: Address, random: bytes, association: Association, leaves_at: float) -> None:
        self.address = address
        self.association = association
        #: That of the hello: another one from the same address is another client.
        self.random = random
        #: When a guest's time is over.
        self.leaves_at = leaves_at
        #: When the handshake's last part is to be sent again.
        self.due_at = math.inf
        #: A client that takes one datagram at a time must have had time to read; so nothing is sealed before.
        self.has_spoken = False


class DtlsEngine:
    """All associations of one socket. Nothing that comes in raises, whatever it is."""

    def __init__(self, context: SSL.Context, limits: DtlsLimits, secret: bytes | None = None) -> None:
        self._context = context
        self._limits = limits
        self._cookies = Cookies(secret or secrets.token_bytes(_SECRET_BYTES), limits.cookie_seconds)
        self._peers: dict[Address, _Peer] = {}
        #: Those of them who are not kept, in the order in which they came.
        self._guests: dict[Address, _Peer] = {}
        #: Handshakes that may begin now, and since when.
        self._allowance = float(limits.handshakes_at_once)
        self._allowed_at = 0.0
        #: Since it was made, or since somebody took them.
        self.counts: Counter[DtlsStep] = Counter()

    @property
    def limits(self) -> DtlsLimits:
        """What counts at the moment."""
        return self._limits

    @limits.setter
    def limits(self, limits: DtlsLimits) -> None:
        self._limits = limits
        self._cookies.seconds = limits.cookie_seconds

    @property
    def peers(self) -> int:
        """All who have proven their address."""
        return len(self._peers)

    @property
    def guests(self) -> int:
        """Those of them who are not kept."""
        return len(self._guests)

    def rotate(self, context: SSL.Context) -> None:
        """Let those who come from now on be served by another certificate. Whoever is here stays."""
        self._context = context

    def receive_untrusted(self, datagram: bytes, address: Address, now: float) -> Sequence[Outcome]:
        """Take a datagram from an address; ``now`` is in seconds and never goes back. Never raises."""
        if not RECORD_HEADER_BYTES < len(datagram) <= MAX_DATAGRAM_BYTES:  # It may be empty, too.
            return ()
        if is_hello(datagram):
            return self._greeted_untrusted(datagram, address, now)
        peer = self._peers.get(address)
        return self._take_untrusted(peer, datagram, now) if peer else ()

    def seal(self, address: Address, packets: Sequence[bytes]) -> Sequence[bytes]:
        """Make the datagrams of packets; none where nobody is there who has said anything yet."""
        peer = self._peers.get(address)
        if peer is None or not peer.has_spoken:
            return ()
        try:
            return peer.association.seal_all(packets)
        except Ended:  # Its end is told when the next datagram comes, or by its owner.
            return ()

    def keep(self, address: Address) -> None:
        """Let a guest stay until ``end``; it has said whose channel it is. Harmless where nobody is there."""
        self._guests.pop(address, None)

    def end(self, address: Address) -> list[bytes]:
        """Forget somebody, and give the datagrams that say so. Harmless where nobody is there."""
        peer = self._peers.pop(address, None)
        self._guests.pop(address, None)
        if peer is None:
            return []
        peer.association.close()
        return peer.association.unsent()

    def fire(self, now: float) -> list[Outcome]:
        """Send again what is due, and let guests go whose time is over."""
        outcomes: list[Outcome] = []
        for peer in tuple(self._guests.values()):
            if peer.leaves_at <= now:
                outcomes += self._forget(peer)
            elif peer.due_at <= now:
                outcomes += self._resend(peer, now)
        return outcomes

    # Hellos.

    def _greeted_untrusted(self, datagram: bytes, address: Address, now: float) -> Sequence[Outcome]:
        try:
            hello = hello_untrusted(datagram)
        except BadHello:
            return ()
        if not self._cookies.good(hello, address, now):
            self.counts[DtlsStep.CHALLENGED] += 1
            return (Reply(address, self._cookies.challenge(hello, address, now)),)
        peer = self._peers.get(address)
        if peer and peer.random == hello.random:  # The same once more: our answer was lost, or is on its way.
            return self._take_untrusted(peer, datagram, now)
        if not self._may_begin(now):
            self.counts[DtlsStep.TOO_MANY] += 1
            return ()
        return [*(self._forget(peer) if peer else ()), *self._make_room(), *self._begin(hello, datagram, address, now)]

    def _may_begin(self, now: float) -> bool:
        """Keep what handshakes cost within bounds; who is not heard says hello again in a second."""
        grown = self._allowance + (now - self._allowed_at) * self._limits.handshakes_per_second
        self._allowance = min(self._limits.handshakes_at_once, grown)
        self._allowed_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _make_room(self) -> list[Outcome]:
        """Let the oldest guests give way: an honest one has done its handshake long before it is the oldest."""
        outcomes: list[Outcome] = []
        while len(self._guests) >= self._limits.max_guests:  # Several, where the limit is lower than it was.
            self.counts[DtlsStep.GAVE_WAY] += 1
            outcomes += self._forget(next(iter(self._guests.values())))
        return outcomes

    def _begin(self, hello: Hello, datagram: bytes, address: Address, now: float) -> list[Outcome]:
        self.counts[DtlsStep.BEGAN] += 1
        association = Association(self._context)
        peer = _Peer(address, hello.random, association, now + self._limits.guest_seconds)
        try:
            association.listen(datagram)
        except Ended:
            self.counts[DtlsStep.FAILED] += 1
        else:
            self._peers[address] = self._guests[address] = peer
            self._plan(peer, now)
        return self._unsent(peer)

    # Those who are here.

    def _take_untrusted(self, peer: _Peer, datagram: bytes, now: float) -> list[Outcome]:
        association, was_established = peer.association, peer.association.established
        try:
            packets = association.open_untrusted(datagram)
        except Ended:
            self.counts[DtlsStep.CAME] += association.established and not was_established
            return [*self._unsent(peer), *self._forget(peer)]
        if packets:
            peer.has_spoken = True
            if association.quiet:
                return [Opened(peer.address, packet) for packet in packets]
        outcomes = self._unsent(peer)
        if association.established and not was_established:
            self.counts[DtlsStep.CAME] += 1
        self._plan(peer, now)
        return [*outcomes, *(Opened(peer.address, packet) for packet in packets)]

    def _resend(self, peer: _Peer, now: float) -> list[Outcome]:
        try:
            peer.association.resend()
        except Ended:
            return self._forget(peer)
        self._plan(peer, now)
        return self._unsent(peer)

    def _plan(self, peer: _Peer, now: float) -> None:
        """Note when the handshake is to go on without an answer."""
        seconds = peer.association.due_seconds()
        peer.due_at = math.inf if seconds is None else now + seconds

    def _forget(self, peer: _Peer) -> list[Outcome]:
        del self._peers[peer.address]
        self._guests.pop(peer.address, None)
        self.counts[DtlsStep.FAILED] += not peer.association.established
        return [Gone(peer.address)] if peer.association.established else []

    @staticmethod
    def _unsent(peer: _Peer) -> list[Outcome]:
        return [Reply(peer.address, datagram) for datagram in peer.association.unsent()]
