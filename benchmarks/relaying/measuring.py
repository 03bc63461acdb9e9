"""One measurement: a fresh server, the load, and what both of them used."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from benchmarks.relaying.contending import Contender, Ground, Seat, Serving, serving
from benchmarks.relaying.generating import Drained, Ended, Generator, generating, plan
from benchmarks.relaying.installing import TLS_LOAD
from benchmarks.relaying.processes import memory_bytes, processor_seconds
from benchmarks.relaying.work import WINDOW, Measured, Work
from session.values import value

#: An idle client stays for longer than any measurement.
FOR_EVER_SECONDS = 3600


@value
class Range:
    """Where a measurement takes place: what is needed for a server, and the generator's core."""

    ground: Ground
    generator_core: int | None
    #: Before anything is measured; long enough for Node's compiler, too.
    warm_seconds: float = 2.0


@value
class Idle:
    """What idle connections cost: bytes each, beyond what the server takes itself; processor milliseconds a second."""

    contender: str
    connections: int
    bytes_each: float
    milliseconds_per_second: float


@value
class Logins:
    """Logins in ``seconds``, and the processor seconds that they took."""

    contender: str
    logins: int
    seconds: float
    processor_seconds: float


@contextmanager
def _server(contender: Contender, range_: Range, work: Work) -> Iterator[tuple[Serving, Path]]:
    with tempfile.TemporaryDirectory(prefix="harena-bench-") as name:
        folder = Path(name)
        with serving(contender, range_.ground, work, folder) as server:
            yield server, folder


def _load(
    range_: Range, contender: Contender, port: int, seats: list[Seat], plan_file: Path, options: dict[str, object]
) -> AbstractContextManager[Generator]:
    plan_file.write_text(plan(seats))
    program = range_.ground.built / (TLS_LOAD if contender.tls else "load")
    return generating(program, plan_file, {"port": port, "warm": range_.warm_seconds} | options, range_.generator_core)


def _said(contender: Contender, work: Work) -> dict[str, object]:
    before, behind = contender.around(work.payload_bytes)
    return {
        "bytes": work.payload_bytes,
        "rate": work.rate,
        "seconds": work.seconds,
        "window": WINDOW,
        "merged": int(contender.merged),
        "prefix": before.hex(),
        "suffix": behind.hex(),
    }


def measure(contender: Contender, work: Work, range_: Range) -> Measured:
    """Run the work once.

    Raises:
        ContenderFailed: the server does not start.
        GeneratorFailed: the clients cannot log in, or are cut off.
    """
    with _server(contender, range_, work) as (server, folder):
        seats = contender.seats(server.port, work)
        with _load(range_, contender, server.port, seats, folder / "plan", _said(contender, work)) as load:
            load.ready()
            load.begin()
            before = processor_seconds(server.process)
            ended = load.end()
            used = processor_seconds(server.process) - before
            return _measured(contender, work, used, ended, load.drained())


def _measured(contender: Contender, work: Work, used: float, ended: Ended, drained: Drained) -> Measured:
    return Measured(
        contender=contender.name,
        work=work.name,
        processor_seconds=used,
        seconds=ended.seconds,
        delivered=ended.owed if contender.merged else ended.delivered,
        owed=ended.owed,
        missing=0 if contender.merged else drained.missing,
        disordered=drained.disordered,
        p50_us=ended.p50_us,
        p99_us=ended.p99_us,
        generator_share=ended.processor / ended.seconds,
        late_us=ended.late_us,
    )


def measure_idle(contender: Contender, work: Work, range_: Range) -> Idle:
    """Open a connection in each room, so that rooms are not counted; then all others, and let them be idle.

    Raises:
        ContenderFailed: the server does not start.
        GeneratorFailed: the clients cannot log in, or are cut off.
    """
    with _server(contender, range_, work) as (server, folder):
        seats = contender.seats(server.port, work)
        first = {seat.room: seat for seat in reversed(seats)}
        others = [seat for seat in seats if first[seat.room] is not seat]
        kept: dict[str, object] = {"idle": 1, "seconds": FOR_EVER_SECONDS}
        idle: dict[str, object] = {"idle": 1, "seconds": work.seconds}
        with _load(range_, contender, server.port, list(first.values()), folder / "first", kept) as keeper:
            keeper.ready()
            keeper.begin()
            before = memory_bytes(server.process)
            with _load(range_, contender, server.port, others, folder / "others", idle) as load:
                load.ready()
                return _idle(contender, server, load, len(others), before)


def _idle(contender: Contender, server: Serving, load: Generator, connections: int, before: int) -> Idle:
    load.begin()
    grown = memory_bytes(server.process) - before
    used = processor_seconds(server.process)
    seconds = load.end().seconds
    used = processor_seconds(server.process) - used
    return Idle(contender.name, connections, grown / connections, used / seconds * 1000)


def measure_logins(contender: Contender, work: Work, range_: Range, together: int = 16) -> Logins:
    """Log in and leave, so many clients at a time, again and again.

    Raises:
        ContenderFailed: the server does not start.
        GeneratorFailed: the clients cannot log in.
    """
    with _server(contender, range_, work) as (server, folder):
        seats = contender.seats(server.port, work)
        options: dict[str, object] = {"logins": 1, "together": together, "seconds": work.seconds}
        with _load(range_, contender, server.port, seats, folder / "plan", options) as load:
            load.ready()
            load.begin()
            used = processor_seconds(server.process)
            ended = load.end()
            return Logins(contender.name, ended.logins, ended.seconds, processor_seconds(server.process) - used)
