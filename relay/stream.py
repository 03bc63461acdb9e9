"""A peer's socket in the reactor: what comes goes to its receiver, what is written leaves at once or waits for room."""

import asyncio
import socket
from collections import deque
from select import EPOLLIN, EPOLLOUT
from typing import Protocol

import structlog

from relay.reactor import Drain

LOG = structlog.get_logger()

#: As much is read at a time: more would be new memory for every read.
READ_BYTES = 64 * 1024


class Receiver(Protocol):
    """What a stream needs of whoever reads it. It is made before the receiver is called for the first time."""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""

    def eof_received(self) -> None:
        """No more bytes will come; the stream closes itself when what waits has been written."""

    def connection_lost(self) -> None:
        """The socket is closed; nothing comes after this."""


class Stream:
    """A connected socket, never waited for."""

    __slots__ = ("_closing", "_drain", "_ending", "_events", "_loop", "_socket", "_unsent", "receiver", "unsent_bytes")

    def __init__(self, connected: socket.socket, receiver: Receiver, drain: Drain) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self.receiver = receiver
        self._drain = drain
        #: None where nothing waits, as mostly: an empty deque takes more than all else here together.
        self._unsent: deque[bytes] | None = None
        #: What waits for the peer to read.
        self.unsent_bytes = 0
        #: What is to happen when all has been written: half a close, or a whole one.
        self._ending = self._closing = False
        self._events = EPOLLIN
        drain.add(connected.fileno(), EPOLLIN, self._ready)

    @property
    def open(self) -> bool:
        """The socket has not been closed, by whomever."""
        return self._socket.fileno() >= 0

    def has_unread(self) -> bool:
        """Say whether bytes of the peer wait to be read."""
        try:
            return self.open and bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:  # There are none, or it is gone.
            return False

    def move(self, drain: Drain) -> None:
        """Let another drain read it from now on."""
        if drain is not self._drain and self.open:
            self._drain.remove(self._socket.fileno())
            self._drain = drain
            drain.add(self._socket.fileno(), self._events, self._ready)

    def write(self, data: bytes) -> None:
        """Send bytes, behind those that wait. Never raises; what a closed socket is sent is lost."""
        sent = 0 if self._unsent else self._sent(data)
        if sent < len(data) and self.open:
            if self._unsent is None:
                self._unsent = deque()
            self._unsent.append(data[sent:])
            self.unsent_bytes += len(data) - sent
            self._watch()

    def write_eof(self) -> None:
        """Say that nothing comes after what is written."""
        self._ending = True
        self._written()

    def abort(self) -> None:
        """Close the socket now, whatever waits. Harmless a second time."""
        if self.open:
            self._unsent = None
            self.unsent_bytes = 0
            self._drain.remove(self._socket.fileno())
            self._socket.close()
            self._loop.call_soon(self.receiver.connection_lost)

    def _ready(self, events: int) -> None:
        """Write first: a peer that is gone is found out by reading."""
        try:
            if events & EPOLLOUT:
                self._write_unsent()
            if events != EPOLLOUT and self.open:
                self._read()
        except Exception:  # the border: what fails here is this peer's alone
            LOG.exception("stream_failed")
            self.abort()

    def _read(self) -> None:
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self.abort()
            return
        if data:
            self.receiver.data_received(data)
        elif self._closing:  # It does not read any more either.
            self.abort()
        else:
            self._closing = True
            self.receiver.eof_received()
            self._written()

    def _sent(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError:  # It is gone.
            self.abort()
            return 0

    def _write_unsent(self) -> None:
        while self._unsent:
            data = self._unsent[0]
            sent = self._sent(data)
            if not self.open:
                return
            self.unsent_bytes -= sent
            if sent < len(data):
                self._unsent[0] = data[sent:]
                return
            self._unsent.popleft()
        self._unsent = None
        self._written()

    def _written(self) -> None:
        """Do what was to be done once nothing waits any more."""
        if not self.open:
            return
        if self._closing and not self._unsent:
            self.abort()
            return
        if self._ending and not self._unsent:
            self._ending = False
            try:
                self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.abort()
                return
        self._watch()

    def _watch(self) -> None:
        """Be told of room to write only while something waits, and of bytes only until the last."""
        events = (0 if self._closing else EPOLLIN) | (EPOLLOUT if self._unsent else 0)
        if events != self._events:
            self._events = events
            self._drain.change(self._socket.fileno(), events)
