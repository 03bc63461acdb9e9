"""The port between the desk process and a relay worker: words as msgpack on a stream, each with its length before it.

Both ends are ours. What strangers sent, peers or scripts, was decoded and checked before it became part of a word.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from typing import get_args

import msgpack

from deployment.checker import Fault
from runtime.words import LogWritten, Word
from session.callbacks import GameSessionFacts, OnGameSessionUpdated

_LENGTH = struct.Struct("<I")
#: A script with all its files is the longest word.
WORD_BYTES = 32 * 1024 * 1024
#: Words that wait for an end that does not read. Beyond it log lines are dropped...
LOG_BACKLOG_BYTES = 4 * 1024 * 1024
#: ... and beyond this the other end counts as stuck, and the port is closed.
BACKLOG_BYTES = 128 * 1024 * 1024

#: Fields of words that are values of the heart's.
_PARTS: dict[str, Callable[..., object]] = {"facts": GameSessionFacts, "update": OnGameSessionUpdated}
_WORDS: dict[str, type[Word]] = {word.__name__: word for word in get_args(Word)}
_KINDS = frozenset(_WORDS.values())


class Port:
    """One end of a socketpair. Iterate over it for the words of the other end; it ends when the other does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._dropped = 0
        #: What was said in this turn of the loop. It is written at its end: each write may wake the other process.
        self._said: list[bytes] = []
        self._said_bytes = 0
        #: So much of what waits was said at once: it is no sign that the other end does not read.
        self._pardoned_bytes = 0

    @classmethod
    async def over(cls, end: socket.socket) -> "Port":
        """Take one end of a stream socketpair."""
        end.setblocking(False)
        return cls(*await asyncio.open_unix_connection(sock=end, limit=1024 * 1024))

    def send(self, word: Word) -> bool:
        """Queue a word; False says that it was a log line, and dropped.

        What is said to an end that has closed is lost, as it would be a moment later.
        """
        queued = self._writer.transport.get_write_buffer_size() + self._said_bytes
        self._pardoned_bytes = min(self._pardoned_bytes, queued)
        waiting = queued - self._pardoned_bytes
        if isinstance(word, LogWritten):
            if waiting > LOG_BACKLOG_BYTES:
                self._dropped += 1
                return False
            word = self._with_dropped(word)
        if waiting > BACKLOG_BYTES:
            self._writer.transport.abort()
        elif not self._writer.is_closing():
            self._say(msgpack.packb(_plain(word)))
        return True

    def send_at_once(self, words: Iterable[Word]) -> None:
        """Queue words that have waited for this end, however much they are together."""
        before = self._said_bytes
        for word in words:
            self._say(msgpack.packb(_plain(word)))
        self._pardoned_bytes += self._said_bytes - before

    def _say(self, body: bytes) -> None:
        if not self._said:
            asyncio.get_running_loop().call_soon(self._write)
        self._said += (_LENGTH.pack(len(body)), body)
        self._said_bytes += len(body)

    def _write(self) -> None:
        said, self._said, self._said_bytes = self._said, [], 0
        if said and not self._writer.is_closing():
            self._writer.write(b"".join(said))

    async def receive(self) -> Word | None:
        """Wait for the next word of the other end; None once that has closed, or says what is no word."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            if length > WORD_BYTES:
                return None
            return _word(msgpack.unpackb(await self._reader.readexactly(length), use_list=False))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def __aiter__(self) -> AsyncIterator[Word]:
        """Give the words of the other end in order."""
        while (word := await self.receive()) is not None:
            yield word

    def close(self) -> None:
        """Close this end, behind what is queued."""
        self._write()
        self._writer.close()

    def _with_dropped(self, word: LogWritten) -> LogWritten:
        if not self._dropped:
            return word
        dropped, self._dropped = self._dropped, 0
        return LogWritten(word.game_session, word.level, f"{word.text}\n({dropped} log lines before it were dropped)")


def _plain(given: object) -> object:
    if type(given) is str or type(given) is int:  # As most fields are.
        return given
    if isinstance(given, tuple):
        return [_plain(one) for one in given]
    if isinstance(given, Fault | GameSessionFacts | OnGameSessionUpdated):
        return [_plain(getattr(given, field)) for field in given.__match_args__]
    if type(given) in _KINDS:
        return [type(given).__name__, *(_plain(getattr(given, field)) for field in given.__match_args__)]  # type: ignore[attr-defined]
    return given


def _word(plain: tuple[object, ...]) -> Word:
    kind = _WORDS[str(plain[0])]
    fields = dict(zip(kind.__match_args__, plain[1:], strict=True))
    for name in ("faults", "warnings"):
        if name in fields:
            fields[name] = tuple(Fault(*fault) for fault in fields[name])  # type: ignore[attr-defined]
    for name, part in _PARTS.items():
        if name in fields:
            fields[name] = part(*fields[name])  # type: ignore[misc]
    return kind(**fields)  # type: ignore[arg-type]
