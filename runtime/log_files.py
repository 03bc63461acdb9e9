"""The files of the game sessions' logs: ``ID.log`` with one predecessor, ``ID.log.1``, for each game session.

Their number and size are bounded at every moment. All that is here waits for the disk, and belongs into a thread.
"""

import os
import threading
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import quote, unquote

from runtime.log_lines import Line, decoded
from session.values import value

_ENDING = ".log"
_BEFORE = ".1"
#: File systems take names of 255; a game session whose id is longer has no file.
_MAX_NAME_CHARACTERS = 240
#: A line is shorter: the last one lies within so much.
_TAIL_BYTES = 256 * 1024


@value
class LogLimits:
    """How much is kept on disk; ``max_log_bytes`` of one file, of which a game session has two at most.

    Beyond ``max_log_files`` game sessions the logs of those go that ended first. A game session that finds as many
    others still running has no file.
    """

    max_log_bytes: int = 1024 * 1024
    max_log_files: int = 200


class LogFiles:
    """A folder of logs. The game sessions that are begun here run; whatever lay there before has ended."""

    def __init__(self, directory: Path, limits: LogLimits) -> None:
        self._directory = directory
        self._limits = limits
        self._lock = threading.Lock()
        self._running: set[str] = set()
        #: Those that have ended, the one that ended first at the head; None until the folder was looked at.
        self._ended: dict[str, None] | None = None

    def append(self, game_session: str, lines: Sequence[bytes]) -> bool:
        """Write lines behind a game session's others; False where it can have no file.

        A line that is larger than a file may be is left out. Raises OSError, and then a part of the lines is lost.
        """
        with self._lock:
            if not self._may_have_a_file(game_session):
                return False
            path = self._path(game_session)
            for batch in _batches(lines, _size(path), self._limits.max_log_bytes):
                if batch.in_new_file and path.exists():
                    path.replace(_before(path))
                _write(path, batch.data)
            return True

    def over(self, game_session: str) -> None:
        """A game session has ended: its log stays until there are too many. Raises OSError."""
        with self._lock:
            if game_session in self._running:
                self._running.discard(game_session)
                self._found()[game_session] = None

    def lines(self, game_session: str) -> list[Line]:
        """All lines that are kept of a game session, oldest first; none where there is no file. Raises OSError."""
        with self._lock:
            path = self._path(game_session)
            contents = [_read(file, self._limits.max_log_bytes) for file in (_before(path), path)]
        return list(chain.from_iterable(map(decoded, contents)))

    def last_number(self, game_session: str) -> int:
        """The number of the last line that is kept of a game session; 0 where there is none. Raises OSError."""
        with self._lock:
            path = self._path(game_session)
            for file in (path, _before(path)):
                content = _read(file, _TAIL_BYTES)
                if _size(file) > _TAIL_BYTES:
                    # It may begin in the middle of a line, where a script's own words could look like a number of ours.
                    content = content.partition(b"\n")[2]
                if last := max((line.number for line in decoded(content)), default=0):
                    return last
        return 0

    def known(self) -> list[str]:
        """The game sessions that have a file. Raises OSError."""
        with self._lock:
            return [*self._found(), *self._running]

    def _may_have_a_file(self, game_session: str) -> bool:
        if game_session in self._running:
            return True
        if len(self._path(game_session).name) > _MAX_NAME_CHARACTERS:
            return False
        ended = self._found()
        ended.pop(game_session, None)
        while ended and len(ended) + len(self._running) >= self._limits.max_log_files:
            self._remove(next(iter(ended)))
        if len(self._running) >= self._limits.max_log_files:
            return False
        self._running.add(game_session)
        return True

    def _found(self) -> dict[str, None]:
        """Look at the folder, the first time, and remove what is too much in it."""
        if self._ended is None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._ended = dict.fromkeys(_by_age(self._directory))
            while len(self._ended) > self._limits.max_log_files:
                self._remove(next(iter(self._ended)))
        return self._ended

    def _remove(self, game_session: str) -> None:
        path = self._path(game_session)
        for file in (path, _before(path)):
            file.unlink(missing_ok=True)
        self._found().pop(game_session, None)

    def _path(self, game_session: str) -> Path:
        return self._directory / (quote(game_session, safe="") + _ENDING)


@value
class _Batch:
    """What is written at once."""

    data: bytes
    in_new_file: bool


def _batches(lines: Sequence[bytes], size: int, max_bytes: int) -> list[_Batch]:
    """Cut lines into what fits behind a file of that size, and into files that follow it."""
    batches: list[_Batch] = []
    waiting: list[bytes] = []
    in_new_file = False
    for line in lines:
        if len(line) > max_bytes:
            continue
        if size + len(line) > max_bytes:
            batches.append(_Batch(b"".join(waiting), in_new_file))
            waiting, size, in_new_file = [], 0, True
        waiting.append(line)
        size += len(line)
    batches.append(_Batch(b"".join(waiting), in_new_file))
    # All but the last two would be gone at once.
    return [batch for batch in batches if batch.data][-2:]


def _write(path: Path, data: bytes) -> None:
    """Append data as a whole, or as little of it as can be helped. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            # Half a line would spoil the next; a disk that is full lets go of what it has.
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def _read(path: Path, max_bytes: int) -> bytes:
    """The end of a file, as much as a file may have; nothing of one that is not there. Raises OSError."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - max_bytes, 0))
            return file.read(max_bytes)
    except FileNotFoundError:
        return b""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _before(path: Path) -> Path:
    return path.with_name(path.name + _BEFORE)


def _by_age(directory: Path) -> list[str]:
    """The game sessions that have a log in the folder, in the order of their last lines."""
    last: dict[str, float] = {}
    with os.scandir(directory) as entries:
        for entry in entries:
            name = entry.name.removesuffix(_BEFORE)
            if name.endswith(_ENDING) and entry.is_file(follow_symlinks=False):
                game_session = unquote(name.removesuffix(_ENDING))
                last[game_session] = max(entry.stat().st_mtime, last.get(game_session, 0.0))
    return sorted(last, key=last.__getitem__)
