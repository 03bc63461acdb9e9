"""The acceptor: sockets that listen, and peers taken from them a few at a time."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence

import structlog

LOG = structlog.get_logger()

#: How many peers may be accepted in one turn of the loop, and wait for it.
BACKLOG = 128
#: How long nobody is accepted when this process has no room for another open file.
REST_SECONDS = 0.5

#: No descriptors, or no memory, for another socket: here or in the whole machine.
_NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

#: A host without IPv6 may have a name with an address of it.
_NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}

#: Host and port, and of IPv6 two numbers more.
Address = tuple[str | int | bytes, ...]

#: Takes a connected, non-blocking socket, and the address of its peer.
Accept = Callable[[socket.socket, str], None]


class Acceptor:
    """Listens at one address, until ``close``."""

    def __init__(self, sockets: Sequence[socket.socket], accept: Accept) -> None:
        self._loop = asyncio.get_running_loop()
        self._sockets = sockets
        self._accept = accept
        self._timers: dict[socket.socket, asyncio.TimerHandle] = {}
        for listening in sockets:
            self._loop.add_reader(listening, self._ready, listening)

    @property
    def port(self) -> int:
        """The port that is listened at."""
        port: int = self._sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        """Accept nobody any more. Harmless a second time."""
        sockets, self._sockets = self._sockets, ()
        for listening in sockets:
            self._loop.remove_reader(listening)
            listening.close()
        for timer in self._timers.values():
            timer.cancel()

    def _ready(self, listening: socket.socket) -> None:
        for _ in range(BACKLOG):
            try:
                connected, address = listening.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_ROOM:
                    self._rest(listening, error)
                    return
                continue  # That peer has gone already.
            self._take(connected, str(address))

    def _take(self, connected: socket.socket, address: str) -> None:
        try:
            connected.setblocking(False)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._accept(connected, address)
        except Exception:  # the border: what fails here is this peer's alone
            LOG.exception("accept_failed", address=address)
            connected.close()

    def _rest(self, listening: socket.socket, error: OSError) -> None:
        """Leave those who knock waiting, rather than be woken by them without end."""
        LOG.error("no_room_for_another_connection", error=str(error), seconds=REST_SECONDS)
        self._loop.remove_reader(listening)
        self._timers[listening] = self._loop.call_later(REST_SECONDS, self._again, listening)

    def _again(self, listening: socket.socket) -> None:
        del self._timers[listening]
        self._loop.add_reader(listening, self._ready, listening)


async def listen(host: str, port: int, accept: Accept) -> Acceptor:
    """Listen at every address of a host, at one port; "" is every address of this machine, 0 any port that is free.

    Raises:
        OSError: the address cannot be had.
    """
    return Acceptor(listening_at(await addresses_of(host, port)), accept)


async def addresses_of(host: str, port: int) -> list[tuple[int, Address]]:
    """Give a host's addresses here with their families; "" has those of this machine."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return [(family, address) for family, _, _, _, address in dict.fromkeys(found)]


def listening_at(
    addresses: Sequence[tuple[int, Address]], kind: socket.SocketKind = socket.SOCK_STREAM
) -> list[socket.socket]:
    """Open a socket for each address that this machine has, all at the port of the first; or one for datagrams.

    Raises:
        OSError: an address is taken, or there is none.
    """
    sockets: list[socket.socket] = []
    missing: OSError | None = None
    for family, address in addresses:
        port = sockets[0].getsockname()[1] if sockets else address[1]
        try:
            sockets.append(_listening(family, kind, (address[0], port, *address[2:])))
        except OSError as error:
            if error.errno not in _NOT_HERE:
                for listening in sockets:
                    listening.close()
                raise
            missing = error
    if missing and not sockets:
        raise missing
    return sockets


def _listening(family: int, kind: socket.SocketKind, address: Address) -> socket.socket:
    listening = socket.socket(family, kind)
    try:
        listening.setblocking(False)
        if kind is socket.SOCK_STREAM:  # Of datagrams another process could take its share with it.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # What comes by IPv4 has a socket of its own.
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        if kind is socket.SOCK_STREAM:
            listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
