"""Configuration: read once, by the command, and handed down from here as one frozen value."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from pathlib import Path

from desk.gamelift.limits import GameLiftLimits
from desk.limits import DeskLimits
from relay.channel import ChannelLimits
from relay.dtls.limits import DtlsLimits
from relay.fast.limits import FastLimits
from runtime.log_files import LogLimits
from runtime.tls.settings import TlsSettings
from sandbox.limits import Limits
from session.values import value


class Admission(StrEnum):
    """Who is let in: any login (``harena dev``), or only who holds a player session (``harena run``)."""

    ANYBODY = "anybody"
    RESERVED = "reserved"


@value
class Start:
    """How the server was started. ``script`` is for logins that name none; ``file`` is followed for live settings."""

    admission: Admission = Admission.ANYBODY
    script: str | None = None
    file: Path | None = None


@value
class Site:
    """Where the server lives. A port of 0 takes any that is free; of several workers each takes the next port."""

    host: str = "127.0.0.1"
    port: int = 1900
    http_port: int = 9080
    scripts: Path | None = None
    data: Path = Path(".harena")
    ready_file: Path | None = None
    workers: int = 1
    #: How long game sessions have for their farewell when the server stops.
    stop_seconds: float = 30.0
    #: How long game sessions go on without this process, until another takes its place; 0: not at all.
    orphan_seconds: float = 60.0


@value
class FleetLimits:
    """How much is taken in, and what those are told who are not."""

    accepting: bool = True
    max_game_sessions: int = 1_000
    #: Of each worker.
    max_connections: int = 10_000
    #: How long a seat is kept for a player who has not come yet.
    reservation_seconds: float = 60.0
    draining_message: str = "this server takes no new players"
    stopping_message: str = "the server stops"


@value
class SandboxSettings(Limits):
    """What a sandbox may use, and whether there may be sandboxes without seccomp around them."""

    allow_weaker: bool = False


@value
class LogSettings:
    """What the server itself writes to standard error, and how."""

    level: str = "info"
    format: str = "text"


@value
class Secrets:
    """What scripts get from ``session.secret``: names and values by script. It never shows what it holds."""

    by_script: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def of(self, script: str) -> tuple[tuple[str, str], ...]:
        """The secrets of one script."""
        return self.by_script.get(script, ())

    def __repr__(self) -> str:
        return f"<secrets of {len(self.by_script)} scripts>"


@value
class Config:
    """Everything that a server was told. All but ``start`` can be set, see ``runtime.keys``."""

    start: Start = Start()
    site: Site = Site()
    fleet: FleetLimits = FleetLimits()
    channel: ChannelLimits = ChannelLimits()
    tls: TlsSettings = TlsSettings()
    fast: FastLimits = FastLimits()
    dtls: DtlsLimits = DtlsLimits()
    sandbox: SandboxSettings = SandboxSettings()
    desk: DeskLimits = DeskLimits()
    gamelift: GameLiftLimits = GameLiftLimits()
    log: LogSettings = LogSettings()
    logs: LogLimits = LogLimits()
    secrets: Secrets = Secrets()
