"""The end of a turn of the loop: scripts are asked, awaited for a moment, and then clients get one write each."""

import asyncio
from typing import Protocol

import structlog

LOG = structlog.get_logger()


class Scripts(Protocol):
    """What a turn needs of all the scripts that rooms ask."""

    def gather(self) -> None:
        """Take the answers that come within a moment, from those who mostly answer so soon."""


class Member(Protocol):
    """What a turn needs of a room."""

    def put(self) -> bool:
        """Ask the script what there is to be asked; False says that there is nothing."""

    def deliver(self) -> None:
        """Hand out what there is to be sent."""


class Turn:
    """Gathers the rooms to which something has happened. All scripts are asked before the first answer is awaited."""

    def __init__(self, scripts: Scripts | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._scripts = scripts
        #: In the order in which they were touched.
        self._rooms: dict[Member, None] = {}
        self._planned = False

    def touched(self, room: Member) -> None:
        """Something has happened to a room: its turn ends with the others'."""
        self._rooms[room] = None
        if not self._planned:
            self._planned = True
            self._loop.call_soon(self._end)

    def _end(self) -> None:
        try:
            asked = [self._put(room) for room in tuple(self._rooms)]
            if self._scripts and any(asked):
                self._scripts.gather()
        finally:
            rooms, self._rooms, self._planned = self._rooms, {}, False
            for room in rooms:
                self._delivered(room)

    def _put(self, room: Member) -> bool:
        try:
            return room.put()
        except Exception:  # the same border
            LOG.exception("room_failed")
            return False

    def _delivered(self, room: Member) -> None:
        try:
            room.put()  # What the answers brought about.
            room.deliver()
        except Exception:  # the border: one room's failure is its own
            LOG.exception("room_failed")
