"""What it costs the other game sessions of a worker that the script of one burns nearly all the time that it may.

``make bench-burning``, or ``python -m benchmarks.burning [ROUNDS]``. Players of two game sessions speak, and a script
filters what they say; a third game session has a script whose timer does nothing, or uses 80 ms of the processor 2.8
times a second: four fifths of what one call may use (100 ms; a tick may use 50 only), and nine tenths of what a script
may use in all (a quarter of a core). Both take turns. docs/explanation/performance.md says what came of it.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.relaying import ours
from benchmarks.relaying.command import say, wait_for_quiet
from benchmarks.relaying.contending import Contender, Ground, Seat
from benchmarks.relaying.installing import BUILT, build
from benchmarks.relaying.measuring import Range, measure
from benchmarks.relaying.processes import on_core, two_cores
from benchmarks.relaying.table import doubts, drawn, of
from benchmarks.relaying.work import Measured, Work
from relay.client_codec import encode_login
from session.values import PlayerSessionId

#: Two rooms of ten, twenty messages a second each.
WORK = Work(2, 10, 20, 64, 10, 5.0)
THIRD = """
from harena import session

configuration = {"messages_per_second": 10_000}


def work():
    %s


def on_start_game_session(game_session):
    session.every(0.36, work)
"""
#: So much is burnt at a time.
BURNT_SECONDS = 0.08
#: A sum of so many numbers is timed, on the core that it will be burnt on.
TIMED_NUMBERS = 1_000_000
TIMINGS = 15
ROUNDS = 7
HEADINGS = ("the third script", "p50 ms", "spread", "p99 ms", "spread", "core used", "doubts")


def _start(does: str, ground: Ground, work: Work, port: int, folder: Path) -> Sequence[str]:
    command = ours.start(ours.FILTER, False, ground, work, port, folder)
    (folder / "scripts" / "third.py").write_text(THIRD % does)
    return command


def _seats(port: int, work: Work) -> list[Seat]:
    """Give seats for both rooms, and one in the third game session, whose player has nobody to speak to."""
    login = encode_login(PlayerSessionId("third/room"), b"")
    return [*ours.seats(port, work), Seat(work.rooms, "/websocket", login)]


def burns() -> str:
    """Give a statement that uses ``BURNT_SECONDS`` of this machine's processor: the clocks of a script stand still."""
    timed = []
    for _ in range(TIMINGS):
        began = time.thread_time()
        sum(range(TIMED_NUMBERS))
        timed.append(time.thread_time() - began)
    return f"sum(range({round(TIMED_NUMBERS * BURNT_SECONDS / statistics.median(timed))}))"


def _contender(name: str, does: str) -> Contender:
    return Contender(name, "", partial(_start, does), _seats, ours.around, ready_file=ours.READY)


def row(name: str, rounds: Sequence[Measured]) -> tuple[str, ...]:
    """Give a row of the table."""
    p50, p99 = of(rounds, lambda one: one.p50_us / 1000), of(rounds, lambda one: one.p99_us / 1000)
    core = of(rounds, lambda one: one.processor_seconds / one.seconds)
    times = f"{p50.median:.2f}", p50.text, f"{p99.median:.2f}", p99.text
    return (name, *times, f"{core.median:.2f}", doubts(rounds, merged=False))


def main(rounds: int) -> None:
    """Measure and print."""
    build()
    server_core, generator_core = two_cores()
    range_ = Range(Ground(BUILT, server_core), generator_core)
    with on_core(server_core):
        everybody = _contender("rests", "pass"), _contender("burns", burns())
    found: dict[str, list[Measured]] = {who.name: [] for who in everybody}
    for number in range(rounds):
        wait_for_quiet()
        for who in everybody if number % 2 else reversed(everybody):
            measured = measure(who, WORK, range_)
            found[who.name].append(measured)
            say(f"round {number + 1}/{rounds}  {who.name}  p99 {measured.p99_us / 1000:.2f} ms")
    print(drawn(HEADINGS, [row(name, measured) for name, measured in found.items()]))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
