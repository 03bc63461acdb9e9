"""The client's side of the fast channel: asks to be heard by datagrams, and goes on asking, so that it knows.

The stock client asks until it is answered and then no more. This one asks again while it plays. So it notices when
datagrams come through no longer, and the server does; then all goes by WebSocket, until they come through again.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from relay import client_codec as codec
from relay.client_events import GroupMembership, Message
from relay.codec import UDP_CONNECT_SERVER_ACK
from relay.delimited import BadPacket
from session.values import PeerId

#: How long until the client asks again, while it has no answer: twice as long each time, as the stock client has it.
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.1, 5.0
#: How often it asks again once it was answered.
ALIVE_SECONDS = 3.0
#: Without any datagram for so long it takes the WebSocket for everything.
SILENT_SECONDS = 10.0
#: What waits for the game to take it; beyond it the oldest go.
MAX_WAITING_DATAGRAMS = 1_024


class ClientLine(asyncio.DatagramProtocol):
    """A client's datagrams. ``news`` is called when something has come."""

    def __init__(self, peer_id: PeerId, news: Callable[[], None]) -> None:
        self.waiting: deque[Message | GroupMembership] = deque(maxlen=MAX_WAITING_DATAGRAMS)
        self._peer_id = peer_id
        self._news = news
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._number = 0
        self._last = -1
        self._answered = False
        self._heard_at = self._asked_at = 0.0
        self._retry_seconds = FIRST_RETRY_SECONDS
        self._timer: asyncio.TimerHandle | None = None

    async def connect(self, host: str, port: int) -> None:
        """Begin to ask; nothing happens where this machine has no way to send datagrams there."""
        with suppress(OSError):
            await self._loop.create_datagram_endpoint(lambda: self, remote_addr=(host, port))

    @property
    def open(self) -> bool:
        """Datagrams come through, as far as can be known."""
        return self._answered and self._loop.time() - self._heard_at < SILENT_SECONDS

    def send(self, encode: Callable[[int], bytes]) -> None:
        """Send what is made of the next sequence number. Nobody says whether it arrives."""
        self._transmit(encode(self._number))
        self._number += 1

    def answered(self) -> None:
        """The server has answered, by whichever channel: say so, each time, as that may be lost."""
        self._heard_at = self._loop.time()
        self._answered = True
        self.send(lambda number: codec.encode_udp_connect_ack(self._peer_id, number))

    def close(self) -> None:
        """Say nothing any more. Harmless a second time."""
        self._answered = False
        if self._timer:
            self._timer.cancel()
        if self._transport:
            self._transport.close()

    # The socket speaks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # Those of the loops do not say that they are.
        self._ask()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take a datagram of the server's address; what is no packet, late or there twice does not count."""
        try:
            number, event = codec.decode_datagram_untrusted(data)
        except BadPacket:
            return
        silent = self._loop.time() - self._heard_at >= SILENT_SECONDS
        if number <= self._last and not silent:  # After silence they begin anew: one may have been forged.
            return
        self._last, self._heard_at = number, self._loop.time()
        if isinstance(event, Message | GroupMembership):
            self.waiting.append(event)
            self._news()
        else:
            self._told(event)

    def error_received(self, exc: Exception) -> None:
        """The network says that nobody listens; somebody may later."""

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self.close()

    # How it is found out whether datagrams come through.

    def _greeting(self, number: int) -> bytes:
        """Encode what is asked."""
        return codec.encode_udp_connect(self._peer_id, number)

    def _told(self, event: codec.FromServer) -> None:
        """Take what is not for the game."""
        if isinstance(event, codec.Other) and event.op_code == UDP_CONNECT_SERVER_ACK:
            self.answered()

    def _transmit(self, datagram: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(datagram)

    def _ask(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._asked_at = self._loop.time()
        self.send(self._greeting)
        self._timer = self._loop.call_later(self._retry_seconds, self._look)

    def _look(self) -> None:
        """Is there an answer, or anything else? If not, ask again, and have more patience."""
        if self._heard_at >= self._asked_at:
            self._retry_seconds = FIRST_RETRY_SECONDS
            self._timer = self._loop.call_later(ALIVE_SECONDS, self._ask)
        else:
            self._retry_seconds = min(2 * self._retry_seconds, LAST_RETRY_SECONDS)
            self._ask()
