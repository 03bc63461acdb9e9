"""The lines of a worker: whose datagram is this? By its address, once that is proven, and nothing else.

A new address is looked for by what it claims: the host of a WebSocket and the peer id of a player who is there. Peer
ids are those of a game session, so several players of one host may have the same. Then one after the other is answered
by its WebSocket: only a client that was answered stops asking to be heard, and so shows which address is its own.

Time is an argument: ``now`` is in seconds of a steady clock.
"""

from typing import Protocol

from relay import packet_pb2
from relay.acceptor import Address
from relay.codec import UDP_CONNECT, UDP_CONNECT_CLIENT_ACK, judged_untrusted
from relay.counts import Counts
from relay.delimited import BadPacket, first_packet_untrusted, parsed_untrusted
from relay.fast.drops import FastDrop
from relay.fast.hardship import Hardship
from relay.fast.limits import FastLimits
from relay.fast.line import MAX_PROVEN, Line, Outlet, Owner, Place
from session.packets import GameMessage, JoinGroup, LeaveGroup, RequestGroupMembership
from session.values import MAX_FAST_PAYLOAD_BYTES, PeerId, value


class Home(Protocol):
    """What the lines need of the listener."""

    counts: Counts


@value
class Arrival:
    """A datagram that came, and has been parsed."""

    outlet: Outlet
    address: Address
    packet: packet_pb2.Packet
    wire: bytes
    datagram_bytes: int
    now: float


