"""The fast channel of a worker: its sockets, one for each address of its host, and the lines of its peers."""

import asyncio
import errno
import secrets
import socket
from collections import Counter
from typing import TYPE_CHECKING

from relay.acceptor import Address, addresses_of, listening_at
from relay.dtls.limits import DtlsLimits
from relay.fast.datagram_socket import DatagramSocket
from relay.fast.limits import FastLimits
from relay.fast.line import Line, Outlet, Owner
from relay.fast.lines import Home, Lines
from relay.fast.offer import FastOffer
from relay.reactor import Reactor

if TYPE_CHECKING:
    from relay.fast.secure_lines import SecureLines

#: How often the sockets are read while no peer has a line.
IDLE_MILLISECONDS = 10
#: Of chance in a connect token.
TOKEN_BYTES = 24


class NoDatagrams(OSError):
    """Datagrams cannot be had at an address, whatever is there for streams."""


class FastChannel:
    """Datagrams from and to the peers of one listener; nothing is sent from another socket than those."""

    def __init__(self, home: Home, reactor: Reactor, limits: FastLimits) -> None:
        #: What logins are told of it.
        self.offer = FastOffer()
        self.lines: Lines | SecureLines = Lines(home, limits)
        self._secure: SecureLines | None = None
        self._dtls_limits = DtlsLimits()
        self._home = home
        self._reactor = reactor
        self._loop = asyncio.get_running_loop()
        self._sockets: list[DatagramSocket] = []
        #: How many lines want the sockets read how often, in milliseconds; the most impatient has its way.
        self._paces: Counter[int] = Counter()

    @property
    def port(self) -> int:
        """The port that datagrams come to; 0 where there is none."""
        return self._sockets[0].port if self._sockets else 0

    @property
    def limits(self) -> FastLimits:
        """What counts at the moment."""
        return self.lines.limits

    @limits.setter
    def limits(self, limits: FastLimits) -> None:
        self.lines.limits = limits
        for one in self._sockets:
            one.limits = limits

    @property
    def dtls_limits(self) -> DtlsLimits:
        """What counts at the moment, at each socket, where DTLS is spoken."""
        return self._dtls_limits

    @dtls_limits.setter
    def dtls_limits(self, limits: DtlsLimits) -> None:
        self._dtls_limits = limits
        if self._secure:
            self._secure.dtls_limits = limits

    async def listen(self, host: str, port: int, *, any_port: bool) -> None:
        """Bind to each address of a host; with ``any_port`` to a port that is free, should this one be taken.

        Raises:
            NoDatagrams: the address cannot be had.
        """
        try:
            bound = listening_at(await addresses_of(host, port), socket.SOCK_DGRAM)
        except OSError as error:
            if not any_port or error.errno != errno.EADDRINUSE:
                raise NoDatagrams(error.errno, error.strerror) from None
            bound = listening_at(await addresses_of(host, 0), socket.SOCK_DGRAM)
        drain = self._reactor.drain(IDLE_MILLISECONDS)
        self._sockets = [DatagramSocket(one, drain, self._received, self._home, self.limits) for one in bound]
        self.offer.port = self.port

    def speak_dtls(self, chain: bytes, key: bytes, ca: bytes) -> None:
        """Speak DTLS alone, before anybody has a line; or show another certificate, to those who come from now on.

        All is PEM; ``ca`` is whom logins are told to trust. Raises ``relay.dtls.contexts.BadCredentials``.
        """
        from relay.dtls.contexts import server_context  # OpenSSL takes long to import, and plain UDP does without.
        from relay.fast.secure_lines import SecureLines

        context = server_context(chain, key)
        self.offer.ca_cert = ca
        if self._secure:
            self._secure.rotate(context)
        else:
            self.lines = self._secure = SecureLines(self._home, self.limits, self._dtls_limits, context)

    def new_connect_token(self) -> str:
        """Make what a client shows to prove whose it is; empty on plain UDP, where anybody could have read it."""
        return secrets.token_urlsafe(TOKEN_BYTES) if self._secure else ""

    def open(self, owner: Owner, milliseconds: int) -> Line:
        """Let a peer have a line; its game session wishes to be read so often."""
        self._paces[milliseconds] += 1
        self._keep_pace()
        return self.lines.open(owner)

    def close_line(self, line: Line, milliseconds: int) -> None:
        """A peer that was given a line with these ``milliseconds`` is gone."""
        self._paces[milliseconds] -= 1
        self._keep_pace()
        self.lines.close(line)

    def shakes_hands(self, line: Line, seconds: float) -> bool:
        """Say whether the peer may be shaking hands by DTLS still, so many seconds after it has connected.

        The stock client in its secure mode reads nothing from its WebSocket meanwhile, and so answers no ping.
        """
        return self._secure is not None and not line.proven and seconds < self._dtls_limits.guest_seconds

    def spoil(self) -> None:
        """Look at each datagram's line from now on: somebody's may be bad on purpose."""
        for one in self._sockets:
            one.hardships = lambda address: self.lines.hardship(address)

    def swept(self, now: float, forgiven: bool) -> None:
        """Look at the clock: who has been silent?"""
        self.lines.swept(now, forgiven)

    def close(self) -> None:
        """Close the sockets. Harmless a second time."""
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            one.close()

    def _keep_pace(self) -> None:
        self._paces = +self._paces
        drain = self._reactor.drain(min(self._paces, default=IDLE_MILLISECONDS))
        for one in self._sockets:
            one.move(drain)

    def _received(self, outlet: Outlet, datagram: bytes, address: Address) -> None:
        self.lines.receive_untrusted(outlet, datagram, address, self._loop.time())
