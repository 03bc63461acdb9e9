"""The client's side of the fast channel by DTLS: it shakes hands, says whose datagrams these are, and goes on.

Until the server has answered, and whenever it is silent for long, everything goes by WebSocket.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from relay import client_codec as codec
from relay.dtls.association import Association, Ended
from relay.dtls.contexts import client_context
from relay.fast.client_line import ClientLine

#: A handshake that is not done by then is given up: everything goes by WebSocket for good.
HANDSHAKE_SECONDS = 15.0


class SecureClientLine(ClientLine):
    """A client's datagrams, sealed. ``news`` is called when something has come."""

    def __init__(self, login: codec.LoginResult, name: str, news: Callable[[], None]) -> None:
        """``name`` is how the client calls the server: its certificate has to be for it.

        Raises:
            BadCredentials: the server has told a CA that is none.
        """
        super().__init__(login.peer_id, news)
        self._connect_token = login.connect_token
        self._association = Association(client_context(login.ca_cert, name))
        self._late_at = self._loop.time() + HANDSHAKE_SECONDS

    def close(self) -> None:
        """Say goodbye, and nothing any more. Harmless a second time."""
        if self._association.established:
            self._association.close()
            self._flush()
        super().close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a socket: greet."""
        self._transport = cast(asyncio.DatagramTransport, transport)  # Those of the loops do not say that they are.
        self._association.call()
        self._go_on()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take a datagram of the server's address; what the server has not sealed comes to nothing."""
        association, was_established = self._association, self._association.established
        try:
            packets = association.open_untrusted(data) if data else []
        except Ended:
            self.close()
            return
        self._flush()
        if association.established and not was_established:
            if self._timer:
                self._timer.cancel()
            self._ask()
        for packet in packets:
            super().datagram_received(packet, addr)

    def _go_on(self) -> None:
        """Send what there is of the handshake, and be back when it is to be sent again."""
        self._flush()
        seconds = self._association.due_seconds()
        if seconds is not None:
            self._timer = self._loop.call_later(seconds, self._again)

    def _again(self) -> None:
        try:
            if self._loop.time() > self._late_at:
                raise Ended("the server has not answered in time")
            self._association.resend()
        except Ended:
            self.close()
        else:
            self._go_on()

    def _greeting(self, number: int) -> bytes:
        return codec.encode_verify_identity(self._peer_id, self._connect_token, number)

    def _told(self, event: codec.FromServer) -> None:
        if isinstance(event, codec.IdentityVerified) and event.success:
            self.answered()

    def _transmit(self, datagram: bytes) -> None:
        try:
            super()._transmit(self._association.seal(datagram))
        except Ended:
            self.close()

    def _flush(self) -> None:
        for datagram in self._association.unsent():
            super()._transmit(datagram)
