"""The meeting place: a socket in the data folder at which a worker that has lost its desk waits for the next one.

The desk binds it before it starts the worker, and hands it down; the worker listens, but lets nobody in while it has a
desk. Only processes of the same user are heard. Both ends first say by which words they speak: who speaks by others is
another Harena, and goes no further.
"""

import asyncio
import errno
import hashlib
import os
import select
import signal
import socket
import struct
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import get_args

import anyio

from runtime.words import Word
from session.callbacks import GameSessionFacts, OnGameSessionUpdated

#: Who has come to the meeting place is to say by which words it speaks within this time.
GREETING_SECONDS = 10.0
#: Desks that knock at a worker. There is one at a time.
BACKLOG = 4
_CREDENTIALS = struct.Struct("3i")


def _dialect() -> bytes:
    words = [(kind.__name__, kind.__match_args__) for kind in (*get_args(Word), GameSessionFacts, OnGameSessionUpdated)]
    return hashlib.sha256(repr((distribution_version("harena"), sorted(words))).encode()).digest()


#: By which words this process speaks. It is read at the start, as the files may be another Harena's later.
DIALECT = _dialect()


class Stranger(Exception):
    """Whoever is at the meeting place is not of our user."""


class Kin:
    """A process of ours that is not our child: the worker of an earlier desk."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._pidfd)

    def kill(self) -> None:
        """End it now. Harmless where it has ended."""
        try:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        except ProcessLookupError:
            return

    def wait(self) -> None:
        """Wait until it has ended; belongs into a thread, unless it was killed."""
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        ended.poll()


def prepared(folder: Path, number: int) -> socket.socket:
    """Make the meeting place of a worker's number, in place of what an earlier one has left. Raises OSError.

    The worker is to listen there itself: who knocks is told the process that does.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / str(number)).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(listening.fileno(), 0o600)  # On Linux that is the file's mode, from its first moment.
        with _path(folder, number) as path:
            listening.bind(path)
    except OSError:
        listening.close()
        raise
    return listening


def reached(folder: Path, number: int) -> socket.socket | None:
    """Knock where a worker of that number may wait; None where there is none. Raises OSError or Stranger."""
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _path(folder, number) as path:
            connected.connect(path)
        peer(connected)
    except (FileNotFoundError, ConnectionRefusedError):
        connected.close()
        return None
    except (OSError, Stranger):
        connected.close()
        raise
    connected.setblocking(False)
    return connected


def numbers(folder: Path) -> list[int]:
    """The numbers of which there is a meeting place, with or without anybody. Raises OSError."""
    try:
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
    except FileNotFoundError:
        return []


def peer(connected: socket.socket) -> int:
    """Give the process id at the other end. Raises Stranger where it is another user's."""
    found = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, user, _ = _CREDENTIALS.unpack(found)
    if user != os.geteuid():
        raise Stranger(f"process {pid} is the user {user}'s")
    return int(pid)


async def greeted(connected: socket.socket) -> bool:
    """Say by which words we speak, and hear the other; False: it speaks by others. Raises OSError."""
    loop = asyncio.get_running_loop()
    with anyio.fail_after(GREETING_SECONDS):  # A TimeoutError is an OSError.
        await loop.sock_sendall(connected, DIALECT)
        return await _heard_untrusted(connected) == DIALECT


async def _heard_untrusted(connected: socket.socket) -> bytes:
    """As many bytes as a dialect has, whatever they are. Raises OSError."""
    loop = asyncio.get_running_loop()
    heard = b""
    while len(heard) < len(DIALECT):
        piece = await loop.sock_recv(connected, len(DIALECT) - len(heard))
        if not piece:
            raise ConnectionResetError(errno.ECONNRESET, "the other end is closed")
        heard += piece
    return heard


async def visited(listening: socket.socket) -> socket.socket | None:
    """Wait for a desk at a worker's meeting place; None says that it speaks by other words."""
    loop = asyncio.get_running_loop()
    while True:
        connected, _ = await loop.sock_accept(listening)
        try:
            peer(connected)
            if await greeted(connected):
                return connected
        except (OSError, Stranger):  # It has gone again, or was none.
            connected.close()
            continue
        connected.close()
        return None


@contextmanager
def _path(folder: Path, number: int) -> Iterator[str]:
    """A name for a socket in a folder whose own path may be longer than a socket's can be. Raises OSError."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{number}"
    finally:
        os.close(descriptor)
