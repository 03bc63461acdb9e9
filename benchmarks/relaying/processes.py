"""What /proc tells: the processor time and memory of a process with all below it, and whether the cores are quiet."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

#: Cores count as quiet when this share of their time, or less, is used.
QUIET_SHARE = 0.1
LOOK_SECONDS = 2.0


def parse_stat(text: str) -> tuple[int, int]:
    """Read the parent and the clock ticks used (user and system) out of /proc/PID/stat.

    The name of a process may hold anything, so what counts begins behind the last bracket.
    """
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12])


def parse_cores(text: str) -> tuple[int, int]:
    """Read the clock ticks that all cores have worked, and all there were, out of /proc/stat."""
    ticks = [int(field) for field in text.splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def parse_pss_bytes(text: str) -> int:
    """Read the proportional memory out of /proc/PID/smaps_rollup: what is shared counts once for all who share it."""
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def processor_name() -> str:
    """Give what this machine's processor calls itself."""
    lines = (PROC / "cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _stats() -> dict[int, tuple[int, int]]:
    found = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):
            found[int(folder.name)] = parse_stat((folder / "stat").read_text())
    return found


def family(root: int) -> dict[int, float]:
    """Give the processor seconds of a process and of all below it, by process id."""
    stats = _stats()
    children = defaultdict(list)
    for process, (parent, _) in stats.items():
        children[parent].append(process)
    members, waiting = {}, [root]
    while waiting:
        process = waiting.pop()
        if process in stats:
            members[process] = stats[process][1] / TICKS_PER_SECOND
            waiting += children[process]
    return members


def cpu_seconds(pid: int) -> float:
    """Give the processor time that one process has used. Raises OSError where there is none."""
    return parse_stat((PROC / str(pid) / "stat").read_text())[1] / TICKS_PER_SECOND


def processor_seconds(root: int) -> float:
    """Give the processor time of a process and of all below it; what has ended does not count."""
    return sum(family(root).values())


def memory_bytes(root: int) -> int:
    """Give the proportional memory of a process and of all below it."""
    total = 0
    for process in family(root):
        with suppress(OSError):
            total += parse_pss_bytes((PROC / str(process) / "smaps_rollup").read_text())
    return total


def used_share() -> float:
    """Look for a while, and give the share of all cores' time that somebody used."""
    worked, ticks = parse_cores((PROC / "stat").read_text())
    time.sleep(LOOK_SECONDS)
    worked_then, ticks_then = parse_cores((PROC / "stat").read_text())
    return (worked_then - worked) / max(1, ticks_then - ticks)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started in here stays on this core; None is any."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int | None, int | None]:
    """Give a core for the server and one for the generator; None for both where there are not two."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)
