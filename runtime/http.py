"""HTTP inside the desk process: uvicorn without its own ideas about signals."""

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import uvicorn
from starlette.types import ASGIApp

from sandbox.jail.rlimits import allow_open_files

#: Connections that the kernel keeps until they are accepted.
WAITING_CONNECTIONS = 2_048
#: What the desk has open beside the connections of the API: the store, the database, logs, pipes to workers.
OTHER_FILES = 1_024
#: Requests that are being answered when the server stops may take so long; event streams are cut.
GOODBYE_SECONDS = 1


class HttpServer(uvicorn.Server):
    """A uvicorn server for an application; signals are the desk's business."""

    ended: anyio.Event

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def run_on(self, listening: socket.socket) -> None:
        """Serve on a listening socket until ``close``."""
        self.ended = anyio.Event()
        try:
            await self.serve([listening])
        finally:
            # One that is cancelled leaves its socket in the loop; the next with that descriptor would hear of nothing.
            for listening_server in getattr(self, "servers", ()):
                listening_server.close()
            self.ended.set()

    async def close(self) -> None:
        """Stop serving; requests that are being answered have a moment to end."""
        self.should_exit = True
        with anyio.move_on_after(2 * GOODBYE_SECONDS):
            await self.ended.wait()


def http_server(app: ASGIApp, max_connections: int) -> HttpServer:
    """Make a server that writes no log of its own beyond errors; this process may have files for its connections."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < (most := max_connections + OTHER_FILES):
        allow_open_files(most)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GOODBYE_SECONDS,
        limit_concurrency=max_connections,
        backlog=WAITING_CONNECTIONS,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return HttpServer(config)


def bound(host: str, port: int) -> socket.socket:
    """Bind a listening address; port 0 takes any that is free. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
