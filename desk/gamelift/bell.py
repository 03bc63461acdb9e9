"""The bell: rung when there may be something to do for who places game sessions, and when a placement is over.

What is rung is no more than a hint: whoever hears it looks into the database. It belongs to the event loop's thread.
"""

import anyio


class Bell:
    """One for the placer, and one for each placement that somebody waits for."""

    def __init__(self) -> None:
        self._rung = anyio.Event()
        self._over: dict[str, anyio.Event] = {}

    @property
    def rung(self) -> anyio.Event:
        """Set the next time that it rings: take it before you look."""
        return self._rung

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()
        self._rung = anyio.Event()

    def over(self, placement: str) -> None:
        """A placement is over."""
        if event := self._over.pop(placement, None):
            event.set()

    def until_over(self, placement: str) -> anyio.Event:
        """Set once the placement is over: take it before you look."""
        return self._over.setdefault(placement, anyio.Event())
