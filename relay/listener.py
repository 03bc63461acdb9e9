"""The listener: where peers knock. It keeps all connections of its port, and looks after their time."""

import asyncio
import socket
import ssl

import anyio
import structlog

from relay.acceptor import Acceptor, listen
from relay.channel import ChannelLimits
from relay.connection import Connection, Seating
from relay.counts import Counts
from relay.fast.channel import FastChannel
from relay.fast.limits import FastLimits
from relay.handshakes import Handshakes
from relay.reactor import Reactor
from relay.stream import Stream
from relay.tls_stream import TlsStream
from session.farewells import Farewell

LOG = structlog.get_logger()

#: How often a connection is read that is in no game session yet. A login is several messages, one after the other, of
#: TLS, of WebSocket and its own: at the time between two flushes of a game session each would wait as long.
KNOCKING_MILLISECONDS = 2


class Listener:
    """Accepts peers on one port; the port is closed by ``close``."""

    def __init__(
        self,
        seating: Seating,
        limits: ChannelLimits | None = None,
        max_connections: int = 10_000,
        sweep_seconds: float = 0.5,
        fast: FastLimits | None = None,
    ) -> None:
        self.seating = seating
        self.limits = limits or ChannelLimits()
        self.port = 0
        self.counts = Counts()
        self._max_connections = max_connections
        self._sweep_seconds = sweep_seconds
        self._connections: set[Connection] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self.reactor = Reactor()
        #: None where TLS is not spoken.
        self._handshakes: Handshakes | None = None
        self.fast = FastChannel(self, self.reactor, fast) if fast and fast.enabled else None
        self._acceptor: Acceptor | None = None
        self._sweep: asyncio.TimerHandle | None = None

    @property
    def connections(self) -> int:
        """The sockets that are open."""
        return len(self._connections)

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS by this context with whoever connects from now on; those who are there keep theirs."""
        if self._handshakes is None:
            self._handshakes = Handshakes(context, self)
        self._handshakes.context = context

    def speak_dtls(self, chain: bytes, key: bytes, ca: bytes) -> None:
        """Speak DTLS on the fast channel, with this certificate from now on; logins are told to trust the CA."""
        if self.fast:
            self.fast.speak_dtls(chain, key, ca)

    async def open(self, host: str, port: int) -> None:
        """Bind and listen; port 0 takes any that is free, and ``self.port`` tells which.

        Raises:
            OSError: the address cannot be had.
        """
        self.reactor.drain(KNOCKING_MILLISECONDS)  # Before the descriptors run out.
        self._acceptor = await listen(host, port, self._accepted)
        self.port = self._acceptor.port
        if self.fast:
            await self.fast.listen(host, self.port, any_port=port == 0)
        self._plan_sweep()

    async def close(self, farewell: Farewell) -> None:
        """Accept nobody any more and close every connection; takes no longer than their ``close_seconds``, and 1 s."""
        if self._acceptor is None:
            return
        self._acceptor.close()
        if self._sweep:
            self._sweep.cancel()
        for connection in tuple(self._connections):
            connection.cut(farewell)
        with anyio.move_on_after(self.limits.close_seconds + 1):
            await self._empty.wait()
        for connection in tuple(self._connections):
            connection.abort()
        if self.fast:
            self.fast.close()
        self._acceptor = None
        self.reactor.close()

    def admit(self, connection: Connection) -> bool:
        """Take in a new connection; False says that there are too many."""
        if len(self._connections) >= self._max_connections:
            self.counts.turned_away += 1
            return False
        self._connections.add(connection)
        self._empty.clear()
        return True

    def taken_counts(self) -> Counts:
        """Give what was counted since the last time, and begin anew."""
        counts, self.counts = self.counts, Counts()
        return counts

    def forget(self, connection: Connection) -> None:
        """Its socket is closed."""
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()

    def _accepted(self, connected: socket.socket, address: str) -> None:
        connection, drain = Connection(self), self.reactor.drain(KNOCKING_MILLISECONDS)
        connection.host = _host(connected)
        if self._handshakes:
            connection.connection_made(TlsStream(connected, connection, drain, self._handshakes, address), address)
        else:
            connection.connection_made(Stream(connected, connection, drain), address)

    def _plan_sweep(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_at(loop.time() + self._sweep_seconds, self._swept, loop.time() + self._sweep_seconds)

    def _swept(self, due: float) -> None:
        """Look after everybody. If this comes late, the process was busy or asleep, and the peers' silence is ours."""
        now = asyncio.get_running_loop().time()
        forgiven = now - due > self.limits.grace_seconds
        try:
            for connection in tuple(self._connections):
                connection.swept(now, forgiven)
            if self._handshakes:
                self._handshakes.sweep(now, forgiven)
            if self.fast:
                self.fast.swept(now, forgiven)
        finally:
            self._plan_sweep()


def _host(connected: socket.socket) -> str:
    """Give the address of a peer without its port, as a datagram from there has it; empty where it is gone."""
    try:
        return str(connected.getpeername()[0])
    except OSError:
        return ""
