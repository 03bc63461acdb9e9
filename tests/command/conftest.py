"""What the tests of the command share: a real HTTP server over a small house, and the command run in this process."""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from desk.guard import guarded
from desk.hub import Hub
from desk.local_api import local_api
from runtime.cli.running import run
from tests.desk.house import SmallHouse


@dataclass
class Ended:
    """A command that has ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str


#: The command as a process of its own.
COMMAND = (sys.executable, "-c", "from runtime.cli import main; main()")

Harena = Callable[..., Ended]


@pytest.fixture
def harena(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Harena:
    """Runs the command with the given arguments; standard output is no terminal, and 100 columns wide if asked."""
    for name in (
        "HARENA_HOST",
        "HARENA_PORT",
        "HARENA_DATA",
        "HARENA_SCRIPT",
        "HARENA_DEBUG",
        "HARENA_CONFIG",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def called(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Ended(code, written.out, written.err)

    return called


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """The small house that is served."""
    small = SmallHouse(tmp_path / "store", Hub())
    yield small
    small.store.close()


@pytest.fixture
def served(house: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A small house that is served over HTTP; gives the port, which the command finds in its environment."""
    began = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        house.http_port = port = listening.getsockname()[1]
        app = guarded(local_api(house, house.hub, certificates=house.certificates), "127.0.0.1", port)
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1, access_log=False)
        )

        async def serve() -> None:
            house.loop = asyncio.get_running_loop()
            began.set()
            await server.serve([listening])

        thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
        thread.start()
        assert began.wait(20)
        monkeypatch.setenv("HARENA_HTTP_PORT", str(port))
        yield port
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()
