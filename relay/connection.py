"""One peer's reliable channel: its bytes become packets for a room, and what the room queues is written in one go."""

import asyncio
from typing import Protocol

import structlog

from relay.channel import ChannelLimits, Outlet
from relay.codec import ProtobufWire
from relay.counts import Counts
from relay.delimited import BadPacket
from relay.fast.hardship import Hardship
from relay.fast.line import Fast, Line
from relay.frames import framed
from relay.reactor import Reactor
from relay.shapes import Decoder
from relay.websocket import INTERNAL_ERROR, WebSocket
from session.farewells import LOGIN_TOO_LATE, NOT_RESPONDING, TEXT_MESSAGE, TOO_SLOW, UNPARSABLE, CloseCode, Farewell
from session.life import PeerViolation
from session.packets import Login, Packet
from session.peer import Peer, Seat, knocked
from session.values import NOBODY

LOG = structlog.get_logger()
WIRE = ProtobufWire()


class Host(Protocol):
    """What a connection needs of the game session that it is in."""

    ping_seconds: float
    flush_milliseconds: int

    def enter(self, connection: "Connection", seat: Seat, payload: bytes) -> None:
        """Take in a peer that has found its seat."""

    def receive(self, connection: "Connection", packet: Packet) -> None:
        """Take a packet of a peer."""

    def receive_fast(self, connection: "Connection", packet: Packet) -> None:
        """Take a packet of a peer that came by its fast channel."""

    def lost(self, connection: "Connection") -> None:
        """Forget a peer whose channel is gone; called once, and never after ``cut``."""

    def cut(self, connection: "Connection", farewell: Farewell) -> None:
        """Forget a peer that broke a rule below the game's, and close its connection."""


class Seating(Protocol):
    """Finds the seat that a login claims, and says so with ``connection.seated`` or ``connection.refused``."""

    def find_seat(self, connection: "Connection", login: Login) -> None:
        """Look for the seat of a peer; the answer may come at once or later, in bounded time."""

    def left(self, connection: "Connection") -> None:
        """The peer plays no more, though its socket may close later: its seat is free. Harmless without one."""


class Home(Protocol):
    """Where a connection lives from its first byte to its last."""

    limits: ChannelLimits
    seating: Seating
    reactor: Reactor
    counts: Counts

    @property
    def fast(self) -> Fast | None:
        """The fast channel, where there is one."""

    def admit(self, connection: "Connection") -> bool:
        """Take in a new connection; False says that there are too many."""

    def forget(self, connection: "Connection") -> None:
        """Its socket is closed."""


