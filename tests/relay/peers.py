"""Raw peers: bytes on a real socket, where a well-behaved client would not do."""

import asyncio
import base64
import socket

from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Protocol, Side, State

from relay.reactor import Drain
from relay.stream import Receiver
from tests.relay import certified

KEY = base64.b64encode(b"0123456789abcdef").decode()


def request(path: str = "/websocket", *more: str) -> bytes:
    """The request of the stock C# client, with its headers in its order."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1:1900",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {KEY}",
        "Origin: ws://127.0.0.1:1900",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


def binary(message: bytes) -> bytes:
    return masked(Opcode.BINARY, message)


class RawPeer:
    """A socket after its handshake; it answers nothing by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.frames: list[Frame] = []
        self._protocol = Protocol(Side.CLIENT, state=State.OPEN)

    @classmethod
    async def connect(cls, port: int, receive_buffer_bytes: int = 0) -> "RawPeer":
        sock = socket.socket()
        if receive_buffer_bytes:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        if not certified.everywhere:
            return cls(*await asyncio.open_connection(sock=sock, limit=2**22))
        secure = {"ssl": certified.trusts(), "server_hostname": "localhost"}
        return cls(*await asyncio.open_connection(sock=sock, limit=2**22, **secure))  # type: ignore[arg-type]

    async def shake_hands(self) -> bytes:
        self.writer.write(request())
        return await self.reader.readuntil(b"\r\n\r\n")

    async def next_frame(self) -> Frame:
        """Wait for a frame; the server's own rules are those of the library here, so a bad one fails."""
        while not self.frames:
            data = await self.reader.read(65536)
            if not data:
                raise EOFError
            self._protocol.receive_data(data)
            assert self._protocol.parser_exc is None
            self.frames += [event for event in self._protocol.events_received() if isinstance(event, Frame)]
            self._protocol.data_to_send()
        return self.frames.pop(0)

    async def next_message(self) -> bytes:
        """Wait for a message; pings are passed over."""
        while True:
            frame = await self.next_frame()
            if frame.opcode is Opcode.BINARY:
                assert frame.fin
                assert frame.data
                return bytes(frame.data)
            assert frame.opcode in (Opcode.PING, Opcode.PONG)

    async def close_frame(self) -> tuple[int, str]:
        """Pass over everything up to the close frame."""
        while True:
            frame = await self.next_frame()
            if frame.opcode is Opcode.CLOSE:
                return int.from_bytes(frame.data[:2], "big"), bytes(frame.data[2:]).decode()

    async def ended(self) -> bool:
        """Wait until the server has closed the socket, whatever it sends before."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            return True
        return True

    async def close(self) -> None:
        self.writer.transport.abort()
        try:
            await self.writer.wait_closed()
        except ConnectionError:
            return


class _Nobody:
    """A receiver that nothing reaches."""

    def data_received(self, data: bytes) -> None:
        raise AssertionError("nothing comes here")

    def eof_received(self) -> None:
        raise AssertionError("nothing ends here")

    def connection_lost(self) -> None:
        raise AssertionError("nothing is lost here")


class WriteCounter:
    """An outlet that keeps each write; everything else about it is idle."""

    def __init__(self) -> None:
        self.receiver: Receiver = _Nobody()
        self.writes: list[bytes] = []
        self.aborted = False
        self.unread = False
        self.unsent_bytes = 0

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def has_unread(self) -> bool:
        return self.unread

    def move(self, drain: Drain) -> None:
        pass

    def write_eof(self) -> None:
        raise AssertionError("nothing ends here")

    def abort(self) -> None:
        self.aborted = True


NORMAL = CloseCode.NORMAL_CLOSURE
