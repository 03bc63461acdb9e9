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
        #: Whether anybody listens.
        self.there = True
        self._meeting_place = meeting_place
        #: What the next desk is to find, from the loss of one on until another has written it down.
        self._outbox: Outbox | None = None
        #: How long another desk is waited for.
        self.orphan_seconds = 0.0
        #: When the last one was lost that has written down what it was told, by the loop's clock.
        self.lost_at = 0.0

    def tell(self, word: ToDesk) -> bool:
        """Say something, now or to the next; False says that it was a log line, and dropped."""
        kept = self._outbox is None or self._outbox.send(word)
        return self.port.send(word) if self.there else kept

    async def another(self, game_sessions: int) -> Port | None:
        """The desk has gone: wait for another. None: nobody came in time who speaks by our words, or nothing waits."""
        self.port.close()
        self.there = False
        if self._meeting_place is None or not game_sessions:
            return None
        if self._outbox is None:
            self._outbox, self.lost_at = Outbox(), asyncio.get_running_loop().time()
        LOG.warning("desk_lost", game_sessions=game_sessions, orphan_seconds=self.orphan_seconds)
        with anyio.move_on_after(self.orphan_seconds):
            visitor = await meeting.visited(self._meeting_place)
            return await Port.over(visitor) if visitor else None
        return None

    def begin(self, port: Port) -> tuple[ToDesk, ...]:
        """Speak to this desk from now on; give what was said while there was none, or none that has written it down."""
        self.port, self.there = port, True
        return tuple(self._outbox.words) if self._outbox else ()

    def written_down(self) -> None:
        """The desk has written down what it was told: another need not hear it."""
        self._outbox = None
