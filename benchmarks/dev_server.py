"""``harena dev`` as its user starts it, in processes of its own, and what can be seen of it from outside."""

import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
from anyio.abc import Process
from prometheus_client.parser import text_string_to_metric_families

START_SECONDS = 60.0
STOP_SECONDS = 60.0


class DevServer:
    """A server that runs. ``pid`` is that of its desk."""

    def __init__(self, pid: int, port: int, http_port: int) -> None:
        self.pid = pid
        self.port = port
        self.http_port = http_port
        self.url = f"ws://127.0.0.1:{port}"
        self._http = f"http://127.0.0.1:{http_port}"
        self._api = f"{self._http}/local/v1"

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[dict[str, object]]]:
        """Follow what happens from now on."""
        async with (
            httpx.AsyncClient(timeout=None, trust_env=False) as http,
            http.stream("GET", f"{self._api}/events") as answer,
        ):
            lines = answer.aiter_lines()
            await anext(lines)  # ``Following``: what is published after it is told.
            yield (json.loads(line) async for line in lines)

    async def game_sessions(self) -> list[dict[str, Any]]:
        """Give those that start or run."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            found: list[dict[str, Any]] = (await http.get(f"{self._api}/game-sessions")).json()["game_sessions"]
        return found

    async def metrics(self) -> dict[str, dict[tuple[str, ...], float]]:
        """Give all metrics by their names, each by its labels' values in order of their names, but the worker's."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            text = (await http.get(f"{self._http}/metrics")).text
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for sample in (sample for family in text_string_to_metric_families(text) for sample in family.samples):
            labels = tuple(told for label, told in sample.labels.items() if label != "worker")
            found.setdefault(sample.name, {})[labels] = sample.value
        return found


@asynccontextmanager
async def dev_server(scripts: Path, folder: Path, *more: str, verb: str = "dev") -> AsyncIterator[DevServer]:
    """Run a server that watches a folder of scripts; what it keeps lies in ``folder``.

    ``more`` are options; ``verb`` may be ``run``.
    """
    ready = folder / "ready.json"
    harena = str(Path(sys.executable).with_name("harena"))
    options = ["--port", "0", "--http-port", "0", "--data", str(folder / "kept"), "--ready-file", str(ready), *more]
    with (folder / "console.txt").open("wb") as console:
        process = await anyio.open_process([harena, verb, str(scripts), *options], stdout=console, stderr=console)
        try:
            with anyio.fail_after(START_SECONDS):
                await _there(ready, process)
            ports = json.loads(ready.read_text())
            yield DevServer(process.pid, ports["port"], ports["http_port"])
        finally:
            with anyio.CancelScope(shield=True):
                await _stopped(process)


async def _there(ready: Path, process: Process) -> None:
    while not await anyio.Path(ready).exists():
        if process.returncode is not None:
            raise RuntimeError(f"harena dev ended with {process.returncode}; see {ready.with_name('console.txt')}")
        await anyio.sleep(0.05)


async def _stopped(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    with anyio.move_on_after(STOP_SECONDS):
        await process.wait()
        return
    process.kill()
    await process.wait()


# Processes, as the kernel tells of them.


def children(pid: int) -> list[int]:
    """Give the processes that a process has started and that have not been reaped."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def descendants(pid: int) -> Iterator[int]:
    """Give the children of a process, theirs, and so on."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def memory_mib(pid: int) -> float:
    """Give how much a process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def open_files(pid: int) -> int:
    """Give how many descriptors a process has."""
    return len(os.listdir(f"/proc/{pid}/fd"))