class Connection:
    """A peer on the reliable channel. No limit of its time has a timer of its own: ``swept`` looks after all."""

    __slots__ = (
        "_abort_timer",
        "_decoder",
        "_flush_due",
        "_heard",
        "_home",
        "_last_queued",
        "_limits",
        "_line_milliseconds",
        "_login",
        "_loop",
        "_made_at",
        "_out",
        "_packets",
        "_parting",
        "_pinged_at",
        "_silent_since",
        "_websocket",
        "address",
        "hardship",
        "host",
        "line",
        "peer",
        "room",
        "stream",
    )

    def __init__(self, home: Home) -> None:
        self.peer = Peer(home.fast.new_connect_token() if home.fast else "")
        self.room: Host | None = None
        self.address = ""
        #: The peer's address without its port.
        self.host = ""
        #: The peer's fast channel, where it may have one.
        self.line: Line | None = None
        self._line_milliseconds = 0
        #: What is done to it on purpose; None as mostly.
        self.hardship: Hardship | None = None
        self._home = home
        self._limits = limits = home.limits
        self._loop = asyncio.get_running_loop()
        self._websocket = WebSocket(limits.message_bytes, limits.request_bytes)
        self._decoder = Decoder()
        self._login: Login | None = None
        #: Bytes came since the last sweep.
        self._heard = True
        self._made_at = self._silent_since = self._pinged_at = self._loop.time()
        self._out: list[bytes] = []
        #: In what is queued.
        self._packets = 0
        self._flush_due = False
        #: Nothing of this peer reaches a game any more.
        self._parting = False
        #: Nothing is written after what is queued now.
        self._last_queued = False
        self._abort_timer: asyncio.TimerHandle | None = None

    # The socket speaks.

    def connection_made(self, stream: Outlet, address: str) -> None:
        """The peer's socket was accepted."""
        self.stream, self.address = stream, address
        if not self._home.admit(self):
            self._parting = True
            stream.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes came. Whatever goes wrong with them ends this connection and no other."""
        self._heard = True
        try:
            self._received(data)
        except Exception:  # noqa: BLE001  # the border: what one peer brings about must not reach the others
            self._failed()

    def eof_received(self) -> None:
        """The peer will send nothing any more, so it is gone; the stream closes itself."""
        self._websocket.receive_eof()
        self._lost()
        self.flush()
        self._bound_closing()

    def connection_lost(self) -> None:
        """The socket is closed."""
        self._home.forget(self)
        if self._abort_timer:
            self._abort_timer.cancel()
        self._out.clear()
        self._lost()
        if self.line and self._home.fast:
            self._home.fast.close_line(self.line, self._line_milliseconds)

    # The fast channel speaks.

    def receive_fast(self, packet: Packet) -> None:
        """A packet came by datagram; whatever goes wrong with it ends this connection and no other."""
        if self.room is None:
            return
        try:
            self.room.receive_fast(self, packet)
        except Exception:  # noqa: BLE001  # the same border as that of the reliable channel
            self._failed()

    def tell(self, message: bytes) -> None:
        """Send one packet on the reliable channel, now."""
        if not self._parting:
            self.send(framed(message), 1)

    # The roof speaks.

    def seated(self, room: Host, seat: Seat) -> bool:
        """Let the peer enter its game session; False says that it is gone, and the seat is free again."""
        if self._parting or self._login is None:
            return False
        self.room = room
        self.stream.move(self._home.reactor.drain(room.flush_milliseconds))
        room.enter(self, seat, self._login.payload)
        if self._home.fast and not self.peer.gone:
            self._line_milliseconds = room.flush_milliseconds
            self.line = self._home.fast.open(self, self._line_milliseconds)
        return True

    def refused(self, farewell: Farewell) -> None:
        """Tell the peer that its login failed, and close. Harmless where it is gone."""
        if not self._parting:
            self.queue(framed(WIRE.login_result(NOBODY, success=False)))
            self.close(farewell)

    def cut(self, farewell: Farewell) -> None:
        """Close the connection from below the game; the game session, if there is one, is told."""
        if self.room:
            self.room.cut(self, farewell)
        else:
            self.close(farewell)

    def close(self, farewell: Farewell) -> None:
        """Send what is queued, then a close frame; nothing of the peer counts any more. Harmless a second time."""
        self._part(farewell.code, farewell.short_reason())

    def abort(self) -> None:
        """Close the socket at once, whatever is queued."""
        self._out.clear()
        self._packets = 0
        self.stream.abort()

    def queue(self, frames: bytes, packets: int = 1) -> None:
        """Put the frames of so many packets behind what waits for the next ``flush``."""
        self._out.append(frames)
        self._packets += packets

    def send(self, frames: bytes, packets: int) -> None:
        """Write the frames of so many packets, behind what is queued."""
        if self._out:
            self.queue(frames, packets)
            self.flush()
        else:
            self._write(frames, packets)

    def flush(self) -> None:
        """Write what is queued, as one piece."""
        out = self._out
        if out:
            data = out[0] if len(out) == 1 else b"".join(out)
            out.clear()
            packets, self._packets = self._packets, 0
            self._write(data, packets)

    def _write(self, data: bytes, packets: int) -> None:
        """Write bytes, unless too much waits for the peer already: then it is cut off."""
        if self.stream.unsent_bytes + len(data) > self._limits.out_buffer_bytes:
            self._cut_off()
        else:
            counts = self._home.counts
            counts.flushes[packets] += 1
            counts.bytes_out += len(data)
            self.stream.write(data)

    def swept(self, now: float, forgiven: bool) -> None:
        """Look at the clock: is the login late, the peer silent, or a ping due?

        ``forgiven`` says that it was this process that did not listen, so that silence proves nothing.
        """
        if self._heard or forgiven:
            self._heard, self._silent_since = False, now
        if forgiven:
            self._made_at = now
        if self._parting:
            return
        try:
            if self._login is None and now - self._made_at > self._limits.login_seconds:
                self.cut(LOGIN_TOO_LATE)
            elif self._websocket.open:
                self._swept_open(now)
        except Exception:  # noqa: BLE001  # the same border: the others are still to be looked after
            self._failed()

    def _swept_open(self, now: float) -> None:
        fast, line = self._home.fast, self.line
        silent_seconds = now - self._silent_since
        ping_seconds = self.room.ping_seconds if self.room else self._limits.ping_seconds
        late = silent_seconds > 2 * ping_seconds + self._limits.grace_seconds
        if late and self.stream.has_unread():  # It has spoken; it is this process that is too busy to listen.
            self._silent_since = now
        elif late and not (fast and line and fast.shakes_hands(line, now - self._made_at)):
            self.cut(NOT_RESPONDING)
        elif silent_seconds >= ping_seconds and now - self._pinged_at >= ping_seconds:
            self._pinged_at = now
            self._websocket.ping()
            self._send_outgoing()

    # In between.

    def _received(self, data: bytes) -> None:
        websocket, counts = self._websocket, self._home.counts
        messages = websocket.receive(data)
        counts.bytes_in += len(data)
        counts.packets_in += len(messages)
        for message in messages:
            if self._parting:
                break
            self._take_untrusted(message)
        if not websocket.quiet:
            self._follow()

    def _follow(self) -> None:
        """Do what comes of anything but messages."""
        if self._websocket.violation:
            self.cut(TEXT_MESSAGE)
        if self._websocket.ended:
            self._lost()
        self._send_outgoing()

    def _take_untrusted(self, message: bytes) -> None:
        try:
            packet = self._decoder.decode_untrusted(message)
        except BadPacket:
            self.cut(UNPARSABLE)
            return
        if self.room is not None:
            self.room.receive(self, packet)
        else:
            self._knock(packet)

    def _knock(self, packet: Packet) -> None:
        try:
            self._login = knocked(self.peer, packet)
        except PeerViolation as violation:
            self.cut(Farewell(CloseCode.PROTOCOL_VIOLATION, str(violation)))
            return
        self._home.seating.find_seat(self, self._login)

    def _failed(self) -> None:
        """Say that something went wrong that should not, and let the peer go."""
        LOG.exception("connection_failed", peer=self.peer.id, address=self.address)
        room = self.room
        self._part(INTERNAL_ERROR, "internal error")
        if room:
            room.lost(self)

    def _lost(self) -> None:
        """The peer has closed, vanished or failed; the game is told once."""
        self._leave()
        room, self.room = self.room, None
        if room:
            room.lost(self)

    def _leave(self) -> None:
        self._parting = True
        self._home.seating.left(self)

    def _part(self, code: int, reason: str) -> None:
        """Begin to close, unless that has begun; who calls has told the game."""
        self.room = None
        if self._parting:
            return
        self._leave()
        self._home.counts.closed[code] += 1
        LOG.info("connection_closed", peer=self.peer.id, address=self.address, code=int(code), reason=reason)
        if self._websocket.open or self._websocket.ended:
            self._websocket.close(code, reason)
            self._send_outgoing()
            self._bound_closing()
        else:  # Without a handshake there is no way to say why.
            self.abort()

    def _send_outgoing(self) -> None:
        """Queue what the WebSocket itself has to say, for the end of this turn of the loop."""
        data, last = self._websocket.outgoing()
        if data:
            self._out.append(data)
        if last:
            self._last_queued = True
            self._bound_closing()
        if (data or last) and not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush_turn)

    def _flush_turn(self) -> None:
        self._flush_due = False
        self.flush()
        # Half a close first: a whole one, with input unread, could take from the peer what it has not read yet.
        if self._last_queued:
            self._last_queued = False
            self.stream.write_eof()

    def _bound_closing(self) -> None:
        """Close the socket when the peer has had its time."""
        if self._abort_timer is None:
            self._abort_timer = self._loop.call_later(self._limits.close_seconds, self.abort)

    def _cut_off(self) -> None:
        """End a peer that does not read, and so would not read a farewell either."""
        LOG.info("connection_too_slow", peer=self.peer.id, address=self.address)
        if not self._parting:
            self._home.counts.closed[CloseCode.TOO_SLOW] += 1
        self._leave()
        self.abort()
        if self.room:
            self.room.cut(self, TOO_SLOW)
