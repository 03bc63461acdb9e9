"""A server in this process, with its worker, zygote and sandboxes as processes of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from desk.events import Deployed, Event, Rejected, ServerReady
from harena import Client
from relay.client_events import Message
from runtime.config import Config, LogSettings, SandboxSettings, Site, Start
from runtime.server import serve

#: No event of these tests takes longer on any machine, in seconds.
PATIENCE_SECONDS = 30.0
DEFAULTS = SandboxSettings()


class Running:
    """A server that runs: its addresses, its folder, and what has happened in it."""

    def __init__(self, scripts: Path | None) -> None:
        self.scripts = scripts
        self.port = 0
        self.http_port = 0
        self.events: list[Event] = []
        self._news = anyio.Event()

    def show(self, event: Event) -> None:
        """Take an event, as the console would."""
        self.events.append(event)
        if isinstance(event, ServerReady):
            self.port, self.http_port = event.port, event.http_port
        self._news.set()
        self._news = anyio.Event()

    async def happened(self, wanted: Callable[[Event], bool], since: int = 0) -> Event:
        """Wait for an event among those from number ``since`` on, and give the first."""
        seen = since
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                for event in self.events[seen:]:
                    if wanted(event):
                        return event
                seen = len(self.events)
                await self._news.wait()

    async def save(self, name: str, source: str) -> Deployed | Rejected:
        """Save a script in the watched folder and wait for what the server makes of it."""
        assert self.scripts is not None
        since = len(self.events)
        (self.scripts / name).write_text(source)
        script = name.removesuffix(".py")
        event = await self.happened(
            lambda event: isinstance(event, Deployed | Rejected) and event.script == script, since
        )
        assert isinstance(event, Deployed | Rejected)
        return event

    @asynccontextmanager
    async def player(self, player_session_id: str, payload: bytes = b"", fast: bool = False) -> AsyncIterator[Client]:
        """Log a real client in; without ``fast`` all comes in order."""
        async with Client.connect(f"ws://127.0.0.1:{self.port}", player_session_id, payload, fast=fast) as client:
            yield client


@asynccontextmanager
async def running(
    folder: Path, scripts: Path | None, limits: SandboxSettings = DEFAULTS, script: str | None = None
) -> AsyncIterator[Running]:
    """Run a server over a folder of scripts; what it keeps lies in ``folder``."""
    site = Site(port=0, http_port=0, scripts=scripts, data=folder / "kept")
    config = Config(Start(script=script), site, sandbox=limits, log=LogSettings("warning"))
    async with running_as(config) as house:
        yield house


@asynccontextmanager
async def running_as(config: Config, again: Callable[[], Config] | None = None) -> AsyncIterator[Running]:
    """Run a server with this configuration, which may be read again while it runs."""
    house = Running(config.site.scripts)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve, config, house.show, again)
        await house.happened(lambda event: isinstance(event, ServerReady))
        try:
            yield house
        finally:
            tasks.cancel_scope.cancel()


async def round_trip(client: Client, text: str, op_code: int = 1) -> Message:
    """Send a message to the server and wait for its answer."""
    await client.send(op_code, text)
    return await client.receive(timeout_seconds=PATIENCE_SECONDS)
