"""A late sandbox is spared where others had the processor, and only there."""

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.processor import MAX_SPARED, Share

BUSY = "while True: pass"
WAITING = "import sys; print(flush=True); sys.stdin.read()"


def state(pid: int) -> bytes:
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()[0]


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True)\n" + request.param], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert started.stdout
    started.stdout.readline()
    yield started
    started.kill()
    started.communicate()


@pytest.mark.parametrize("process", [BUSY], indirect=True)
def test_who_wants_to_run_and_had_too_little_is_spared_so_often(process: subprocess.Popen[bytes]) -> None:
    share = Share()
    share.begin(process.pid)
    assert [share.was_denied(process.pid, seconds=1e6) for _ in range(MAX_SPARED + 1)] == [True] * MAX_SPARED + [False]
    share.begin(process.pid)
    assert share.was_denied(process.pid, seconds=1e6)


@pytest.mark.parametrize("process", [BUSY], indirect=True)
def test_who_had_enough_is_late_by_itself(process: subprocess.Popen[bytes]) -> None:
    share = Share()
    share.begin(process.pid)
    assert not share.was_denied(process.pid, seconds=0.0)


@pytest.mark.parametrize("process", [WAITING], indirect=True)
def test_who_waits_is_late_by_itself(process: subprocess.Popen[bytes]) -> None:
    while state(process.pid) != b"S":
        os.sched_yield()
    share = Share()
    share.begin(process.pid)
    assert not share.was_denied(process.pid, seconds=math.inf)


def test_who_waits_for_the_disk_is_spared(tmp_path: Path) -> None:
    """The kernel says the same of who waits for a child to begin its program: here, for a fifo to be opened."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    actions = f"[(os.POSIX_SPAWN_OPEN, 0, {str(fifo)!r}, os.O_RDONLY, 0)]"
    source = f"import os; os.posix_spawn('/bin/true', ['true'], {{}}, file_actions={actions})"
    stuck = subprocess.Popen([sys.executable, "-c", source])
    while state(stuck.pid) != b"D":
        os.sched_yield()
    share = Share()
    share.begin(stuck.pid)
    assert share.was_denied(stuck.pid, seconds=1e6)
    fifo.open("w").close()
    assert stuck.wait() == 0


def test_who_is_gone_is_not_spared() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    share = Share()
    share.begin(ended.pid)
    assert not share.was_denied(ended.pid, seconds=1e6)
