"""The server's side of one WebSocket, without the socket: bytes in, whole messages out, and what is to be written.

The rules are those of RFC 6455 as ``websockets`` keeps them. No extension and no subprotocol is agreed on; any path
and any Origin will do, since clients that are no browsers name what they like.
"""

import logging

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import CLOSED, CLOSING, CONNECTING, OPEN, SEND_EOF
from websockets.server import ServerProtocol

#: Where an HTTP request ends.
BLANK_LINE = b"\r\n\r\n"

#: The stock client sends a ping's payload back as decoded text, so it has to be ASCII.
PING_PAYLOAD = b"harena"

#: The first byte of a whole binary message from the server (RFC 6455, 5.2): FIN and the op code 2.
FINAL_BINARY = 0x82

#: The library says at INFO that connections come and go; our own log does that.
LOG = logging.getLogger(__name__)
LOG.setLevel(logging.WARNING)


def framed(message: bytes) -> bytes:
    """Put a message into one frame, never into fragments: the stock client dies of those."""
    length = len(message)
    if length < 126:
        return bytes((FINAL_BINARY, length)) + message
    if length < 1 << 16:
        return bytes((FINAL_BINARY, 126)) + length.to_bytes(2, "big") + message
    return bytes((FINAL_BINARY, 127)) + length.to_bytes(8, "big") + message


class WebSocket:
    """One WebSocket from the first byte of its request to its end.

    After each call that is in the imperative or takes bytes, ``outgoing`` has what is to be written.
    """

    __slots__ = ("_fragments", "_opcode", "_protocol", "_request", "_request_bytes", "violation")

    def __init__(self, message_bytes: int, request_bytes: int) -> None:
        self._protocol = ServerProtocol(max_size=message_bytes, logger=LOG)
        self._request_bytes = request_bytes
        #: The last bytes of the request so far, and how many it has.
        self._request = bytearray()
        #: The message whose fragments are coming in; a frame that is a whole message never gets here.
        self._fragments = bytearray()
        self._opcode = Opcode.BINARY
        #: What the peer did that WebSockets allow and this protocol does not; empty while it behaves.
        self.violation = ""

    @property
    def open(self) -> bool:
        """Messages can be sent: the handshake is over, and nobody has begun to close."""
        return self._protocol.state is OPEN

    @property
    def ended(self) -> bool:
        """No message will come any more: one side has begun to close, or the handshake failed."""
        state = self._protocol.state
        return state is CLOSING or state is CLOSED or (state is CONNECTING and self._protocol.eof_sent)

    @property
    def close_code(self) -> int:
        """The code of the close frame that was sent first, 1006 where there was none."""
        sent, received = self._protocol.close_sent, self._protocol.close_rcvd
        first = received if self._protocol.close_rcvd_then_sent else sent
        return first.code if first else CloseCode.ABNORMAL_CLOSURE

    def receive(self, data_untrusted: bytes) -> list[bytes]:
        """Take bytes as they came; give the binary messages that are whole with them. Never raises."""
        if self._protocol.state is CONNECTING and not self._protocol.eof_sent:
            data_untrusted = self._receive_request(data_untrusted)
        if not data_untrusted:
            return []
        self._protocol.receive_data(data_untrusted)
        messages: list[bytes] = []
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and not self.violation:
                self._receive_frame(event, messages)
        return messages

    def receive_eof(self) -> None:
        """The peer will send nothing any more."""
        self._protocol.receive_eof()

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._protocol.send_ping(PING_PAYLOAD)

    def close(self, code: int, reason: str) -> None:
        """Begin to close; ``reason`` has at most 123 bytes. Harmless where somebody has begun already."""
        if self._protocol.state is OPEN:
            self._protocol.send_close(code, reason)

    def outgoing(self) -> tuple[bytes, bool]:
        """Give the bytes that are to be written, and whether they are the last."""
        writes = self._protocol.data_to_send()
        return b"".join(writes), SEND_EOF in writes

    def _receive_request(self, data: bytes) -> bytes:
        """Feed the request up to its blank line, and answer it; give what stands behind it.

        A frame that came along with the request must not be parsed before the request is answered.
        """
        before = len(self._request)
        self._request += data
        end = self._request.find(BLANK_LINE, max(0, before - len(BLANK_LINE) + 1))
        end = end + len(BLANK_LINE) if end >= 0 else len(self._request)
        if end > self._request_bytes:
            self._protocol.send_response(self._protocol.reject(431, "The request is too large.\n"))
            return b""
        self._protocol.receive_data(data[: end - before])
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
                self._request.clear()
        return data[end - before :]

    def _receive_frame(self, frame: Frame, messages: list[bytes]) -> None:
        """Put fragments together. A frame of a kind that is not for us, or a text, adds nothing."""
        if frame.opcode is Opcode.BINARY and frame.fin:
            messages.append(bytes(frame.data))
        elif frame.opcode in (Opcode.BINARY, Opcode.TEXT):
            self._opcode = frame.opcode
            self._fragments = bytearray(frame.data)
            if frame.fin:
                self._complete(messages)
        elif frame.opcode is Opcode.CONT:
            self._fragments += frame.data
            if frame.fin:
                self._complete(messages)

    def _complete(self, messages: list[bytes]) -> None:
        whole, self._fragments = bytes(self._fragments), bytearray()
        if self._opcode is Opcode.BINARY:
            messages.append(whole)
        else:
            self.violation = "a text message"
