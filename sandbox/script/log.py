"""``session.log``: like ``logging.Logger``, into the game session's log."""

import sys
from collections.abc import Callable, Mapping

from sandbox.policy import describe


class Log:
    """Writes lines at a level; ``args`` are put into the text with ``%``, as with ``logging``."""

    __slots__ = ("_sources", "_write")

    def __init__(self, write: Callable[[str, str], None], sources: Mapping[str, str]) -> None:
        self._write = write
        self._sources = sources

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

    def exception(self, text: object, *args: object) -> None:
        """Write what went wrong, and below it the exception that is being handled, with the script's lines of it."""
        handled = sys.exception()
        self._write("error", "\n".join([_filled(text, args), *(self._told(handled) if handled else [])]))

    def warn(self, text: object, *args: object) -> None:
        """``warning``, by GameLift's name."""
        self._line("warning", text, args)

    def fatal(self, text: object, *args: object) -> None:
        """``critical``, by GameLift's name."""
        self._line("critical", text, args)

    def cxfatal(self, text: object, *args: object) -> None:
        """``critical``, by another name of GameLift's."""
        self._line("critical", text, args)

    def _line(self, level: str, text: object, args: tuple[object, ...]) -> None:
        self._write(level, _filled(text, args))

    def _told(self, error: BaseException) -> list[str]:
        """What it is comes first: a long text is cut at its end."""
        raised = describe(error, self._sources)
        return [f"{raised.type_name}: {raised.text}" if raised.text else raised.type_name, *raised.trace]


def _filled(text: object, args: tuple[object, ...]) -> str:
    # One dict fills %(name)s, as with logging.
    values = args[0] if len(args) == 1 and isinstance(args[0], dict) and args[0] else args
    return str(text) % values if args else str(text)
