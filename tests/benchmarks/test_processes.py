"""What the benchmark reads in /proc."""

import os
import subprocess
import sys

from benchmarks.relaying.processes import (
    family,
    memory_bytes,
    on_core,
    parse_cores,
    parse_pss_bytes,
    parse_stat,
    processor_seconds,
)

STAT = "4711 (evil) name (1 R) S 17 4711 4711 0 -1 4194304 9 8 7 6 130 20 5 5 20 0 1 0 99 1000 100"


def test_a_name_full_of_brackets_hides_nothing() -> None:
    assert parse_stat(STAT) == (17, 150)


def test_waiting_for_disks_is_no_work() -> None:
    assert parse_cores("cpu  10 1 4 70 5 2 3 5 99 99\ncpu0 1 1 1 1 1 1 1 1 0 0\n") == (25, 100)


def test_proportional_memory_is_in_bytes() -> None:
    assert (
        parse_pss_bytes("55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss: 120 kB\nPss_Dirty: 3 kB\n")
        == 122_880
    )


def test_a_family_has_the_children_and_their_children() -> None:
    program = "import subprocess, sys; subprocess.run(['cat'], check=True)"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(b"x\n")
        parent.stdin.flush()
        assert parent.stdout.readline() == b"x\n"  # So there is a grandchild.
        assert {os.getpid(), parent.pid} < set(family(os.getpid()))
        assert len(family(parent.pid)) == 2
        assert processor_seconds(parent.pid) >= 0
        assert memory_bytes(parent.pid) > 0


def test_what_starts_on_a_core_stays_there() -> None:
    before = os.sched_getaffinity(0)
    core = min(before)
    program = "import os; print(os.sched_getaffinity(0))"
    with on_core(core):
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == f"{ {core} }\n"
    assert os.sched_getaffinity(0) == before
