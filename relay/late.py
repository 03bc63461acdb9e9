"""A late way between a peer's socket and its connection: both directions take their time on purpose, and keep order."""

from random import Random

from relay.connection import Connection
from relay.delay import Delay
from relay.fast.bad_line import BadLine
from relay.reactor import Drain


class Late:
    """An outlet for the connection, a receiver for the socket."""

    def __init__(self, connection: Connection, line: BadLine) -> None:
        self.line = line
        self.receiver = connection.stream.receiver
        self._stream = connection.stream
        self._chance = Random()
        self._in, self._out = Delay(self._seconds), Delay(self._seconds)
        #: Of what is on its way out.
        self._late_bytes = 0

    @classmethod
    def spoil(cls, connection: Connection, line: BadLine) -> None:
        """Make a connection's way as late as a line says; the last word counts."""
        if isinstance(connection.stream, Late):
            connection.stream.line = line
        else:
            late = cls(connection, line)
            connection.stream.receiver = late
            connection.stream = late

    @property
    def unsent_bytes(self) -> int:
        """What waits for the peer to read, or for its time."""
        return self._stream.unsent_bytes + self._late_bytes

    def has_unread(self) -> bool:
        """Say whether bytes of the peer wait to be read."""
        return self._stream.has_unread()

    def move(self, drain: Drain) -> None:
        """Be read with others from now on."""
        self._stream.move(drain)

    def write(self, data: bytes) -> None:
        """Send bytes when their time has come."""
        self._late_bytes += len(data)
        self._out(lambda: self._write(data))

    def write_eof(self) -> None:
        """Say that nothing comes after what is written, behind that."""
        self._out(self._stream.write_eof)

    def abort(self) -> None:
        """Close the socket now, whatever waits; that it is closed is told soon, too."""
        self._out.drop()
        self._in.hurry()
        self._stream.abort()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._in(lambda: self.receiver.data_received(data))

    def eof_received(self) -> None:
        """No more bytes will come."""
        self._in(self.receiver.eof_received)

    def connection_lost(self) -> None:
        """The socket is closed; what the peer has said before is still on its way."""
        self._in(self.receiver.connection_lost)

    def _write(self, data: bytes) -> None:
        self._late_bytes -= len(data)
        self._stream.write(data)

    def _seconds(self) -> float:
        return self.line.delay(self._chance)
