"""A hundred clients over a network that loses, doubles, delays and reorders. Its time is ours, its chance is seeded."""

from heapq import heappop, heappush
from itertools import count
from random import Random

from relay.acceptor import Address
from relay.dtls.engine import DtlsEngine, Opened, Outcome, Reply
from relay.dtls.limits import DtlsLimits
from tests.relay.dtls.callers import Caller, an_engine

CLIENTS, TRIES, PACKETS = 100, 4, 20
#: A client that has no answer for so long begins anew: its first association is in the way of the second.
PATIENCE_SECONDS = 2.0


class TerribleNetwork:
    """An engine and callers, with what is on the way between them."""

    def __init__(self, seed: int, loss: float) -> None:
        self.random = Random(seed)
        self.loss = loss
        self.engine: DtlsEngine = an_engine(DtlsLimits(guest_seconds=60))
        self.callers: dict[Address, Caller] = {}
        self.heard: dict[Address, list[bytes]] = {}
        self.now = 0.0
        self._on_the_way: list[tuple[float, int, Address, bool, bytes]] = []
        self._serial = count()

    def post(self, address: Address, to_server: bool, datagram: bytes) -> None:
        """Send a datagram, which comes once, twice or never, and when it likes."""
        for _ in range(self.random.choice((1, 1, 1, 2))):
            if self.random.random() >= self.loss:
                at = self.now + self.random.expovariate(20)
                heappush(self._on_the_way, (at, next(self._serial), address, to_server, datagram))

    def flush(self, caller: Caller) -> None:
        """Send what a client has to say."""
        for datagram in caller.association.unsent():
            self.post(caller.address, True, datagram)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self._on_the_way and self._on_the_way[0][0] <= end:
            self.now, _, address, to_server, datagram = heappop(self._on_the_way)
            if to_server:
                self._perform(self.engine.receive_untrusted(datagram, address, self.now))
            else:
                self.callers[address].take(datagram)
                self.flush(self.callers[address])
        self.now = end
        self._perform(self.engine.fire(end))

    def _perform(self, outcomes: object) -> None:
        assert isinstance(outcomes, list | tuple)
        outcome: Outcome
        for outcome in outcomes:
            match outcome:
                case Reply(address, datagram):
                    self.post(address, False, datagram)
                case Opened(address, packet):
                    self.heard.setdefault(address, []).append(packet)

    def call(self, address: Address) -> None:
        """Let a client begin, or begin anew."""
        self.callers[address] = caller = Caller(address)
        self.flush(caller)


def connected(network: TerribleNetwork) -> list[Caller]:
    """Let all clients try; give those who came through."""
    addresses: list[Address] = [("198.51.100.1", port) for port in range(1, CLIENTS + 1)]
    for _ in range(TRIES):
        for address in addresses:
            if address not in network.callers or not network.callers[address].established:
                network.call(address)
        network.run(PATIENCE_SECONDS)
    return [caller for caller in network.callers.values() if caller.established]


def test_without_loss_everybody_comes_through() -> None:
    network = TerribleNetwork(seed=5, loss=0)
    assert len(connected(network)) == CLIENTS


def test_with_loss_most_come_through_and_what_they_hear_is_whole() -> None:
    network = TerribleNetwork(seed=7, loss=0.1)
    callers = connected(network)
    assert len(callers) > CLIENTS * 0.9
    for number in range(PACKETS):
        for caller in callers:
            sealed = caller.association.seal(f"{number} of {caller.address}".encode())
            network.post(caller.address, True, sealed)
    network.run(PATIENCE_SECONDS)
    for caller in callers:
        said = {f"{number} of {caller.address}".encode() for number in range(PACKETS)}
        heard = network.heard.get(caller.address, [])
        assert set(heard) <= said
        assert len(set(heard)) == len(heard), "a doubled datagram was opened twice"
    assert sum(map(len, network.heard.values())) > 0.8 * PACKETS * len(callers)
