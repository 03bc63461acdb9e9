"""TLS between a peer's socket and its connection: records come in, messages go out, and the other way round."""

import socket
import ssl

import structlog

from relay.handshakes import AHEAD_BYTES, Handshakes, TlsFailure
from relay.reactor import Drain
from relay.stream import Receiver, Stream

LOG = structlog.get_logger()

#: What one record holds (RFC 8446, 5.1). A BIO is given so much at a time: it keeps the memory that it once needed.
RECORD_BYTES = 16 * 1024
#: The first byte of every TLS connection: a record of a handshake.
HANDSHAKE_BYTE = 0x16

WRONG_DOOR = "This port speaks TLS: connect with wss:// in place of ws://.\n"
ANSWER = (
    f"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {len(WRONG_DOOR)}\r\n"
    f"Connection: close\r\n\r\n{WRONG_DOOR}"
).encode()


class TlsStream:
    """A stream for whoever writes, a receiver for the socket's own. It fails alone, and says why to ``handshakes``."""

    __slots__ = (
        "_address",
        "_ended",
        "_handshakes",
        "_incoming",
        "_outgoing",
        "_stream",
        "_tls",
        "receiver",
        "shaken",
    )

    def __init__(
        self, connected: socket.socket, receiver: Receiver, drain: Drain, handshakes: Handshakes, address: str
    ) -> None:
        self.receiver = receiver
        self._handshakes = handshakes
        self._address = address
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        #: There from the first byte on: who only connects costs nothing.
        self._tls: ssl.SSLObject | None = None
        #: The handshake is over.
        self.shaken = False
        #: Nothing is said any more, and what comes means nothing.
        self._ended = False
        self._stream = Stream(connected, self, drain)
        handshakes.begin(self)

    # For the connection.

    @property
    def unsent_bytes(self) -> int:
        """What waits for the peer to read."""
        return self._stream.unsent_bytes

    def has_unread(self) -> bool:
        """Say whether bytes of the peer wait to be read."""
        return self._stream.has_unread()

    def move(self, drain: Drain) -> None:
        """Let another drain read it from now on."""
        self._stream.move(drain)

    def write(self, data: bytes) -> None:
        """Seal and send bytes, behind those that wait. Before the handshake is over there is nothing to say."""
        if not self.shaken or self._ended:
            return
        try:
            sealed = self._sealed(data) if len(data) <= RECORD_BYTES else self._sealed_in_pieces(data)
        except ssl.SSLError as error:
            self._fail(TlsFailure.RECORD, error)
        else:
            self._stream.write(sealed)

    def write_eof(self) -> None:
        """Say that nothing comes after what is written (RFC 8446, 6.1); nor is anything heard from now on."""
        if self._tls and self.shaken and not self._ended:
            try:
                self._tls.unwrap()
            except ssl.SSLError:  # It would like to wait for the other side's word, and we do not.
                pass
            self._say()
        self._ended = True
        self._stream.write_eof()

    def abort(self) -> None:
        """Close the socket now, whatever waits. Harmless a second time."""
        self._stream.abort()

    # For the socket.

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._ended:
            return
        if self.shaken:
            self._read_untrusted(data)
        else:
            self._take_first_untrusted(data)

    def eof_received(self) -> None:
        """No more bytes will come. The peer has not said its last word: this is as good as a lost connection."""
        if self._ended:
            return
        if self._tls and not self.shaken:
            self._handshakes.failed(TlsFailure.HANDSHAKE, self._address, "it left in the middle")
        self.receiver.eof_received()
        self._ended = True

    def connection_lost(self) -> None:
        """The socket is closed."""
        self._handshakes.done(self)
        self.receiver.connection_lost()

    # For the handshakes.

    def step(self) -> None:
        """Go on with the handshake, as far as what has come allows."""
        if self._tls is None or self._ended or not self._stream.open:
            return
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._say()
        except ssl.SSLError as error:
            self._fail(TlsFailure.HANDSHAKE, error)
        else:
            self._begin()

    def late(self) -> None:
        """Give up: this handshake takes too long."""
        if not self._ended:
            self._handshakes.failed(TlsFailure.SLOW, self._address, "the handshake was not over in time")
        self._stream.abort()

    # In between.

    def _take_first_untrusted(self, data: bytes) -> None:
        if self._tls is None and data[0] != HANDSHAKE_BYTE:
            self._refuse(data)
            return
        if self._tls is None:
            context = self._handshakes.context
            self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._incoming.write(data)
        if self._incoming.pending > AHEAD_BYTES:
            self._fail(TlsFailure.HANDSHAKE, "it sends too much before the handshake is over")
        else:
            self._handshakes.ready(self)

    def _refuse(self, data: bytes) -> None:
        """End who does not speak TLS; a client of HTTP is told so. The time for handshakes bounds its leaving."""
        self._handshakes.failed(TlsFailure.NO_TLS, self._address, "what came first is no TLS")
        self._ended = True
        if data[:1].isupper():
            self._stream.write(ANSWER)
            self._stream.write_eof()
        else:
            self._stream.abort()

    def _begin(self) -> None:
        """Hands are shaken; some of what follows may have come along."""
        self.shaken = True
        self._handshakes.done(self)
        self._handshakes.home.counts.handshakes += 1
        self._say()
        self._read_untrusted(self._incoming.read())

    def _read_untrusted(self, data: bytes) -> None:
        """Open all records that are whole, and do what comes of them. Whatever is wrong with them is a failure."""
        opened: list[bytes] = []
        trouble: ssl.SSLError | None = None
        try:
            for at in range(0, len(data), RECORD_BYTES):
                self._incoming.write(data[at : at + RECORD_BYTES])
                self._open(opened)
        except ssl.SSLError as error:
            trouble = error
        self._pass_on(opened)
        if trouble:
            self._fail(TlsFailure.RECORD, trouble)
        elif opened and not opened[-1]:
            self._leave()

    def _open(self, opened: list[bytes]) -> None:
        """Empty the BIO: the beginning of a record that is not all there stays with OpenSSL. Raises SSLError."""
        assert self._tls
        try:
            while self._incoming.pending:
                opened.append(self._tls.read(RECORD_BYTES))
                if not opened[-1]:  # The peer has said its last word (close_notify).
                    self._incoming.read()
        except ssl.SSLWantReadError:
            pass

    def _pass_on(self, opened: list[bytes]) -> None:
        if self._outgoing.pending:
            self._say()
        data = opened[0] if len(opened) == 1 else b"".join(opened)
        if data:
            self.receiver.data_received(data)

    def _leave(self) -> None:
        if not self._ended:
            self.receiver.eof_received()
            self.write_eof()

    def _sealed(self, data: "bytes | memoryview[int]") -> bytes:
        assert self._tls
        self._tls.write(data)
        return self._outgoing.read()

    def _sealed_in_pieces(self, data: bytes) -> bytes:
        view = memoryview(data)
        return b"".join(self._sealed(view[at : at + RECORD_BYTES]) for at in range(0, len(data), RECORD_BYTES))

    def _say(self) -> None:
        """Send what TLS itself has to say. Who makes it talk and does not read is let go."""
        self._stream.write(self._outgoing.read())
        if self._stream.unsent_bytes > self._handshakes.home.limits.out_buffer_bytes:
            self._fail(TlsFailure.RECORD, "it makes TLS talk, and does not read")

    def _fail(self, why: TlsFailure, detail: object) -> None:
        """Say so to the peer, as far as it listens, and close."""
        if self._stream.open:
            self._handshakes.failed(why, self._address, str(detail))
            self._ended = True
            self._stream.write(self._outgoing.read())
            self._stream.abort()
