"""Logging of the server itself, as opposed to the game sessions' logs: warnings and worse, to standard error."""

import logging
import sys

import structlog


def log_to_stderr() -> None:
    """Write one line an event, ids as fields."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
