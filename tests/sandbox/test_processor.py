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
    while Path(f"/proc/{process.pid}/stat").read_bytes().rpartition(b") ")[2].split()[0] != b"S":
        os.sched_yield()
    share = Share()
    share.begin(process.pid)
    assert not share.was_denied(process.pid, seconds=math.inf)


def test_who_is_gone_is_not_spared() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    share = Share()
    share.begin(ended.pid)
    assert not share.was_denied(ended.pid, seconds=1e6)
