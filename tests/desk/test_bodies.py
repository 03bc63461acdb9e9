"""Bodies of requests: all together are bounded, and small ones always pass."""

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest
from starlette.types import Receive, Scope, Send

from desk.bodies import SMALL_BODY_BYTES, BoundedBodies, TooMuchAtOnce

pytestmark = pytest.mark.anyio


class Desk:
    """Reads bodies to their end, and answers when it is told to."""

    def __init__(self) -> None:
        self.answer = anyio.Event()
        self.reads = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 503 where there is too much."""
        status = 200
        try:
            while (await receive()).get("more_body"):
                pass
            self.reads.set()
            if scope["path"] == "/slow":
                await self.answer.wait()
        except TooMuchAtOnce:
            status = 503
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def pieces(count: int) -> AsyncIterator[bytes]:
    """A body in pieces that are small."""
    for _ in range(count):
        yield b"x" * SMALL_BODY_BYTES


async def test_large_bodies_wait_for_none_and_small_ones_pass() -> None:
    desk = Desk()
    transport = httpx.ASGITransport(BoundedBodies(desk, 3 * SMALL_BODY_BYTES))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        async with anyio.create_task_group() as tasks:

            async def slow() -> None:
                assert (await client.post("/slow", content=pieces(2))).status_code == 200

            tasks.start_soon(slow)
            await desk.reads.wait()
            assert (await client.post("/", content=pieces(2))).status_code == 503
            assert (await client.post("/", content=pieces(1))).status_code == 200
            desk.answer.set()
        assert (await client.post("/", content=pieces(2))).status_code == 200
