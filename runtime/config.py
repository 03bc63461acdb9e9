"""Configuration: read once, by the command, and handed down."""

from pathlib import Path

from sandbox.limits import DEFAULTS, Limits
from session.values import value


@value
class DevConfig:
    """What ``harena dev`` was told. A port of 0 takes any that is free; ``script`` is for logins that name none."""

    scripts: Path | None
    host: str = "127.0.0.1"
    port: int = 1900
    http_port: int = 9080
    data: Path = Path(".harena")
    script: str | None = None
    ready_file: Path | None = None
    limits: Limits = DEFAULTS
    #: How long game sessions have for their farewell when the server stops.
    stop_seconds: float = 30.0
