"""Logging of the server itself, as opposed to the game sessions' logs: warnings and worse, to standard error."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict

from runtime.fault_text import printable


def log_to_stderr(level: str = "warning", format: str = "text") -> None:
    """Write one line an event, ids as fields, from a level on; "text" is key=value, "json" one object a line."""
    text = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
    json = structlog.processors.JSONRenderer()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            *(() if format == "json" else (_on_one_line,)),
            json if format == "json" else text,
        ],
        # Looked up for each line: who replaces standard error (a test, a daemon's log rotation) is to be heard.
        logger_factory=lambda *_: structlog.PrintLogger(cast(TextIO, _STDERR)),
    )


class _Stderr:
    """Standard error, where it may be that nobody reads any more: that costs a line, and never the one who wrote it."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


_STDERR = _Stderr()


def _on_one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What a script or a player wrote can neither steer a terminal nor forge a line. (JSON escapes it by itself.)"""
    return {key: _written(given) if isinstance(given, str) else given for key, given in event.items()}


def _written(text: str) -> str:
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))
