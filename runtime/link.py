"""The link to a relay worker: its process, and the desk's end of the port."""

import socket
import subprocess
import sys
from dataclasses import fields

import anyio
from anyio import to_thread

from relay.channel import ChannelLimits
from relay.dtls.limits import DtlsLimits
from relay.fast.limits import FastLimits
from runtime.config import Admission, Config
from runtime.port import Port
from runtime.words import Listen, Settings, UseCertificates, WorkerFailed, WorkerReady
from sandbox.jail.layers import NONE, Layer
from sandbox.limits import Limits

#: A worker is ready once its zygote is, which loads all that a script may import.
READY_SECONDS = 45.0
#: How long a worker that was told to stop may take on top of its game sessions' farewells.
LAST_RESORT_SECONDS = 12.0


class NoWorker(Exception):
    """A relay worker cannot work; the text says why, ``hint`` what could be done, if that is known."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class Link:
    """One worker. ``port`` is where it listens for players, ``words`` what it is told and tells."""

    def __init__(self, process: subprocess.Popen[bytes], words: Port) -> None:
        self._process = process
        self.words = words
        self.port = 0
        self.zygote_pid = 0
        #: The kernel's layers that hold around its sandboxes.
        self.layers = NONE

    @classmethod
    async def start(cls, config: Config, port: int, certificates: UseCertificates | None) -> "Link":
        """Start a worker process and wait until players can connect. Raises NoWorker."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "runtime.worker", str(theirs.fileno())]
            # A fork and an exec, which block for less than a millisecond; what follows is awaited.
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: ASYNC220
        link = cls(process, await Port.over(ours))
        anybody = config.start.admission is Admission.ANYBODY
        link.words.send(settings(config))
        if certificates:
            link.words.send(certificates)
        allow_weaker = anybody or config.sandbox.allow_weaker
        link.words.send(Listen(config.site.host, port, config.fleet.max_connections, anybody, allow_weaker))
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

    async def wait(self, seconds: float) -> None:
        """Wait until the process has ended; after so many seconds it is killed."""
        with anyio.move_on_after(seconds):
            await to_thread.run_sync(self._process.wait, abandon_on_cancel=True)
        self.kill()

    def kill(self) -> None:
        """End the process now, if it has not ended."""
        self._process.kill()
        self._process.wait()
        self.words.close()

    async def _ready(self) -> None:
        match await self.words.receive():
            case WorkerReady(port, zygote_pid, layers):
                self.port, self.zygote_pid, self.layers = port, zygote_pid, Layer(layers)
            case WorkerFailed(reason, hint):
                raise NoWorker(reason, hint)
            case _:
                raise NoWorker("a relay worker ended before it was ready")


def settings(config: Config) -> Settings:
    """What a worker is told of the configuration, at its start and whenever that changes."""
    sandbox, channel = _plain(Limits, config.sandbox), _plain(ChannelLimits, config.channel)
    fast, dtls = _plain(FastLimits, config.fast), _plain(DtlsLimits, config.dtls)
    return Settings(sandbox, channel, fast, dtls, config.log.level, config.log.format)


def _plain(kind: type, limits: Limits | ChannelLimits | FastLimits | DtlsLimits) -> tuple[float, ...]:
    return tuple(getattr(limits, field.name) for field in fields(kind))
