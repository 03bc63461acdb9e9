"""A room: the pump of one game session. Inputs go into the heart, its effects are performed, once a turn of the loop.

The heart is called at once and never waited for. What it sends is gathered until the end of the turn: first the script
is asked, then each client gets one write.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, assert_never

from relay.connection import Connection
from relay.delimited import undelimited
from relay.fast.bad_line import BadLine
from relay.fast.limits import MAX_FAST_PACKET_BYTES
from relay.frames import framed
from relay.hardships import Hardships
from relay.turn import Turn
from session import farewells
from session.answers import Answer, Outcome
from session.callbacks import OnGameSessionUpdated
from session.configuration import Configuration
from session.effects import Ask, Disconnect, Drop, Dropped, Effects, End, Note, Restore, Send
from session.farewells import Farewell
from session.game import GameSession
from session.packets import Packet
from session.peer import Peer, Seat
from session.values import NO_ASK, NOBODY, AskId, PeerId, PlayerId, Recipients

#: So many sets of recipients are remembered with their connections; one more, and all are looked up anew.
MAX_AUDIENCES = 256


class ScriptHost(Protocol):
    """What a room needs of a script; whoever runs one can fill the place.

    Neither method raises. The answers come through ``Room.answered``, now or later, and the end of the script through
    ``Room.script_died``; after ``close`` nothing comes.
    """

    def ask(self, asks: list[Ask]) -> None:
        """Put questions to the script, in this order."""

    def close(self) -> None:
        """End the script; nobody needs it any more."""


class Journal(Protocol):
    """Where a room tells what happened; none of these raises."""

    def dropped(self, peer: PeerId, why: Drop) -> None:
        """A packet of a peer came to nothing."""

    def note(self, text: str) -> None:
        """A fact for the game session's log."""

    def ended(self, farewell: Farewell) -> None:
        """The game session is over; the room can be closed."""

    def bereft(self) -> None:
        """The script's sandbox has died, and the game waits for another: ``Room.restored``, or ``script_died``."""


