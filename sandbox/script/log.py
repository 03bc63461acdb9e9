"""``session.log``: like ``logging.Logger``, into the game session's log."""

from collections.abc import Callable


class Log:
    """Writes lines at a level; ``args`` are put into the text with ``%``, as with ``logging``."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str, str], None]) -> None:
        self._write = write

    def debug(self, text: object, *args: object) -> None:
        """Write for those who look for a fault."""
        self._line("debug", text, args)

    def info(self, text: object, *args: object) -> None:
        """Write what happened."""
        self._line("info", text, args)

    def warning(self, text: object, *args: object) -> None:
        """Write what is odd."""
        self._line("warning", text, args)

    def error(self, text: object, *args: object) -> None:
        """Write what went wrong."""
        self._line("error", text, args)

    def critical(self, text: object, *args: object) -> None:
        """Write what must not be."""
        self._line("critical", text, args)

    def _line(self, level: str, text: object, args: tuple[object, ...]) -> None:
        # One dict fills %(name)s, as with logging.
        values = args[0] if len(args) == 1 and isinstance(args[0], dict) and args[0] else args
        self._write(level, str(text) % values if args else str(text))
