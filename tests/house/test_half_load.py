"""A server at half of its load, with players who come and go, new versions, errors and deaths: memory stays flat, the
reliable channel loses nothing, and /metrics say what all clients have counted.

``SOAK_SECONDS`` sets how long; ``make soak`` takes ten minutes.
"""

import os
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from benchmarks.dev_server import DevServer, children, dev_server, memory_mib
from benchmarks.lean_player import CLOSE_BYTES
from benchmarks.relaying import ours
from benchmarks.relaying.generating import Drained, Ended, Generator, generating, plan
from benchmarks.relaying.installing import build
from benchmarks.relaying.processes import cpu_seconds
from benchmarks.relaying.work import Work
from runtime.tally import REFUSALS
from tests.house.churn import Churn, write_scripts

SECONDS = float(os.environ.get("SOAK_SECONDS", "10"))

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.soak,
    pytest.mark.timeout(SECONDS + 240),
    pytest.mark.skipif(shutil.which("gcc") is None, reason="the load generator is C, and there is no gcc"),
]

#: Messages a second of each of two hundred players. docs/explanation/performance.md says of what this is half.
RATE = int(os.environ.get("SOAK_RATE", "10"))
WORK = Work(20, 10, RATE, 64, 10, SECONDS)
LOOKS = 30
#: The first fifth of the time fills caches. Of the rest, the last third may not take so much more than the first.
WARM_SHARE, GROWTH_MIB = 0.2, 8.0
#: A worker tells what it has counted every second.
TOLD_SECONDS = 20.0


class Memory:
    """What the processes of a server take, in MiB, from one look to the next."""

    def __init__(self, server: DevServer) -> None:
        (worker,) = children(server.pid)
        (zygote,) = children(worker)
        self.pids = {"desk": server.pid, "worker": worker, "zygote": zygote}
        self._seen: dict[str, list[float]] = {name: [] for name in self.pids}

    async def watch(self) -> None:
        """Look until cancelled."""
        began = time.monotonic()
        while True:
            await anyio.sleep(SECONDS / LOOKS)
            used = {name: (memory_mib(pid), cpu_seconds(pid)) for name, pid in self.pids.items()}
            for name, (mib, _) in used.items():
                self._seen[name].append(mib)
            said = ", ".join(f"{name} {mib:.1f} MiB {cpu:.0f} s CPU" for name, (mib, cpu) in used.items())
            say(f"{time.monotonic() - began:4.0f} s: {said}")

    def thirds(self) -> dict[str, tuple[float, float]]:
        """Give the medians of the first and of the last third after the warm-up."""
        return {name: _thirds(seen[int(WARM_SHARE * len(seen)) :]) for name, seen in self._seen.items()}


def _thirds(seen: list[float]) -> tuple[float, float]:
    third = max(1, len(seen) // 3)
    return statistics.median(seen[:third]), statistics.median(seen[-third:])


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def loaded(port: int, folder: Path) -> AsyncIterator[Generator]:
    """Log two hundred players in, who begin to speak when they are told."""
    await to_thread.run_sync(build, folder)
    plan_file = folder / "plan"
    plan_file.write_text(plan(ours.seats(port, WORK)))
    before, behind = ours.around(WORK.payload_bytes)
    options = {"port": port, "bytes": WORK.payload_bytes, "rate": WORK.rate, "seconds": SECONDS, "warm": 0}
    around = {"prefix": before.hex(), "suffix": behind.hex()}
    with generating(folder / "load", plan_file, {**options, **around}, None) as load:
        await to_thread.run_sync(load.ready)
        yield load


async def played(load: Generator, churn: Churn, memory: Memory) -> tuple[Ended, Drained]:
    """Let everybody play for the time that there is, and leave."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(churn.run)
        tasks.start_soon(memory.watch)
        await to_thread.run_sync(load.begin, abandon_on_cancel=True)
        ended = await to_thread.run_sync(load.end, abandon_on_cancel=True)
        drained = await to_thread.run_sync(load.drained, abandon_on_cancel=True)
        churn.over.set()
        with anyio.fail_after(60):
            await churn.ended.wait()
        tasks.cancel_scope.cancel()
    return ended, drained


def traffic(ended: Ended, drained: Drained, churn: Churn) -> dict[str, float]:
    """What all clients have counted, under the names of the metrics."""
    counted, logins = churn.counted, WORK.rooms * WORK.size
    return {
        "harena_packets_received_total": logins + ended.sent + counted.packets_said,
        "harena_packets_sent_total": logins + ended.owed - drained.missing + counted.packets_heard,
        "harena_bytes_sent_total": drained.bytes_heard + counted.bytes_heard,
        "harena_connections": 0,
    }


async def told(server: DevServer, expected: dict[str, float]) -> dict[str, dict[tuple[str, ...], float]]:
    """Give the metrics once they say what is expected, or as they are when there was time enough."""
    metrics = await server.metrics()
    with anyio.move_on_after(TOLD_SECONDS):
        while {name: metrics[name][()] for name in expected} != expected:
            await anyio.sleep(0.5)  # They are told every second.
            metrics = await server.metrics()
    return metrics


def by_reason(metrics: dict[str, dict[tuple[str, ...], float]], name: str) -> Counter[str]:
    return Counter({labels[0]: int(number) for labels, number in metrics.get(name, {}).items() if number})


async def test_half_a_load_with_all_that_can_happen(tmp_path: Path) -> None:
    scripts = write_scripts(tmp_path, WORK)
    async with dev_server(scripts, tmp_path) as server:
        memory, churn = Memory(server), Churn(server.port, scripts)
        async with loaded(server.port, tmp_path) as load:
            ended, drained = await played(load, churn, memory)
        expected = traffic(ended, drained, churn)
        metrics = await told(server, expected)
    say(f"{ended}\n{drained}\n{churn.summary}\nMiB in the first and the last third: {memory.thirds()}")
    say("\n".join(churn.counted.faults))
    assert churn.counted.faults == []
    assert (drained.missing, drained.disordered) == (0, 0)
    assert {name: metrics[name][()] for name in expected} == expected
    unread = drained.bytes_said + churn.counted.bytes_said - metrics["harena_bytes_received_total"][()]
    assert unread in range(0, churn.counted.late_closes * CLOSE_BYTES + 1, CLOSE_BYTES)
    cut_off = {code.name.lower(): number for code, number in churn.closed.items() if code not in REFUSALS}
    refused = {code.name.lower(): number for code, number in churn.closed.items() if code in REFUSALS}
    assert by_reason(metrics, "harena_peers_cut_off_total") == cut_off
    assert by_reason(metrics, "harena_logins_refused_total") == refused
    assert {"kicked", "script_failed", "not_responding"} <= set(cut_off)
    deaths = by_reason(metrics, "harena_sandbox_deaths_total")
    assert set(deaths) <= {"crashed", "exceeded_time", "exceeded_cpu"}
    assert sum(deaths.values()) == sum(churn.deaths.values())
    # What crashes the interpreter takes time, and may have used up its own before.
    assert deaths["crashed"] <= churn.deaths["crashed"]
    assert by_reason(metrics, "harena_dropped_packets_total") == Counter()
    assert metrics["harena_script_errors_total"]["mortal", "1"] == churn.raised
    versions = [version for _, script, version in metrics["harena_script_seconds_count"] if script == "churn"]
    assert max(int(version) for version in versions if version.isdigit()) > churn.deployed / 2
    assert {name: last - first for name, (first, last) in memory.thirds().items() if last - first > GROWTH_MIB} == {}
