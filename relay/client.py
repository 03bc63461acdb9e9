"""The Python client: a player of a game session, for bots, tests and games written in Python.

from harena import Client, GroupMembership

HELLO = 10

async with Client.connect("ws://127.0.0.1:1900", "chat/lobby/ann", payload=b"let me in") as client:
    print("I am peer", client.peer_id)
    await client.join_group(7)
    await client.send(HELLO, "hello, server")
    await client.send(HELLO, {"to": "my group"}, group=7)
    async for event in client:
        if isinstance(event, GroupMembership):
            print("in group", event.group, "are", event.players)
        else:
            print(event.sender, event.op_code, event.text)
print("closed:", client.closed)
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from ssl import SSLContext

import anyio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.frames import CloseCode
from websockets.protocol import State

from relay import client_codec as codec
from relay.client_events import Closed, Event, GroupMembership, Message
from relay.client_trust import explained, trust
from relay.codec import UDP_CONNECT_SERVER_ACK
from relay.delimited import BadPacket
from relay.fast.client_line import ClientLine
from session.values import (
    MAX_FAST_PAYLOAD_BYTES,
    MAX_PAYLOAD_BYTES,
    NO_GROUP,
    NOBODY,
    SERVER,
    GroupId,
    PeerId,
    PlayerSessionId,
)

#: The largest message that a server may send; a membership update of a full game session is far below.
MAX_MESSAGE_BYTES = 1024 * 1024

#: So many messages wait for the game to take them. When as many do, the client stops reading, and TCP holds the server
#: back; a server cuts off who does not read for long.
MAX_WAITING_MESSAGES = 256

#: Events that came before the login's answer; a script may have sent some.
MAX_EARLY_EVENTS = 1024

#: Close codes of applications: here a server says why it does not let somebody in (RFC 6455, 7.4.2).
OWN_CODES = range(4000, 5000)

#: How long a close may take.
CLOSE_SECONDS = 2.0


class ConnectionFailed(Exception):
    """The server was not reached, does not speak this protocol, or broke the connection off."""


class LoginRefused(ConnectionFailed):
    """The server was reached and said no. ``code`` is the WebSocket close code, ``reason`` for people to read."""

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason or f"refused with code {code}")
        self.reason = reason
        self.code = code


class Client:
    """One player's connection, made by ``connect``; an asynchronous iterator of what it is told.

    Iteration ends when the connection does; ``closed`` says how. One task at a time may iterate or ``receive``, and
    any may send. Pings of the server are answered in between, as long as the game takes what comes.
    """

    def __init__(self, websocket: ClientConnection, peer_id: PeerId, early: deque[Event]) -> None:
        self.peer_id = peer_id
        self._websocket = websocket
        self._early = early
        self._line: ClientLine | None = None
        #: Done when a datagram has come that nobody has taken.
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        #: The next message of the WebSocket, while datagrams are waited for as well.
        self._receiving: asyncio.Task[bytes] | None = None

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        url: str,
        player_session_id: str,
        payload: bytes | str = b"",
        *,
        ca_file: Path | str | None = None,
        fast: bool = True,
        timeout_seconds: float = 10,
    ) -> AsyncGenerator["Client", None]:
        """Connect and log in; leaving the context closes the connection.

        ``player_session_id`` is the seat that is claimed; ``payload`` is for the script. With ``wss://`` the server's
        certificate is verified, by the system's authorities or by those of ``ca_file`` alone. Connecting, the login and
        its answer may take ``timeout_seconds`` together. Without ``fast`` everything goes by WebSocket, both ways.

        Raises:
            ValueError: there is a ``ca_file``, and no TLS.
            LoginRefused: the server said no.
            ConnectionFailed: there is no server, or it gave no answer in time.
        """
        login = codec.encode_login(PlayerSessionId(player_session_id), codec.encode_payload(payload))
        client = await _entered(cls, url, _trusted(url, ca_file), login, timeout_seconds, fast)
        try:
            yield client
        finally:
            await client.close()

    @property
    def closed(self) -> Closed | None:
        """How the connection ended, None while it lasts."""
        websocket = self._websocket
        return Closed(_code(websocket), websocket.close_reason or "") if websocket.state is State.CLOSED else None

    @property
    def fast(self) -> bool:
        """Datagrams come through, as far as can be known; otherwise everything goes by WebSocket."""
        return self._line is not None and self._line.open

    async def send(
        self, op_code: int, payload: object = b"", *, to: int = SERVER, group: int | None = None, reliable: bool = False
    ) -> None:
        """Send a message of the game to the server (-1), to a player, or to a group (-1: everybody) where one is given.

        A payload is bytes, text (sent as UTF-8), or anything else as JSON. What is not ``reliable`` goes by datagram
        where those come through and the payload has at most 1,200 bytes: it may be lost, and overtake what is reliable.

        Raises:
            ValueError: the op code is not above 0, an id is no number of 32 bits, or the payload has over 4,096 bytes.
            TypeError: the payload is nothing that JSON knows.
            ConnectionFailed: the connection has ended.
        """
        encoded = codec.encode_payload(payload)
        if op_code <= 0:
            raise ValueError(f"op code {op_code} is the protocol's; the game's are above 0")
        if len(encoded) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a payload has at most {MAX_PAYLOAD_BYTES} bytes, not {len(encoded)}")
        player, members = (PeerId(to), NO_GROUP) if group is None else (NOBODY, GroupId(group))

        def encode(number: int | None) -> bytes:
            return codec.encode_message(op_code, encoded, self.peer_id, player, members, number)

        if reliable or len(encoded) > MAX_FAST_PAYLOAD_BYTES or not self.fast:
            await self._send(encode(None))
        else:
            await self._send_fast(encode)

    async def join_group(self, group: int) -> None:
        """Ask to be in a group; who is in it then comes as a ``GroupMembership``."""
        await self._send(codec.encode_join_group(GroupId(group), self.peer_id))

    async def leave_group(self, group: int) -> None:
        """Ask to be in a group no longer."""
        await self._send(codec.encode_leave_group(GroupId(group), self.peer_id))

    async def request_group_membership(self, group: int) -> None:
        """Ask who is in a group; the answer comes as a ``GroupMembership``."""
        await self._send(codec.encode_request_group_membership(GroupId(group), self.peer_id))

    async def receive(self, op_code: int | None = None, *, timeout_seconds: float = 5) -> Message:
        """Wait for the next message, or the next with this op code; what comes before it is passed over for good.

        Raises:
            TimeoutError: none came in time.
            ConnectionFailed: the connection has ended.
        """
        with anyio.fail_after(timeout_seconds):
            while True:
                event = await self._next_or_fail()
                if isinstance(event, Message) and op_code in (None, event.op_code):
                    return event

    async def receive_membership(self, group: int | None = None, *, timeout_seconds: float = 5) -> GroupMembership:
        """Wait to be told who is in a group, or in this one; what comes before is passed over for good.

        Raises:
            TimeoutError: nothing of it came in time.
            ConnectionFailed: the connection has ended.
        """
        with anyio.fail_after(timeout_seconds):
            while True:
                event = await self._next_or_fail()
                if isinstance(event, GroupMembership) and group in (None, event.group):
                    return event

    async def close(self) -> None:
        """Say goodbye and close; takes no longer than three seconds, and is harmless twice."""
        if self._line:
            self._line.close()
        with anyio.move_on_after(CLOSE_SECONDS + 1, shield=True):
            await self._websocket.close()
        if self._receiving:
            self._receiving.cancel()
            with suppress(ConnectionClosed, asyncio.CancelledError):
                await self._receiving

    def __aiter__(self) -> "Client":
        return self

    async def __anext__(self) -> Event:
        """Wait for the next event; the iteration ends with the connection."""
        event = await self._next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def _next(self) -> Event | None:
        if self._early:
            return self._early.popleft()
        while True:
            try:
                event = await self._arrived(self._line) if self._line else await self._received()
            except ConnectionClosed:
                return None
            if isinstance(event, Message | GroupMembership):
                return event
            if self._line and isinstance(event, codec.Other) and event.op_code == UDP_CONNECT_SERVER_ACK:
                self._line.answered()

    async def _received(self) -> codec.FromServer:
        """Wait for the next message of the WebSocket."""
        return _decoded_untrusted(await self._websocket.recv(decode=False))

    async def _arrived(self, line: ClientLine) -> codec.FromServer:
        """Wait for whatever comes first, by either channel. What comes while nobody waits any more is kept."""
        while True:
            if self._receiving is None:
                self._receiving = asyncio.ensure_future(self._websocket.recv(decode=False))
            if self._receiving.done():
                receiving, self._receiving = self._receiving, None
                return _decoded_untrusted(receiving.result())
            if line.waiting:
                await anyio.lowlevel.checkpoint()  # Else a flood of datagrams would leave the WebSocket unread.
                return line.waiting.popleft()
            self._news = asyncio.get_running_loop().create_future()
            await asyncio.wait((self._receiving, self._news), return_when=asyncio.FIRST_COMPLETED)

    def _told(self) -> None:
        if not self._news.done():
            self._news.set_result(None)

    async def _speak_fast(self, login: codec.LoginResult) -> None:
        """Begin to ask whether datagrams come through; until the answer comes, nothing is different."""
        line = self._secure_line(login) if login.ca_cert else ClientLine(login.peer_id, self._told)
        self._line = line
        await line.connect(self._websocket.remote_address[0], login.fast_port)

    def _secure_line(self, login: codec.LoginResult) -> ClientLine:
        from relay.dtls.contexts import BadCredentials  # OpenSSL takes long to import, and plain UDP does without.
        from relay.fast.secure_client_line import SecureClientLine

        try:
            return SecureClientLine(login, self._websocket.protocol.uri.host, self._told)
        except BadCredentials as bad:
            raise ConnectionFailed(f"the server does not speak this protocol: {bad}") from None

    async def _next_or_fail(self) -> Event:
        event = await self._next()
        if event is None:
            raise ConnectionFailed(_ending(self._websocket))
        return event

    async def _send(self, data: bytes) -> None:
        try:
            await self._websocket.send(data)
        except ConnectionClosed:
            raise ConnectionFailed(_ending(self._websocket)) from None

    async def _send_fast(self, encode: Callable[[int], bytes]) -> None:
        """Send a datagram, for as long as there is a connection that it belongs to."""
        if self._line is None or self._websocket.state is not State.OPEN:
            raise ConnectionFailed(_ending(self._websocket))
        self._line.send(encode)
        await anyio.lowlevel.checkpoint()


def _trusted(url: str, ca_file: Path | str | None) -> SSLContext | None:
    """Give what verifies the server. Raises ValueError or ConnectionFailed."""
    try:
        return trust(url, ca_file)
    except OSError as failure:
        raise ConnectionFailed(f"the CA file {ca_file} cannot be used: {failure}") from None


async def _entered(
    cls: type[Client], url: str, context: SSLContext | None, login: bytes, timeout_seconds: float, fast: bool
) -> Client:
    """Connect and log in, in bounded time; what was opened is closed again if that fails."""
    try:
        with anyio.fail_after(timeout_seconds):
            websocket = await _opened(url, context)
            try:
                return await _logged_in(cls, websocket, login, fast)
            except BaseException:
                websocket.transport.abort()
                raise
    except TimeoutError:
        raise ConnectionFailed(f"{url} has not answered within {timeout_seconds:g} s") from None


async def _opened(url: str, context: SSLContext | None) -> ClientConnection:
    try:
        return await connect(
            url,
            ssl=context,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=MAX_WAITING_MESSAGES,
            open_timeout=None,
            close_timeout=CLOSE_SECONDS,
            proxy=None,
            user_agent_header=None,
        )
    except (OSError, InvalidHandshake, InvalidURI) as failure:
        raise ConnectionFailed(f"{url} cannot be reached: {explained(failure)}") from failure


async def _logged_in(cls: type[Client], websocket: ClientConnection, login: bytes, fast: bool) -> Client:
    """Log in; what the script sends before the answer is kept for the game."""
    early: deque[Event] = deque()
    try:
        await websocket.send(login)
        while len(early) < MAX_EARLY_EVENTS:
            event = _decoded_untrusted(await websocket.recv(decode=False))
            if isinstance(event, codec.LoginResult):
                if event.success:
                    client = cls(websocket, event.peer_id, early)
                    if fast and 0 < event.fast_port < 2**16:
                        await client._speak_fast(event)
                    return client
                await websocket.wait_closed()  # The reason comes with the close.
                raise LoginRefused(websocket.close_reason or "", _code(websocket))
            elif isinstance(event, Message | GroupMembership):
                early.append(event)
    except ConnectionClosed:
        code = _code(websocket)
        if code in OWN_CODES:
            raise LoginRefused(websocket.close_reason or "", code) from None
        raise ConnectionFailed(_ending(websocket)) from None
    raise ConnectionFailed(f"the server sent {MAX_EARLY_EVENTS} messages and no answer to the login")


def _decoded_untrusted(data: bytes) -> codec.FromServer:
    try:
        return codec.decode_from_server_untrusted(data)
    except BadPacket as bad:
        raise ConnectionFailed(f"the server does not speak this protocol: {bad}") from None


def _code(websocket: ClientConnection) -> int:
    return websocket.close_code or CloseCode.ABNORMAL_CLOSURE


def _ending(websocket: ClientConnection) -> str:
    return f"the connection has ended: {_code(websocket)} {websocket.close_reason or ''}".rstrip()
