"""Health: when a script is asked whether it is well, and whether it has been unwell for too long."""

from session.effects import Effects, Note

#: GameLift's figures: asked about once a minute, and ended after three answers in a row that were no yes.
HEALTH_CHECK_SECONDS = 60.0
MAX_UNWELL = 3


class Health:
    """A script's health checks; ``asked`` says whether it has any. Seconds of the game session."""

    def __init__(self, asked: bool) -> None:
        #: When the next check is due, None for never.
        self.at: float | None = HEALTH_CHECK_SECONDS if asked else None
        self._unwell = 0

    def due(self, now: float) -> bool:
        """Say whether the script is to be asked; a late server asks once, and then not before a minute."""
        if self.at is None or now < self.at:
            return False
        self.at = now + HEALTH_CHECK_SECONDS
        return True

    def answered(self, well: bool) -> Effects:
        """Count the checks that went wrong since one went well, and note each."""
        self._unwell = 0 if well else self._unwell + 1
        return [] if well else [Note(f"on_health_check did not answer True ({self._unwell} of {MAX_UNWELL})")]

    @property
    def failing(self) -> bool:
        """Whether too many checks in a row went wrong."""
        return self._unwell >= MAX_UNWELL

    def stop(self) -> None:
        """The game session is about to end: nobody asks any more."""
        self.at = None
