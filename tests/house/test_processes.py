"""The processes of a server: clean start and stop, and none survives the others' end."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import pytest
from anyio import to_thread

from desk.events import Deployed, GameSessionEnded, WorkerLost, WorkerStarted
from harena import Client
from runtime.worker import OPEN_FILES
from sandbox.spares import SPARES
from session.farewells import CloseCode
from tests.house.running import PATIENCE_SECONDS, round_trip, running

pytestmark = pytest.mark.anyio

ECHO = """
from harena import session

def on_message(message):
    session.send(message.sender, 1, message.payload)

def on_process_terminate():
    session.broadcast(2, "farewell")
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "echo.py").write_text(ECHO)
    return folder


@contextmanager
def watched(pids: list[int]) -> Iterator[list[int]]:
    """Hold on to processes, so that their end can be waited for."""
    pidfds = [os.pidfd_open(pid) for pid in pids]
    try:
        yield pidfds
    finally:
        for pidfd in pidfds:
            os.close(pidfd)


async def gone(pidfds: list[int]) -> None:
    """Wait until these processes have ended."""
    with anyio.fail_after(PATIENCE_SECONDS):
        for pidfd in pidfds:
            await anyio.wait_readable(pidfd)


def children(pid: int) -> list[int]:
    """Give all processes that descend from a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


@asynccontextmanager
async def harena_dev(tmp_path: Path, scripts: Path) -> AsyncIterator[tuple[subprocess.Popen[str], int]]:
    """Run ``harena dev`` as its user does; give the process and the port."""
    ready = tmp_path / "ready.json"
    harena = str(Path(sys.executable).with_name("harena"))
    command = [harena, "dev", str(scripts), "--port", "0", "--http-port", "0"]
    command += ["--data", str(tmp_path / "kept"), "--ready-file", str(ready)]
    process = subprocess.Popen(  # noqa: ASYNC220 - it is read, not waited for
        command, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "Ctrl+C" in line:
                break
        yield process, json.loads(ready.read_text())["port"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def test_a_signal_stops_everything_after_a_farewell(tmp_path: Path, scripts: Path) -> None:
    async with (
        harena_dev(tmp_path, scripts) as (process, port),
        Client.connect(f"ws://127.0.0.1:{port}", "echo/room") as ann,
    ):
        assert (await round_trip(ann, "hi")).text == "hi"
        with anyio.move_on_after(PATIENCE_SECONDS):
            while len(children(process.pid)) < 3 + SPARES:  # noqa: ASYNC110 - no event tells that all are born
                await anyio.sleep(0.02)
        family = children(process.pid)
        # Where there may be namespaces, the first process of that of process ids is there as well.
        assert len(family) in (3 + SPARES, 4 + SPARES), "a worker, its zygote, one sandbox, and those for the next"
        with watched(family) as pidfds:
            process.send_signal(signal.SIGTERM)
            assert (await ann.receive(2)).text == "farewell"
            await gone(pidfds)
        assert await to_thread.run_sync(process.wait, PATIENCE_SECONDS) == 0
        with pytest.raises(Exception, match="the server stops"):
            await ann.receive()
        assert ann.closed is not None
        assert ann.closed.code == CloseCode.SERVER_STOPPING


@pytest.mark.parametrize("victim", ["desk", "worker", "zygote"])
async def test_none_survives_the_end_of_the_one_above_it(tmp_path: Path, scripts: Path, victim: str) -> None:
    async with (
        harena_dev(tmp_path, scripts) as (process, port),
        Client.connect(f"ws://127.0.0.1:{port}", "echo/room") as ann,
    ):
        await round_trip(ann, "hi")
        worker, zygote, *children_of_it = children(process.pid)
        below = {"desk": [worker, zygote], "worker": [zygote], "zygote": []}[victim] + children_of_it
        with watched(below) as pidfds:
            os.kill({"desk": process.pid, "worker": worker, "zygote": zygote}[victim], signal.SIGKILL)
            await gone(pidfds)


async def test_a_worker_that_ends_is_replaced_on_the_same_port(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        started = next(event for event in house.events if isinstance(event, WorkerStarted))
        async with house.player("echo/room") as ann:
            await round_trip(ann, "hi")
            since = len(house.events)
            os.kill(started.pid, signal.SIGKILL)
            await house.happened(lambda event: event == WorkerLost(started.pid))
            ended = await house.happened(lambda event: isinstance(event, GameSessionEnded))
            assert isinstance(ended, GameSessionEnded)
            assert "worker" in ended.reason
        again = await house.happened(lambda event: isinstance(event, WorkerStarted), since)
        assert isinstance(again, WorkerStarted)
        assert again.port == started.port
        async with house.player("echo/room") as ann:
            assert (await round_trip(ann, "hi")).text == "hi"


async def test_a_script_saved_while_a_worker_is_started_anew_waits_for_it(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        started = next(event for event in house.events if isinstance(event, WorkerStarted))
        os.kill(started.pid, signal.SIGKILL)
        await house.happened(lambda event: event == WorkerLost(started.pid))
        assert isinstance(await house.save("echo.py", ECHO + "# more\n"), Deployed)


async def test_a_zygote_that_ends_is_replaced(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        worker = next(event.pid for event in house.events if isinstance(event, WorkerStarted))
        async with house.player("echo/room") as ann:
            await round_trip(ann, "hi")
            zygote, *_ = children(worker)
            os.kill(zygote, signal.SIGKILL)
            await house.happened(lambda event: isinstance(event, GameSessionEnded))
            with pytest.raises(Exception, match="script failed"):
                await ann.receive()
        async with house.player("echo/room") as ann:
            assert (await round_trip(ann, "hi")).text == "hi"


async def test_a_worker_has_as_many_open_files_as_the_system_lets_it(tmp_path: Path, scripts: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))  # As on many systems; what is started inherits it.
    try:
        async with running(tmp_path, scripts) as house:
            worker = next(event.pid for event in house.events if isinstance(event, WorkerStarted))
            assert resource.prlimit(worker, resource.RLIMIT_NOFILE)[0] == min(OPEN_FILES, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
