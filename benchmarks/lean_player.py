"""A player who costs little and counts everything: a WebSocket by hand, each packet and each byte of both ways."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.abc import SocketStream

from relay.client_codec import LoginResult, decode_from_server_untrusted, encode_login, encode_message
from relay.client_events import Message
from session.values import EVERYBODY, NO_GROUP, NOBODY, SERVER, PeerId, PlayerSessionId

#: What a player says to the others; each has the number that follows the one before.
TALK = 1

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: soak\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
#: A mask that changes nothing is one as well.
_MASK = bytes(4)
_BINARY, _CLOSE, _PING, _PONG = 2, 8, 9, 10
#: As long as a frame with a short head may be.
_SHORT_BYTES = 125
#: A close frame of ours.
CLOSE_BYTES = 8
#: Nothing that is waited for takes longer.
PATIENCE_SECONDS = 60.0


class Counted:
    """What players have sent and heard, all together; what should not have happened is in ``faults``, in sentences."""

    def __init__(self) -> None:
        self.packets_said = self.bytes_said = self.packets_heard = self.bytes_heard = 0
        #: Connections whose answer to the server's close came too late: so many close frames may be unread.
        self.late_closes = 0
        self.faults: list[str] = []


class LeanPlayer:
    """One player. The packets of each other player have to come in order, none missing from the first on."""

    def __init__(self, stream: SocketStream, name: str, counted: Counted, answers_pings: bool = True) -> None:
        self.peer_id = NOBODY
        #: The close code that the server gave, 0 before, and its reason.
        self.close_code, self.close_reason = 0, ""
        self.over = anyio.Event()
        self.name = name
        self._stream = stream
        self._counted = counted
        self._answers_pings = answers_pings
        self._answered = anyio.Event()
        self._number = 0
        self._last: dict[PeerId, int] = {}
        self._unread = b""
        self._one_at_a_time = anyio.Lock()
        self._closes = False

    async def log_in(self, player_session_id: str, payload: bytes = b"") -> bool:
        """Shake hands and log in, while ``hear`` runs; say whether that was granted."""
        await self._send(REQUEST)
        await self._say(encode_login(PlayerSessionId(player_session_id), payload))
        with anyio.fail_after(PATIENCE_SECONDS):
            await self._answered.wait()
        return self.peer_id != NOBODY

    async def talk(self) -> None:
        """Say the next number to the others."""
        self._number += 1
        await self._message(TALK, EVERYBODY, str(self._number).encode())

    async def tell_server(self, op_code: int) -> None:
        """Say something to the server."""
        await self._message(op_code, NO_GROUP, b"")

    async def leave(self) -> None:
        """Close, and hear what was on the way; harmless where the server has closed."""
        await self._close()
        with anyio.fail_after(PATIENCE_SECONDS):
            await self.over.wait()

    async def hear(self) -> None:
        """Take what comes until the server closes the socket."""
        try:
            while True:
                data = await self._stream.receive()
                self._counted.bytes_heard += len(data)
                self._unread += data
                await self._read()
        except anyio.EndOfStream:
            pass
        except anyio.BrokenResourceError:  # The server waits two seconds for the answer to its close frame.
            self._counted.late_closes += 1
            if not self.close_code:
                self._counted.faults.append(f"{self.name}: the connection broke")
        finally:
            self.over.set()
            self._answered.set()

    async def _read(self) -> None:
        if self._unread.startswith(b"HTTP"):
            _, blank, rest = self._unread.partition(b"\r\n\r\n")
            if not blank:
                return
            self._unread = rest
        while (frame := self._frame()) is not None:
            await self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        """Take the next frame out of what has come: its op code and its body."""
        data = self._unread
        if len(data) < 2:
            return None
        head = {126: 4, 127: 10}.get(data[1], 2)
        end = head + (int.from_bytes(data[2:head], "big") if head > 2 else data[1])
        if len(data) < end:
            return None
        self._unread = data[end:]
        return data[0] & 0x0F, data[head:end]

    async def _take(self, kind: int, body: bytes) -> None:
        if kind == _PING and self._answers_pings:
            await self._send_frame(_PONG, body)
        elif kind == _CLOSE:
            self.close_code, self.close_reason = int.from_bytes(body[:2], "big"), body[2:].decode()
            await self._close()
        elif kind == _BINARY:
            self._counted.packets_heard += 1
            self._hear_packet(body)

    def _hear_packet(self, body: bytes) -> None:
        packet = decode_from_server_untrusted(body)
        if isinstance(packet, LoginResult):
            self.peer_id = packet.peer_id if packet.success else NOBODY
            self._answered.set()
        elif isinstance(packet, Message) and packet.op_code == TALK:
            number, sender = int(packet.payload), packet.sender
            if number != self._last.get(sender, number - 1) + 1:
                self._counted.faults.append(f"{self.name} heard {number} after {self._last[sender]} of peer {sender}")
            self._last[sender] = number

    async def _message(self, op_code: int, group: int, payload: bytes) -> None:
        to = NOBODY if group else SERVER
        await self._say(encode_message(op_code, payload, self.peer_id, to, EVERYBODY if group else NO_GROUP))

    async def _say(self, packet: bytes) -> None:
        if not self._closes and await self._send_frame(_BINARY, packet):
            self._counted.packets_said += 1

    async def _close(self) -> None:
        if not self._closes:
            self._closes = True
            await self._send_frame(_CLOSE, (1000).to_bytes(2, "big"))

    async def _send_frame(self, kind: int, body: bytes) -> bool:
        assert len(body) <= _SHORT_BYTES
        return await self._send(bytes((0x80 | kind, 0x80 | len(body))) + _MASK + body)

    async def _send(self, data: bytes) -> bool:
        """Send, whole or not at all; False says that the server has closed meanwhile."""
        try:
            with anyio.CancelScope(shield=True):
                async with self._one_at_a_time:
                    await self._stream.send(data)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return False
        self._counted.bytes_said += len(data)
        return True


@asynccontextmanager
async def lean_player(port: int, name: str, counted: Counted, answers_pings: bool = True) -> AsyncIterator[LeanPlayer]:
    """Connect a player who hears; with the context it leaves."""
    stream = await anyio.connect_tcp("127.0.0.1", port)
    player = LeanPlayer(stream, name, counted, answers_pings)
    async with stream, anyio.create_task_group() as tasks:
        tasks.start_soon(player.hear)
        yield player
        await player.leave()
