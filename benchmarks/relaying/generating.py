"""The load generator's process: what it is told, and what it says."""

import json
import random
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.relaying.contending import Seat
from benchmarks.relaying.processes import on_core
from session.values import value

#: The order in which clients speak: any, but the same for all.
ORDER_SEED = 1


class GeneratorFailed(Exception):
    """The load generator gave up; the text is what it said."""


@value
class Ended:
    """What was counted while it was measured. ``processor`` is the generator's own time, in seconds."""

    seconds: float
    sent: int
    owed: int
    delivered: int
    logins: int
    p50_us: float
    p99_us: float
    processor: float
    late_us: float


@value
class Drained:
    """What was missing in the end, what was out of order or not meant for who heard it, and all clients' bytes."""

    missing: int
    disordered: int
    bytes_said: int
    bytes_heard: int


class Generator:
    """Runs through ready, begin, end and drained, in this order; each waits for the moment that it is called by."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ready(self) -> None:
        """All clients are connected, and logged in."""
        self._line("ready")

    def begin(self) -> None:
        """Let it begin; what is measured begins now."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        self._line("begin")

    def end(self) -> Ended:
        """Give what was measured until now."""
        return Ended(**self._line("end"))

    def drained(self) -> Drained:
        """Give what is known after all has been given time to arrive."""
        return Drained(**self._line("drained"))

    def _line(self, what: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            raise GeneratorFailed(self._process.stderr.read().strip() or "the load generator ended without a word")
        said: dict[str, Any] = json.loads(line)
        assert said.pop("is") == what
        return said


def plan(seats: Sequence[Seat]) -> str:
    """Write down who sits where, in the order in which they speak."""
    shuffled = random.Random(ORDER_SEED).sample(seats, len(seats))
    return "".join(
        f"{seat.room} {seat.path} {seat.hello.hex() or '-'} {seat.reply.hex() or '-'}\n" for seat in shuffled
    )


@contextmanager
def generating(program: Path, plan_file: Path, options: Mapping[str, object], core: int | None) -> Iterator[Generator]:
    """Run the generator on a plan; it is ended with the block."""
    given = [text for key, told in options.items() for text in (f"--{key}", str(told))]
    with on_core(core):
        process = subprocess.Popen(
            [str(program), str(plan_file), *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        yield Generator(process)
    finally:
        process.kill()
        process.communicate()
