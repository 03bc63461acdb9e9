"""Thirty scripts, ten of them hostile: the twenty good game sessions lose nothing, however long it lasts.

``SOAK_SECONDS`` sets how long; ``make soak`` takes ten minutes.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest
from anyio.abc import Process

from benchmarks.crowd import CROWD_SCRIPT, Crowd, crowd
from benchmarks.dev_server import DevServer, children, descendants, dev_server, memory_mib, open_files
from benchmarks.relaying.processes import cpu_seconds
from sandbox.spares import SPARES
from session.farewells import CloseCode
from tests.house.torment import ENDED, HOSTILE, hostile_scripts

SECONDS = float(os.environ.get("SOAK_SECONDS", "10"))

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(SECONDS + 240)]

GOOD = 20
REPORTS = 10
#: All that was started is to be gone so soon after the last player.
GONE_SECONDS = 60.0
#: Beyond the first fifth of the time, in which caches fill, a process may grow by so much.
GROWTH_MIB = 48.0
#: The logs of 200 game sessions that have ended, of at most two files of 1 MiB, and of those that live.
LOGS_MIB = 2 * (200 + 100)

SCRIPT_FAILED = f"closed {CloseCode.SCRIPT_FAILED:d}"


class Watch:
    """Looks at the processes of a server from time to time."""

    def __init__(self, server: DevServer) -> None:
        (worker,) = children(server.pid)
        (zygote,) = children(worker)
        self.pids = {"desk": server.pid, "worker": worker, "zygote": zygote}
        #: Of its namespace of process ids, where there may be one.
        self._first_process = [pid for pid in children(zygote) if is_first(pid)]
        self.open_files: dict[str, int] = {}
        self._early_mib: dict[str, float] = {}
        self._began = time.monotonic()

    def _open_files(self) -> dict[str, int]:
        return {name: open_files(pid) for name, pid in self.pids.items()}

    def sandboxes(self) -> int:
        """How many there are besides those that wait for a script."""
        return len(children(self.pids["zygote"])) - len(self._first_process) - SPARES

    async def begin(self) -> None:
        """Wait until those that wait are born, and remember what is open then."""
        with anyio.fail_after(GONE_SECONDS):
            while self.sandboxes():  # noqa: ASYNC110 - no event tells of it
                await anyio.sleep(0.05)
        self.open_files = self._open_files()

    def report(self, crowd: Crowd) -> str:
        """One line: what the players noticed, and what the processes use."""
        latencies = [latency * 1000 for latency in crowd.taken_latencies()]
        p99 = statistics.quantiles(latencies, n=100)[98]
        heard = f"p50 {statistics.median(latencies):.1f} ms, p99 {p99:.1f} ms, max {latencies[-1]:.0f} ms"
        used = ", ".join(
            f"{name} {memory_mib(pid):.0f} MiB {open_files(pid)} files {cpu_seconds(pid):.0f} s CPU"
            for name, pid in self.pids.items()
        )
        since = time.monotonic() - self._began
        return f"{since:4.0f} s: {crowd.sent} sent, {heard}; {self.sandboxes()} sandboxes; {used}"

    def remember_memory(self) -> None:
        """What they have in memory now is what they may have."""
        self._early_mib = {name: memory_mib(pid) for name, pid in self.pids.items()}

    def grown(self) -> dict[str, float]:
        """By how many MiB each has grown since."""
        return {name: memory_mib(pid) - self._early_mib[name] for name, pid in self.pids.items()}

    async def back_to_the_beginning(self) -> None:
        """Wait until no sandbox and no descriptor more is left than there were at first."""
        with anyio.move_on_after(GONE_SECONDS):
            while self.sandboxes() or self._more_open_files():  # noqa: ASYNC110 - no event tells of it
                await anyio.sleep(0.2)
        assert self.sandboxes() == 0
        assert self._more_open_files() == {}

    def _more_open_files(self) -> dict[str, int]:
        now = self._open_files()
        return {name: now[name] - before for name, before in self.open_files.items() if now[name] > before}


@asynccontextmanager
async def tormented(server: DevServer) -> AsyncIterator[dict[str, dict[str, int]]]:
    """Have the hostile scripts woken again and again; afterwards there is written how that ended."""
    outcomes: dict[str, dict[str, int]] = {}
    command = [sys.executable, "-m", "tests.house.torment", server.url]
    process = await anyio.open_process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None)
    try:
        yield outcomes
        outcomes.update(await _result(process))
    finally:
        if process.returncode is None:
            process.kill()
        await process.aclose()


async def _result(process: Process) -> dict[str, dict[str, int]]:
    assert process.stdin
    assert process.stdout
    await process.stdin.aclose()
    said = b"".join([piece async for piece in process.stdout])
    assert await process.wait() == 0
    outcomes: dict[str, dict[str, int]] = json.loads(said)
    return outcomes


def kept_mib(folder: Path) -> float:
    return sum(path.stat().st_size for path in (folder / "kept" / "logs").rglob("*")) / 2**20


def write_scripts(folder: Path) -> Path:
    scripts = folder / "scripts"
    scripts.mkdir()
    good = {f"good{number}": CROWD_SCRIPT for number in range(GOOD)}
    for name, source in {**good, **hostile_scripts()}.items():
        (scripts / f"{name}.py").write_text(source)
    return scripts


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def test_twenty_games_lose_nothing_beside_ten_hostile_scripts(tmp_path: Path) -> None:
    async with dev_server(write_scripts(tmp_path), tmp_path) as server:
        watch = Watch(server)
        await watch.begin()
        async with crowd(server.url, [f"good{number}/room" for number in range(GOOD)]) as players:
            async with tormented(server) as outcomes:
                for part in range(REPORTS):
                    await anyio.sleep(SECONDS / REPORTS)
                    say(watch.report(players))
                    if part == REPORTS // 5 - 1:
                        watch.remember_memory()
                assert watch.sandboxes() < 500
        say(json.dumps(outcomes, indent=1))
        say(f"grown by MiB: {watch.grown()}; logs: {kept_mib(tmp_path):.1f} MiB")
        assert players.faults == []
        assert set(outcomes) == set(HOSTILE)
        assert not [name for name in HOSTILE if "stuck" in outcomes[name]]
        assert [name for name in ENDED if SCRIPT_FAILED not in outcomes[name]] == []
        await watch.back_to_the_beginning()
        assert max(watch.grown().values()) < GROWTH_MIB
        assert kept_mib(tmp_path) < LOGS_MIB
        family = list(descendants(server.pid))
    with anyio.move_on_after(GONE_SECONDS):
        while any(map(lives, family)):  # noqa: ASYNC110 - no event tells of it
            await anyio.sleep(0.05)
    assert [pid for pid in family if lives(pid)] == []


def is_first(pid: int) -> bool:
    """Say whether a process is number 1 in a namespace of its own."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    numbers = next(line for line in lines if line.startswith("NSpid")).split()[1:]
    return len(numbers) > 1 and numbers[-1] == "1"


def lives(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")
