"""What stands between game sessions that log and a disk that may be slow or full: lines are gathered, and written in a
thread from time to time. No game ever waits for it."""

import anyio
import structlog
from anyio import to_thread

from runtime.log_files import LogFiles
from runtime.log_lines import Line, encoded

#: Lines are on the disk so long after they came; a server that is killed loses no more than these.
FLUSH_SECONDS = 0.5
#: So much waits for a slow disk; further lines are not kept, which their numbers show.
MAX_UNWRITTEN_BYTES = 8 * 1024 * 1024

_LOG = structlog.get_logger()


class LogWriter:
    """Takes lines on the event loop, and has them written. ``run`` it as long as the server runs, then ``flush``."""

    def __init__(self, files: LogFiles) -> None:
        self._files = files
        self._unwritten: dict[str, list[bytes]] = {}
        self._unwritten_bytes = 0
        self._over: list[str] = []
        self._stirred = anyio.Event()
        self._one_at_a_time = anyio.Lock()
        self._in_trouble = False

    def write(self, game_session: str, line: Line) -> None:
        """Have a line written behind the others of its game session."""
        data = encoded(line)
        if self._unwritten_bytes + len(data) > MAX_UNWRITTEN_BYTES:
            return
        self._unwritten.setdefault(game_session, []).append(data)
        self._unwritten_bytes += len(data)
        self._stirred.set()

    def over(self, game_session: str) -> None:
        """A game session has ended and has written its last line."""
        self._over.append(game_session)
        self._stirred.set()

    async def run(self) -> None:
        """Write what comes, until cancelled."""
        while True:
            await self._stirred.wait()
            self._stirred = anyio.Event()
            await anyio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write all that has come; where the disk does not take it, it is lost, and that is said once."""
        async with self._one_at_a_time:
            unwritten, self._unwritten = self._unwritten, {}
            over, self._over = self._over, []
            if not unwritten and not over:  # That says nothing about the disk.
                return
            try:
                trouble = await to_thread.run_sync(self._written, unwritten, over)
            finally:
                self._unwritten_bytes = sum(len(data) for lines in self._unwritten.values() for data in lines)
        self._tell(trouble)

    async def lines(self, game_session: str) -> list[Line]:
        """All of a game session's log, from the disk, oldest line first; nothing where it cannot be read."""
        await self.flush()
        try:
            return await to_thread.run_sync(self._files.lines, game_session)
        except OSError as error:
            self._tell(error)
            return []

    async def last_number(self, game_session: str) -> int:
        """The number of the last line on the disk; 0 where there is none, or it cannot be read."""
        try:
            return await to_thread.run_sync(self._files.last_number, game_session)
        except OSError as error:
            self._tell(error)
            return 0

    async def known(self) -> list[str]:
        """The game sessions of which the disk has a log, of earlier runs of the server too."""
        try:
            return await to_thread.run_sync(self._files.known)
        except OSError as error:
            self._tell(error)
            return []

    def _written(self, unwritten: dict[str, list[bytes]], over: list[str]) -> OSError | None:
        """Write, in a thread; give the first trouble. One game session's trouble is not another's."""
        trouble = None
        for game_session, lines in unwritten.items():
            try:
                self._files.append(game_session, lines)
            except OSError as error:
                trouble = trouble or error
        for game_session in over:
            try:
                self._files.over(game_session)
            except OSError as error:
                trouble = trouble or error
        return trouble

    def _tell(self, trouble: OSError | None) -> None:
        """Say once that logs cannot be kept, and again only after they could be meanwhile."""
        if trouble is not None and not self._in_trouble:
            _LOG.error("logs of game sessions are not kept on the disk", path=trouble.filename, why=trouble.strerror)
        self._in_trouble = trouble is not None
