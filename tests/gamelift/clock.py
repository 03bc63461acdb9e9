"""A clock that the test turns forward."""


class Clock:
    """Gives Unix seconds."""

    def __init__(self) -> None:
        self.now = 2_000_000_000.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now
