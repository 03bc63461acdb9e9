"""An echo on the relay's own sockets: all that is below a packet is the server's own, but texts are let through."""

import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from websockets.frames import CloseCode, Frame, Opcode

from relay.channel import ChannelLimits
from relay.connection import Connection, Home
from relay.frames import framed
from relay.listener import KNOCKING_MILLISECONDS, Listener
from relay.stream import Stream
from relay.turn import Turn
from relay.websocket import WebSocket
from session.farewells import CloseCode as OurCloseCode
from session.farewells import Farewell
from session.packets import Login

#: As large as the largest message of the cases that are run.
MESSAGE_BYTES = 64 * 1024

#: The cases are silent for as long as they like, and never log in.
LIMITS = ChannelLimits(login_seconds=3600, ping_seconds=3600, message_bytes=MESSAGE_BYTES)

STOPPING = Farewell(OurCloseCode.SERVER_STOPPING, "the server stops")


class Text(bytes):
    """A text message, not yet known to be UTF-8."""


class TextWebSocket(WebSocket):
    """The server's WebSocket, to which a text is a message like any other."""

    __slots__ = ()

    def _receive_text(self, text_untrusted: bytes, messages: list[bytes]) -> None:
        messages.append(Text(text_untrusted))


class EchoConnection(Connection):
    """The server's connection, to which a message is no packet, but something to send back when the turn ends."""

    def __init__(self, home: Home, turn: Turn) -> None:
        super().__init__(home)
        self._websocket = TextWebSocket(home.limits.message_bytes, home.limits.request_bytes)
        self._turn = turn
        self._echoes: list[bytes] = []

    def put(self) -> bool:
        """Ask no script."""
        return False

    def deliver(self) -> None:
        """Send back what came, as a room does."""
        for echo in self._echoes:
            self.queue(echo)
        self._echoes.clear()
        self.flush()

    def _take_untrusted(self, message: bytes) -> None:
        if isinstance(message, Text) and not _is_utf8(message):
            self._part(CloseCode.INVALID_DATA, "not UTF-8")
            return
        is_text = isinstance(message, Text)
        self._echoes.append(Frame(Opcode.TEXT, message).serialize(mask=False) if is_text else framed(message))
        self._turn.touched(self)


class EchoListener(Listener):
    """The server's listener, with an echo on every connection."""

    def __init__(self) -> None:
        super().__init__(NoSeats(), LIMITS)
        self._turn = Turn()

    def _accepted(self, connected: socket.socket, address: str) -> None:
        connection = EchoConnection(self, self._turn)
        connection.connection_made(Stream(connected, connection, self.reactor.drain(KNOCKING_MILLISECONDS)), address)


class NoSeats:
    """Nobody logs in to an echo."""

    def find_seat(self, connection: Connection, login: Login) -> None:
        raise AssertionError("a message was taken for a login")

    def left(self, connection: Connection) -> None:
        """Who goes had none."""


@asynccontextmanager
async def echo() -> AsyncGenerator[str, None]:
    """Run an echo; give its URL."""
    listener = EchoListener()
    await listener.open("127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{listener.port}"
    finally:
        await listener.close(STOPPING)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
