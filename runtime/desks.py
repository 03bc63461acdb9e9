"""The desks of a worker, one after the other: where its words go, and how it finds the next when it has lost one."""

import asyncio
import socket

import anyio
import structlog

from runtime import meeting
from runtime.outbox import Outbox
from runtime.port import Port
from runtime.words import ToDesk

LOG = structlog.get_logger()


class Desks:
    """The desk at ``port`` first, then those that come to the meeting place; None: there will be no other."""

    def __init__(self, port: Port, meeting_place: socket.socket | None) -> None:
        #: Where the latest desk is, or was.
        self.port = port
        self._meeting_place = meeting_place
        #: Where words go: to the port, or while there is no desk to where the next one finds them.
        self.listening: Port | Outbox = port
        #: How long another desk is waited for.
        self.orphan_seconds = 0.0
        #: When the last one was lost, by the loop's clock.
        self.lost_at = 0.0

    @property
    def there(self) -> bool:
        """Whether anybody listens."""
        return self.listening is self.port

    def tell(self, word: ToDesk) -> bool:
        """Say something, now or to the next; False says that it was a log line, and dropped."""
        return self.listening.send(word)

    async def another(self, game_sessions: int) -> Port | None:
        """The desk has gone: wait for another. None: nobody came in time who speaks by our words, or nothing waits."""
        self.port.close()
        if self._meeting_place is None or not game_sessions:
            return None
        self.listening, self.lost_at = Outbox(), asyncio.get_running_loop().time()
        LOG.warning("desk_lost", game_sessions=game_sessions, orphan_seconds=self.orphan_seconds)
        with anyio.move_on_after(self.orphan_seconds):
            visitor = await meeting.visited(self._meeting_place)
            return await Port.over(visitor) if visitor else None
        return None

    def begin(self, port: Port) -> tuple[ToDesk, ...]:
        """Speak to this desk from now on; give what was said while there was none."""
        outbox, self.port, self.listening = self.listening, port, port
        return tuple(outbox.words) if isinstance(outbox, Outbox) else ()
