"""What a contender is: a server to start, seats to take, and bytes around a payload."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.relaying.processes import family, on_core
from benchmarks.relaying.work import Work
from session.values import value

START_SECONDS = 30.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.05
LOG_CHARACTERS = 2000


class ContenderFailed(Exception):
    """A server did not start, or ended; the text has the end of its log."""


@value
class Seat:
    """A client's place: the path that it asks for, what it says first, and when it first hears something."""

    room: int
    path: str
    hello: bytes = b""
    reply: bytes = b""


@value
class Ground:
    """Where it all happens: a folder for what was built and installed, and the core of the server."""

    built: Path
    core: int | None


@value
class Serving:
    """A server that runs."""

    process: int
    port: int


@value
class Contender:
    """``start`` gives the command for a port; ``around`` what stands before and behind a payload of so many bytes.

    ``merged`` says that not each message is delivered, so that the cost is shared by what was said. ``lacks`` is why it
    cannot run here, "" where it can. ``ready_file`` is what its server writes when it
    is ready, where listening does not say so. With ``tls`` its clients speak TLS.
    """

    name: str
    about: str
    start: Callable[[Ground, Work, int, Path], Sequence[str]]
    seats: Callable[[int, Work], list[Seat]]
    around: Callable[[int], tuple[bytes, bytes]]
    merged: bool = False
    lacks: str = ""
    ready_file: str = ""
    tls: bool = False


def bare(_payload_bytes: int) -> tuple[bytes, bytes]:
    """Give nothing: the payload is the message."""
    return b"", b""


def seats_by_path(_port: int, work: Work) -> list[Seat]:
    """Give seats for a server to which the path is the room, and which asks for no more."""
    return [Seat(room, f"/{room}") for room in range(work.rooms) for _ in range(work.size)]


@contextmanager
def serving(contender: Contender, ground: Ground, work: Work, folder: Path) -> Iterator[Serving]:
    """Run a contender's server with an empty folder of its own.

    Raises:
        ContenderFailed: it is not ready in time, or its script is refused.
    """
    port = _free_port()
    log = folder / "log.txt"
    with log.open("w") as out, on_core(ground.core):
        command = contender.start(ground, work, port, folder)
        environment = os.environ | {"NODE_ENV": "production"}
        # A group of its own, so that Ctrl+C ends the benchmark, which ends the server.
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder, env=environment, process_group=0)
    try:
        _wait_for(process, port, folder / contender.ready_file, log)
        yield Serving(process.pid, port)
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


def _wait_for(process: "subprocess.Popen[bytes]", port: int, ready: Path, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if ready.exists() and _listens(port):
            return
        time.sleep(LOOK_SECONDS)
    raise ContenderFailed(f"{process.args!r} is not ready at port {port}:\n{log.read_text()[-LOG_CHARACTERS:]}")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a server, and whatever of its family is left after a while."""
    members = list(family(process.pid))
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        for member in members:
            if member in family(process.pid):
                os.kill(member, signal.SIGKILL)
        process.wait()