class Room:
    """A game session with its peers' connections and its script, None where it is a plain relay."""

    def __init__(
        self, heart: GameSession, journal: Journal, script: ScriptHost | None, configuration: Configuration, turn: Turn
    ) -> None:
        self.ping_seconds = configuration.ping_seconds
        self.flush_milliseconds = configuration.flush_milliseconds
        self._heart = heart
        self._journal = journal
        self._script = script
        self._turn = turn
        self._connections: dict[PeerId, Connection] = {}
        #: The connections of those who were sent something lately, until somebody comes or goes.
        self._audiences: dict[Recipients, dict[PeerId, Connection]] = {}
        #: What is to be sent, in order; nothing is done per client until it is handed out.
        self._pending: list[Send] = []
        self._asks: list[Ask] = []
        #: Connections that have been handed something since the last flush.
        self._dirty: set[Connection] = set()
        self._loop = asyncio.get_running_loop()
        self._began_at = self._loop.time()
        self._alarm: asyncio.TimerHandle | None = None
        self._closed = False
        self._hardships: Hardships | None = None

    @property
    def now(self) -> float:
        """Seconds since the game session began."""
        return self._loop.time() - self._began_at

    @property
    def connected(self) -> int:
        """The peers that are here or on the way in."""
        return len(self._connections)

    @property
    def players(self) -> int:
        """The players who were let in and are here."""
        return len(self._heart.players)

    @property
    def roster(self) -> list[Peer]:
        """The players who were let in and are here, in the order in which they came."""
        return list(self._heart.players.values())

    @property
    def waiting(self) -> int:
        """The inputs that wait for the script."""
        return self._heart.waiting

    # Peers.

    def enter(self, connection: Connection, seat: Seat, payload: bytes) -> None:
        """Take in a peer that has found its seat."""
        effects = self._heart.enter(connection.peer, seat, payload, self.now)
        self._connections[connection.peer.id] = connection
        self._audiences.clear()
        if self._hardships:
            self._hardships.befall(connection)
        self._perform(effects)

    def receive(self, connection: Connection, packet: Packet) -> None:
        """Take a packet of a peer that has entered."""
        self._perform(self._heart.receive(connection.peer, packet, self.now))

    def receive_fast(self, connection: Connection, packet: Packet) -> None:
        """Take a packet by datagram. Too many are no reason to cut a peer off: somebody else may have sent them."""
        peer, now = connection.peer, self.now
        if peer.quota.left(now):
            self._perform(self._heart.receive(peer, packet, now))
        else:
            self._journal.dropped(peer.id, Drop.TOO_MANY_FAST)

    def lost(self, connection: Connection) -> None:
        """Forget a peer whose channel is gone."""
        self._forget(connection.peer.id)
        self._perform(self._heart.lost(connection.peer, self.now))

    def cut(self, connection: Connection, farewell: Farewell) -> None:
        """Forget a peer that broke a rule below the game's, and close its connection."""
        self._perform(self._heart.cut(connection.peer, farewell, self.now))
        self._forget(connection.peer.id)
        connection.close(farewell)

    def _forget(self, peer: PeerId) -> Connection | None:
        self._audiences.clear()
        return self._connections.pop(peer, None)

    # The script.

    def answered(self, answers: Sequence[Answer]) -> None:
        """The script has ruled, in the order in which it was asked."""
        now = self.now
        for answer in answers:
            self._perform(self._heart.answered(answer, now))

    def script_died(self, outcome: Outcome, ask: AskId = NO_ASK) -> None:
        """The script's sandbox has come to an end over a question, or another could not be had."""
        self._asks.clear()  # The heart asks anew whatever has no answer.
        self._perform(self._heart.script_died(outcome, self.now, ask))

    def restored(self, script: ScriptHost) -> None:
        """The script has been loaded into a new sandbox."""
        self._script = script
        self._perform(self._heart.restored(self.now))

    # The roof.

    def start(self) -> None:
        """Let the game session begin; before anybody enters."""
        self._perform(self._heart.started(self.now))

    def updated(self, update: OnGameSessionUpdated) -> None:
        """The game session was updated from outside."""
        self._perform(self._heart.updated(update, self.now))

    def spoil(self, player: PlayerId, line: BadLine) -> None:
        """Make the lines of a player, or with an empty id of all players, as bad as this, also of those to come."""
        self._hardships = self._hardships or Hardships()
        self._hardships.set(player, line)
        for connection in self._connections.values():
            self._hardships.befall(connection)

    def retire(self) -> None:
        """Let the game session end when it is empty."""
        self._perform(self._heart.retire(self.now))

    def terminate(self, farewell: Farewell) -> None:
        """End the game session from outside, after the script's own farewell."""
        self._perform(self._heart.terminate(farewell, self.now))

    def end(self, farewell: Farewell) -> None:
        """End the game session now; what was sent is delivered."""
        self._perform(self._heart.end(farewell))

    def close(self) -> None:
        """Let go of everything, the script included; ends the game session if it is not over. Harmless twice."""
        if self._closed:
            return
        self._closed = True
        self.end(farewells.OVER)
        for connection in tuple(self._connections.values()):
            connection.close(farewells.OVER)
        self._connections.clear()
        if self._alarm:
            self._alarm.cancel()
        if self._script:
            self._script.close()

    # Effects.

    def _perform(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._pending.append(effect)
                case Ask():
                    self._asks.append(effect)
                case _:
                    self._perform_rare(effect)
        self._turn.touched(self)

    def _perform_rare(self, effect: Disconnect | Dropped | Note | Restore | End) -> None:
        match effect:
            case Disconnect(peer, farewell):
                self._disconnect(peer, farewell)
            case Dropped(peer, why):
                self._journal.dropped(peer, why)
            case Note(text):
                self._journal.note(text)
            case Restore():
                self._journal.bereft()
            case End(farewell):
                self._journal.ended(farewell)
            case _:
                assert_never(effect)

    def _disconnect(self, peer: PeerId, farewell: Farewell) -> None:
        """Close a peer's connection behind what it is sent before."""
        self._hand_out(Connection.queue)
        connection = self._forget(peer)
        if connection:
            connection.close(farewell)

    def put(self) -> bool:
        """Ask the script what there is to be asked; False says that there is nothing."""
        if not self._asks or not self._script or self._closed:
            return False
        asks, self._asks = self._asks, []
        self._script.ask(asks)
        return True

    def deliver(self) -> None:
        """Give each client what there is for it, in one write."""
        if self._closed:
            return
        self._hand_out(Connection.send)
        dirty, self._dirty = self._dirty, set()
        for connection in dirty:
            connection.flush()
        self._set_alarm()

    def _hand_out(self, last: Callable[[Connection, bytes, int], None]) -> None:
        """Give each connection its frames, the ``last`` as is said; all but that wait for a flush."""
        pending, self._pending = self._pending, []
        at, end = 0, len(pending)
        while at < end:
            to, start = pending[at].to, at
            while at < end and pending[at].to is to:  # The heart hands out a group's own tuple.
                at += 1
            self._hand_out_run(to, pending[start:at], last if at == end else Connection.queue)

    def _hand_out_run(
        self, to: Recipients, run: Sequence[Send], give: Callable[[Connection, bytes, int], None]
    ) -> None:
        """Hand out what goes to the same recipients: to those with a fast channel, what may take it, by that."""
        audience = self._audience(to)
        if not all(send.reliable for send in run):
            fast = {peer: one for peer, one in audience.items() if one.line and one.line.open}
            if fast:
                audience = {peer: one for peer, one in audience.items() if peer not in fast}
                _send_fast(fast, [send for send in run if _may_be_lost(send)])
                self._hand_out_frames(fast, [send for send in run if not _may_be_lost(send)], give)
        self._hand_out_frames(audience, run, give)

    def _hand_out_frames(
        self,
        audience: dict[PeerId, Connection],
        run: Sequence[Send],
        give: Callable[[Connection, bytes, int], None],
    ) -> None:
        """Hand out what goes by the reliable channel; those who are left out of nothing share one piece of bytes."""
        if not run or not audience:
            return
        frames = [framed(send.data) for send in run]
        whole, packets = b"".join(frames), len(run)
        left_out = _left_out(run, frames)
        if give is Connection.queue:
            self._dirty.update(audience.values())
        for peer, connection in audience.items():
            if peer not in left_out:
                give(connection, whole, packets)
            elif len(left_out[peer]) < packets:
                give(connection, _without(whole, left_out[peer]), packets - len(left_out[peer]))

    def _audience(self, to: Recipients) -> dict[PeerId, Connection]:
        """Give those recipients who are connected."""
        found = self._audiences.get(to)
        if found is None:
            if len(self._audiences) >= MAX_AUDIENCES:
                self._audiences.clear()
            connections = self._connections
            found = self._audiences[to] = {peer: connections[peer] for peer in to if peer in connections}
        return found

    # Time.

    def _set_alarm(self) -> None:
        """Be woken when the heart wishes, by one timer."""
        wake_at = self._heart.wake_at()
        if self._alarm:
            if wake_at is not None and self._alarm.when() == self._began_at + wake_at:
                return
            self._alarm.cancel()
        self._alarm = None if wake_at is None else self._loop.call_at(self._began_at + wake_at, self._woke)

    def _woke(self) -> None:
        self._alarm = None
        self._perform(self._heart.woke(self.now))


def _may_be_lost(send: Send) -> bool:
    """Say whether a packet may take the fast channel: so it is wished, and no network on the way cuts it up."""
    return not send.reliable and len(send.data) <= MAX_FAST_PACKET_BYTES


def _send_fast(audience: dict[PeerId, Connection], run: Sequence[Send]) -> None:
    """Send packets to those whose fast channels are open, each packet in a datagram."""
    packets = [undelimited(send.data) for send in run]
    left_out = {send.but for send in run}
    for peer, connection in audience.items():
        mine = packets
        if peer in left_out:
            mine = [packet for packet, send in zip(packets, run, strict=True) if send.but != peer]
        if mine and connection.line:
            connection.line.send(mine)


def _left_out(run: Sequence[Send], frames: Sequence[bytes]) -> dict[PeerId, list[tuple[int, int]]]:
    """Say which spans of the joined frames are not for whom."""
    spans: dict[PeerId, list[tuple[int, int]]] = {}
    start = 0
    for send, frame in zip(run, frames, strict=True):
        end = start + len(frame)
        if send.but != NOBODY:
            spans.setdefault(send.but, []).append((start, end))
        start = end
    return spans


def _without(whole: bytes, spans: Sequence[tuple[int, int]]) -> bytes:
    """Cut spans, which are in order, out of bytes."""
    if len(spans) == 1:  # As it mostly is.
        start, end = spans[0]
        return whole[:start] + whole[end:]
    starts = [0, *(end for _, end in spans)]
    ends = [*(start for start, _ in spans), len(whole)]
    return b"".join([whole[start:end] for start, end in zip(starts, ends, strict=True)])
