"""Players as the lines see them, and sockets that keep what is sent: the lines need no more."""

from collections.abc import Sequence

from relay import client_codec as codec
from relay.acceptor import Address
from relay.counts import Counts
from relay.fast.hardship import Hardship
from relay.fast.limits import FastLimits
from relay.fast.line import Line
from relay.fast.lines import Lines
from session.life import Step
from session.packets import Packet
from session.peer import Peer, Seat
from session.values import SERVER, PeerId, PlayerId, PlayerSessionId

HERE = "192.0.2.7"


class Kept:
    """An outlet that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[tuple[Address, bytes]] = []

    def send(self, address: Address, datagrams: Sequence[bytes]) -> None:
        self.sent += [(address, datagram) for datagram in datagrams]

    def taken(self) -> list[tuple[Address, bytes]]:
        sent, self.sent = self.sent, []
        return sent


class Player:
    """A peer that plays, and what reaches it and its game."""

    def __init__(self, peer_id: int, host: str = HERE) -> None:
        self.peer = Peer()
        self.peer.id = PeerId(peer_id)
        self.peer.seat = Seat(PlayerSessionId(f"psess-{peer_id}"), PlayerId(f"player-{peer_id}"))
        for step in (Step.LOGIN, Step.SEATED, Step.ACCEPTED):
            self.peer.step(step)
        self.host = host
        self.hardship: Hardship | None = None
        self.said: list[Packet] = []
        self.told: list[bytes] = []

    def receive_fast(self, packet: Packet) -> None:
        self.said.append(packet)

    def tell(self, message: bytes) -> None:
        self.told.append(message)


class World:
    """The lines of a worker and their clock."""

    def __init__(self, limits: FastLimits | None = None) -> None:
        self.counts = Counts()
        self.lines = Lines(self, limits or FastLimits())
        self.outlet = Kept()
        self.now = 1000.0

    def player(self, peer_id: int, host: str = HERE) -> tuple[Player, Line]:
        player = Player(peer_id, host)
        return player, self.lines.open(player)

    def comes(self, datagram: bytes, port: int, host: str = HERE) -> list[bytes]:
        """Let a datagram come from an address; give what is sent there at once."""
        self.lines.receive_untrusted(self.outlet, datagram, (host, port), self.now)
        sent = self.outlet.taken()
        assert all(address == (host, port) for address, _ in sent)
        return [data for _, data in sent]

    def drops(self) -> dict[str, int]:
        return {drop.name: number for drop, number in self.counts.fast_drops.items()}  # type: ignore[attr-defined]


def connect(peer: int, number: int = 0) -> bytes:
    return codec.encode_udp_connect(PeerId(peer), number)


def acked(peer: int, number: int = 1) -> bytes:
    return codec.encode_udp_connect_ack(PeerId(peer), number)


def data(peer: int, number: int, op_code: int = 7, payload: bytes = b"") -> bytes:
    return codec.encode_message(op_code, payload, PeerId(peer), SERVER, sequence_number=number)


def numbers(datagrams: list[bytes]) -> list[int]:
    return [codec.decode_datagram_untrusted(datagram)[0] for datagram in datagrams]
