"""The link to a relay worker: its process, and the desk's end of the port."""

import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Protocol

import anyio
import structlog
from anyio import to_thread

from relay.channel import ChannelLimits
from relay.dtls.limits import DtlsLimits
from relay.fast.limits import FastLimits
from runtime import meeting
from runtime.config import Admission, Config
from runtime.port import Port
from runtime.words import GoesOn, Listen, Settings, Stop, UseCertificates, Word, WorkerFailed, WorkerReady
from sandbox.jail.layers import NONE, Layer
from sandbox.limits import Limits

LOG = structlog.get_logger()

#: A worker is ready once its zygote is, which loads all that a script may import.
READY_SECONDS = 45.0
#: How long a worker that was told to stop may take on top of its game sessions' farewells.
LAST_RESORT_SECONDS = 12.0


class NoWorker(Exception):
    """A relay worker cannot work; the text says why, ``hint`` what could be done, if that is known."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class Process(Protocol):
    """A worker's process: our child, or the kin that an earlier desk has left."""

    pid: int

    def kill(self) -> None:
        """End it now."""

    def wait(self) -> object:
        """Wait in this thread until it has ended."""


class Link:
    """One worker. ``port`` is where it listens for players, ``words`` what it is told and tells."""

    def __init__(self, process: Process, words: Port) -> None:
        self._process = process
        self.words = words
        #: Of the worker of an earlier desk: on which terms it was started, the game sessions that it had when that one
        #: went, and what has happened since and is to be heard first.
        self.terms = ""
        self.orphans: list[GoesOn] = []
        self.news: list[Word] = []
        self.port = 0
        self.zygote_pid = 0
        #: The kernel's layers that hold around its sandboxes.
        self.layers = NONE

    @classmethod
    async def start(cls, config: Config, port: int, certificates: UseCertificates | None, number: int = 0) -> "Link":
        """Start a worker process and wait until players can connect. Raises NoWorker."""
        ours, theirs = socket.socketpair()
        with ExitStack() as handed_down:
            handed_down.enter_context(theirs)
            ends = [theirs.fileno()]
            if place := _meeting_place(config, number):
                ends.append(handed_down.enter_context(place).fileno())
            command = [sys.executable, "-m", "runtime.worker", *map(str, ends)]
            # A fork and an exec, which block for less than a millisecond; what follows is awaited.
            process = subprocess.Popen(command, pass_fds=ends, stdin=subprocess.DEVNULL)  # noqa: ASYNC220
        link = cls(process, await Port.over(ours))
        anybody = config.start.admission is Admission.ANYBODY
        link.words.send(settings(config))
        if certificates:
            link.words.send(certificates)
        most, allow_weaker = config.fleet.max_connections, anybody or config.sandbox.allow_weaker
        link.words.send(Listen(config.site.host, port, most, anybody, allow_weaker, terms(config)))
        try:
            with anyio.fail_after(READY_SECONDS):
                await link._ready()
        except TimeoutError:
            link.kill()
            raise NoWorker(f"no relay worker was ready within {READY_SECONDS:g} seconds") from None
        except BaseException:  # Who starts the server may have thought better of it.
            link.kill()
            raise
        return link

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def is_at(self, port: int, zygote_pid: int, layers: int) -> None:
        """The worker tells where players connect, and behind which layers scripts run."""
        self.port, self.zygote_pid, self.layers = port, zygote_pid, Layer(layers)

    async def stop(self, seconds: float, reason: str) -> None:
        """Let game sessions say farewell for at most so long, then end the worker."""
        self.words.send(Stop(seconds, reason))
        await ended(self._process, seconds + LAST_RESORT_SECONDS)
        self.words.close()

    def kill(self) -> None:
        """End the process now, if it has not ended."""
        self._process.kill()
        self._process.wait()
        self.words.close()

    async def _ready(self) -> None:
        match await self.words.receive():
            case WorkerReady(port, zygote_pid, layers):
                self.is_at(port, zygote_pid, layers)
            case WorkerFailed(reason, hint):
                raise NoWorker(reason, hint)
            case _:
                raise NoWorker("a relay worker ended before it was ready")


async def ended(process: Process, seconds: float) -> None:
    """Wait until a process has ended; after so many seconds it is killed."""
    with anyio.move_on_after(seconds):
        await to_thread.run_sync(process.wait, abandon_on_cancel=True)
    process.kill()
    process.wait()


def terms(config: Config) -> str:
    """All that a worker was started with and cannot change: who takes one over compares it."""
    site, start = config.site, config.start
    most, weaker = config.fleet.max_connections, config.sandbox.allow_weaker
    return repr((start.admission.value, site.host, site.port, most, weaker, config.tls.enabled, config.fast.enabled))


def meeting_places(config: Config) -> Path:
    """The folder in which workers that have lost their desk wait for the next."""
    return config.site.data / "workers"


def _meeting_place(config: Config, number: int) -> socket.socket | None:
    """Make the meeting place of a worker; None where it is to end with its desk, or has to."""
    if config.start.admission is Admission.ANYBODY:
        return None
    try:
        return meeting.prepared(meeting_places(config), number)
    except OSError as error:
        why = error.strerror or str(error)
        LOG.warning("game_sessions_end_with_the_server", folder=str(meeting_places(config)), why=why)
        return None


def settings(config: Config) -> Settings:
    """What a worker is told of the configuration, at its start and whenever that changes."""
    sandbox, channel = _plain(Limits, config.sandbox), _plain(ChannelLimits, config.channel)
    fast, dtls, log = _plain(FastLimits, config.fast), _plain(DtlsLimits, config.dtls), config.log
    return Settings(sandbox, channel, fast, dtls, log.level, log.format, config.site.orphan_seconds)


def _plain(kind: type, limits: Limits | ChannelLimits | FastLimits | DtlsLimits) -> tuple[float, ...]:
    return tuple(getattr(limits, field.name) for field in fields(kind))
