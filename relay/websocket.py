"""The server's side of one WebSocket, without the socket: bytes in, whole messages out, and what is to be written.

The rules are those of RFC 6455 as ``websockets`` keeps them. No extension and no subprotocol is agreed on; any path
and any Origin will do, since clients that are no browsers name what they like.
"""

import logging

from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import CLOSED, CLOSING, CONNECTING, OPEN, SEND_EOF
from websockets.server import ServerProtocol

from relay.frames import frame_end_untrusted, short_messages_untrusted

#: RFC 6455, 7.4.1: the server met something that it did not expect.
INTERNAL_ERROR = 1011
#: Where an HTTP request ends.
BLANK_LINE = b"\r\n\r\n"

#: The stock client sends a ping's payload back as decoded text, so it has to be ASCII.
PING_PAYLOAD = b"harena"
PING = Frame(Opcode.PING, PING_PAYLOAD).serialize(mask=False)

#: The library says at INFO that connections come and go; our own log does that.
LOG = logging.getLogger(__name__)
LOG.setLevel(logging.WARNING)


class WebSocket:
    """One WebSocket from the first byte of its request to its end.

    After each call that is in the imperative or takes bytes, ``outgoing`` has what is to be written.
    """

    __slots__ = (
        "_fragments",
        "_limit",
        "_opcode",
        "_out",
        "_protocol",
        "_request",
        "_request_bytes",
        "_unread",
        "violation",
    )

    def __init__(self, message_bytes: int, request_bytes: int) -> None:
        self._limit = message_bytes
        self._request_bytes = request_bytes
        #: It takes 4 KB, so it is there only while there is something that it alone knows: the handshake, a message in
        #: fragments, the end.
        self._protocol: ServerProtocol | None = ServerProtocol(max_size=message_bytes, logger=LOG)
        #: The last bytes of the request so far, and how many it has.
        self._request = bytearray()
        #: The beginning of a frame whose end has not come yet.
        self._unread = b""
        #: The message whose fragments are coming in, None where none is.
        self._fragments: bytearray | None = None
        self._opcode = Opcode.BINARY
        self._out = b""
        #: What the peer did that WebSockets allow and this protocol does not; empty while it behaves.
        self.violation = ""

    @property
    def open(self) -> bool:
        """Messages can be sent: the handshake is over, and nobody has begun to close."""
        return self._protocol is None or self._protocol.state is OPEN

    @property
    def quiet(self) -> bool:
        """Nothing is to be written, and messages come in as they mostly do: each whole, in one frame."""
        return self._protocol is None and not self._out

    @property
    def ended(self) -> bool:
        """No message will come any more: one side has begun to close, or the handshake failed."""
        if self._protocol is None:
            return False
        state = self._protocol.state
        return state is CLOSING or state is CLOSED or (state is CONNECTING and self._protocol.eof_sent)

    def receive(self, data_untrusted: bytes) -> list[bytes]:
        """Take bytes as they came; give the binary messages that are whole with them. Never raises."""
        messages: list[bytes] = []
        data = self._unread + data_untrusted if self._unread else data_untrusted
        if self._protocol is not None and self._protocol.state is CONNECTING and not self._protocol.eof_sent:
            data = self._receive_request(data)
        while data and self.open:
            if self._fragments is None and not self.violation:
                data = data[short_messages_untrusted(data, self._limit, messages) :]
            end = frame_end_untrusted(data, self._limit)
            if end is None:
                break
            self._hand_over(data[:end], messages)
            data = data[end:]
        self._unread = data
        if data and not self.open:
            self._unread = b""
            self._hand_over(data, messages)
        return messages

    def receive_eof(self) -> None:
        """The peer will send nothing any more."""
        self._needed().receive_eof()

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._out += PING

    def close(self, code: int, reason: str) -> None:
        """Begin to close; ``reason`` has at most 123 bytes. Harmless where somebody has begun already."""
        if self.open:
            self._needed().send_close(code, reason)

    def outgoing(self) -> tuple[bytes, bool]:
        """Give the bytes that are to be written, and whether they are the last."""
        writes = self._protocol.data_to_send() if self._protocol else []
        data, self._out = self._out + b"".join(writes), b""
        if self._protocol and self._protocol.state is OPEN and self._fragments is None and not self.violation:
            self._protocol = None
        return data, SEND_EOF in writes

    def _needed(self) -> ServerProtocol:
        if self._protocol is None:
            self._protocol = ServerProtocol(state=OPEN, max_size=self._limit, logger=LOG)
        return self._protocol

    def _hand_over(self, data: bytes, messages: list[bytes]) -> None:
        """Give ``websockets`` a frame, or what comes after the end."""
        if self.open and self._fragments is not None and data[0] & 0x0F == Opcode.CLOSE:
            self._forget_fragments()
        protocol = self._needed()
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Frame) and not self.violation:
                self._receive_frame(event, messages)

    def _forget_fragments(self) -> None:
        """Let a Close come between fragments (RFC 6455, 5.4), which ``websockets`` takes for an error."""
        self._out += b"".join(self._needed().data_to_send())
        self._protocol, self._fragments = None, None

    def _receive_request(self, data: bytes) -> bytes:
        """Feed the request up to its blank line, and answer it; give what stands behind it.

        A frame that came along with the request must not be parsed before the request is answered.
        """
        protocol = self._needed()
        before = len(self._request)
        self._request += data
        end = self._request.find(BLANK_LINE, max(0, before - len(BLANK_LINE) + 1))
        end = end + len(BLANK_LINE) if end >= 0 else len(self._request)
        if end > self._request_bytes:
            protocol.send_response(protocol.reject(431, "The request is too large.\n"))
            return b""
        protocol.receive_data(data[: end - before])
        for event in protocol.events_received():
            if isinstance(event, Request):
                protocol.send_response(protocol.accept(event))
                self._request.clear()
        return data[end - before :]

    def _receive_frame(self, frame: Frame, messages: list[bytes]) -> None:
        """Put fragments together. A frame of a kind that is not for us, or a text, adds nothing."""
        if frame.opcode in (Opcode.BINARY, Opcode.TEXT):
            self._opcode, self._fragments = frame.opcode, bytearray(frame.data)
        elif frame.opcode is Opcode.CONT and self._fragments is not None:
            self._fragments += frame.data
        else:
            return
        if frame.fin:
            self._complete(messages)

    def _complete(self, messages: list[bytes]) -> None:
        whole, self._fragments = bytes(self._fragments or b""), None
        if self._opcode is Opcode.BINARY:
            messages.append(whole)
        else:
            self._receive_text(whole, messages)

    def _receive_text(self, text_untrusted: bytes, messages: list[bytes]) -> None:
        """Refuse a text; only the echo of the tests of conformance makes a message of it."""
        self.violation = "a text message"
