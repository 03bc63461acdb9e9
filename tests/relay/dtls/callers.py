"""Clients in memory: what they say goes straight into an engine, and what it answers straight back."""

from collections.abc import Sequence

from relay.acceptor import Address
from relay.dtls.association import Association, Ended
from relay.dtls.contexts import client_context, server_context
from relay.dtls.engine import DtlsEngine, Gone, Opened, Outcome, Reply
from relay.dtls.limits import DtlsLimits
from tests.relay.dtls.certificates import HOST, Served, served

SERVED = served()
HERE: Address = ("192.0.2.1", 33400)
NOW = 1000.0


def an_engine(limits: DtlsLimits | None = None, shown: Served = SERVED) -> DtlsEngine:
    return DtlsEngine(server_context(shown.chain, shown.key), limits or DtlsLimits())


class Caller:
    """A client at an address, which trusts an authority."""

    def __init__(self, address: Address = HERE, ca: bytes = SERVED.ca, name: str = HOST) -> None:
        self.address = address
        self.packets: list[bytes] = []
        self.ended = False
        self.association = Association(client_context(ca, name))
        self.association.call()

    @property
    def established(self) -> bool:
        return self.association.established

    def take(self, datagram: bytes) -> None:
        """Take a datagram of the server."""
        try:
            self.packets += self.association.open_untrusted(datagram)
        except Ended:
            self.ended = True

    def exchange(self, engine: DtlsEngine, now: float = NOW) -> list[Outcome]:
        """Talk to an engine until nobody has anything to say; give all that came of it but replies."""
        outcomes: list[Outcome] = []
        while datagrams := self.association.unsent():
            for datagram in datagrams:
                outcomes += self.say(engine, datagram, now)
        return outcomes

    def say(self, engine: DtlsEngine, datagram: bytes, now: float = NOW) -> list[Outcome]:
        """Give an engine a datagram, and the client what is replied to it; give the rest."""
        return self.heard(engine.receive_untrusted(datagram, self.address, now))

    def heard(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Give the client what is for it, and the rest back."""
        for outcome in outcomes:
            if isinstance(outcome, Reply) and outcome.address == self.address:
                self.take(outcome.datagram)
        return [outcome for outcome in outcomes if not isinstance(outcome, Reply)]

    def speak(self, engine: DtlsEngine, packet: bytes, now: float = NOW) -> list[Outcome]:
        """Seal a packet, and give it to an engine."""
        return self.say(engine, self.association.seal(packet), now)


def a_guest(engine: DtlsEngine, address: Address = HERE, now: float = NOW) -> Caller:
    """Let a client shake hands."""
    caller = Caller(address)
    assert caller.exchange(engine, now) == []
    assert caller.established
    return caller


def replies(outcomes: Sequence[Outcome]) -> list[bytes]:
    """Give the datagrams that are to be sent."""
    return [outcome.datagram for outcome in outcomes if isinstance(outcome, Reply)]


def packets(outcomes: Sequence[Outcome]) -> list[bytes]:
    """Give the packets that were opened."""
    return [outcome.packet for outcome in outcomes if isinstance(outcome, Opened)]


def gone(outcomes: Sequence[Outcome]) -> list[Address]:
    """Give the addresses that are gone."""
    return [outcome.address for outcome in outcomes if isinstance(outcome, Gone)]