class Lines:
    """All lines, by the addresses that are known and by what others may claim."""

    def __init__(self, home: Home, limits: FastLimits) -> None:
        self.limits = limits
        self._home = home
        self._places: dict[Address, Place] = {}
        self._claims: dict[tuple[str, PeerId], list[Line]] = {}

    @property
    def places(self) -> int:
        """The addresses that are known; of a line there are three at most."""
        return len(self._places)

    def open(self, owner: Owner) -> Line:
        """A peer has its id: from the moment when it plays, datagrams may speak for it."""
        line = Line(owner)
        self._claims.setdefault(_claim(owner), []).append(line)
        return line

    def hardship(self, address: Address) -> Hardship | None:
        """Give what is done on purpose to the datagrams of a known address, None as mostly."""
        place = self._places.get(address)
        return place.line.owner.hardship if place else None

    def close(self, line: Line) -> None:
        """A peer is gone. Harmless a second time."""
        line.open = False
        claims = self._claims.get(_claim(line.owner), [])
        if line in claims:
            claims.remove(line)
        if not claims:
            self._claims.pop(_claim(line.owner), None)
        for place in (*line.proven, *([line.candidate] if line.candidate else [])):
            self._forget(place)

    def swept(self, now: float, forgiven: bool) -> None:
        """Close the lines that have been silent for too long; ``forgiven`` says that nobody has listened."""
        for lines in self._claims.values():
            for line in lines:
                self._home.counts.fast_lost += line.fell_silent(now, self.limits.silent_seconds, forgiven)

    def receive_untrusted(self, outlet: Outlet, datagram: bytes, address: Address, now: float) -> None:
        """Take a datagram, whoever sent it. What comes to nothing is counted, and costs no memory."""
        try:
            wire = first_packet_untrusted(datagram)
            arrival = Arrival(outlet, address, parsed_untrusted(wire), wire, len(datagram), now)
            drop = self._take(arrival)
        except BadPacket:
            drop = FastDrop.UNPARSABLE
        if drop is not None:
            self._home.counts.fast_drops[drop] += 1

    def _take(self, arrival: Arrival) -> FastDrop | None:
        place = self._places.get(arrival.address)
        if place is None or self._moved_in(arrival, place):
            found = self._found(arrival)
            if isinstance(found, FastDrop):
                return found
            place = found
        number = arrival.packet.sequence_number
        # After silence numbers begin anew: else a forged one, the highest that there is, would be the last for good.
        if number <= place.last and place.last_at >= arrival.now - self.limits.silent_seconds:
            return FastDrop.STALE
        place.last, place.last_at = number, arrival.now
        if not place.line.listens_to(place, arrival.now - self.limits.silent_seconds):
            return FastDrop.TAKEN
        return self._heard(arrival, place)

    def _heard(self, arrival: Arrival, place: Place) -> FastDrop | None:
        """An address has spoken that may: it asks to be heard, or proves by anything else that it was answered.

        To ask proves nothing, not even of an address that is known: our answers may get lost for ever.
        """
        op_code, line = arrival.packet.op_code, place.line
        if op_code == UDP_CONNECT:
            line.answer(place, arrival.datagram_bytes)
            return None
        if not place.answered:
            place.answered = True
            return FastDrop.UNPROVEN
        if place is line.candidate:
            self._prove(place)
        self._speaks(place, arrival.now)
        return None if op_code == UDP_CONNECT_CLIENT_ACK else passed(arrival, line.owner)

    def _speaks(self, place: Place, now: float) -> None:
        line = place.line
        if not line.open:
            self._home.counts.fast_opened += 1
        line.speaks_from(place, now)

    def _prove(self, place: Place) -> None:
        line = place.line
        line.candidate = None
        line.proven.append(place)
        if len(line.proven) > MAX_PROVEN:
            self._forget(line.proven.pop(-2))

    # Addresses that are not known.

    def _moved_in(self, arrival: Arrival, place: Place) -> bool:
        """Say whether another client begins at an address that was somebody's: ports are used again."""
        packet = arrival.packet
        other = packet.op_code == UDP_CONNECT and packet.sender != place.line.owner.peer.id
        return other and (arrival.address[0], packet.sender) in self._claims

    def _found(self, arrival: Arrival) -> Place | FastDrop:
        """Find the line that a new address may speak for."""
        packet, now = arrival.packet, arrival.now
        claims = self._claims.get((str(arrival.address[0]), PeerId(packet.sender)), [])
        silent = now - self.limits.silent_seconds
        here = [line for line in claims if line.owner.peer.plays]
        lines = [line for line in here if not line.heard_since(silent)]
        if not lines:
            return FastDrop.TAKEN if here else FastDrop.NOBODY
        asks = packet.op_code == UDP_CONNECT
        possible = _not_proven(lines) if asks else self._expected(lines, now)
        if len(possible) == 1:
            return self._adopt(possible[0], arrival)
        if asks:
            self._tell_one(possible, now)
        return FastDrop.AMBIGUOUS

    def _expected(self, lines: list[Line], now: float) -> list[Line]:
        """Give those who may say more than that they wish to be heard: who was told so just now, or was answered."""
        opening = [line for line in lines if now - line.told_at < self.limits.opening_seconds]
        return opening or [line for line in lines if line.expected] or lines

    def _tell_one(self, lines: list[Line], now: float) -> None:
        """Answer the one who has waited longest, unless another has not had its time."""
        if all(now - line.told_at >= self.limits.opening_seconds for line in lines):
            min(lines, key=lambda line: line.told_at).tell(now)

    def _adopt(self, line: Line, arrival: Arrival) -> Place:
        """Take an address as the candidate of a line; there is one at most."""
        if line.candidate:
            self._forget(line.candidate)
        before = self._places.get(arrival.address)
        if before:
            self._leave(before)
        place = line.candidate = self._places[arrival.address] = Place(line, arrival.outlet, arrival.address)
        place.answered = arrival.now - line.told_at < self.limits.opening_seconds
        return place

    def _leave(self, place: Place) -> None:
        """An address is another's now."""
        line = place.line
        line.proven = [one for one in line.proven if one is not place]
        if line.candidate is place:
            line.candidate = None
        if line.active is place:
            line.active, line.open = None, False

    def _forget(self, place: Place) -> None:
        if self._places.get(place.address) is place:
            del self._places[place.address]


def passed(arrival: Arrival, owner: Owner) -> FastDrop | None:
    """Give the peer's connection what is for the game."""
    if len(arrival.packet.payload) > MAX_FAST_PAYLOAD_BYTES:
        return FastDrop.TOO_LARGE
    packet = judged_untrusted(arrival.packet, arrival.wire)
    if not isinstance(packet, GameMessage | JoinGroup | LeaveGroup | RequestGroupMembership):
        return FastDrop.MEANINGLESS
    if type(packet) is GameMessage and packet.reliable:  # It would be taken for one that nobody can forge.
        return FastDrop.MEANINGLESS
    owner.receive_fast(packet)
    return None


def _not_proven(lines: list[Line]) -> list[Line]:
    """Give those who are still asking to be heard; a client that asks anew has been heard before."""
    return [line for line in lines if not line.proven] or lines


def _claim(owner: Owner) -> tuple[str, PeerId]:
    return owner.host, owner.peer.id
