"""The webhook: a receiver over HTTP gets every notice, signed, in order, also where it fails now and then."""

import json
import queue
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from anyio import to_thread

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.feed import Feed
from desk.gamelift.webhook import MAX_AGE_SECONDS, MAX_ANSWER_BYTES, SIGNATURE, TARGET, Webhook, signature
from tests.gamelift.small_house import Caller, calling, furnished
from tests.gamelift.test_placing import WANTED, Clock

SECRET = "a secret"


class Receiver:
    """Takes what is posted to it; each answer has the next status, and 200 where none is left."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.answer = b""
        self._got: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        receiver = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", str(len(receiver.answer)))
                self.end_headers()
                self.wfile.write(receiver.answer)
                receiver._got.put(({name.lower(): text for name, text in self.headers.items()}, body))

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices?of=harena"

    async def got(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Wait for the next post; give its headers and its content, once its signature has been verified."""
        headers, body = await to_thread.run_sync(self._got.get, True, 30)
        at, signed = (part.partition("=")[2] for part in headers[SIGNATURE.lower()].split(","))
        assert signed == signature(SECRET, int(at), body)
        content: dict[str, Any] = json.loads(body)
        return headers, content

    async def types(self, count: int) -> list[str]:
        """The types of the next so many notices."""
        return [(await self.got())[1]["detail"]["type"] for _ in range(count)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.05,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def resting(rests: list[float]) -> Callable[[float], Awaitable[None]]:
    """Rests that take no time, and are written down."""

    async def rest(seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        rests.append(seconds)

    return rest


@asynccontextmanager
async def telling(call: Caller, **more: Any) -> AsyncIterator[None]:
    """Run a webhook for a while; the first of an office begins with what comes."""
    office = (await call.front.open()).office
    feed = Feed(office.database, office.names)
    async with anyio.create_task_group() as tasks:
        await tasks.start(Webhook(office, feed, **more).run)
        yield
        feed.close()


async def stopped(call: Caller, placement: str) -> None:
    """Start a placement, and stop it."""
    await call.done("StartGameSessionPlacement", PlacementId=placement, **WANTED)
    await call.done("StopGameSessionPlacement", PlacementId=placement)


@pytest.mark.anyio
async def test_a_placement_is_posted_until_it_is_taken(tmp_path: Path, receiver: Receiver) -> None:
    rests: list[float] = []
    clock = Clock()
    async with (
        calling(tmp_path, clock, webhook_url=receiver.url, webhook_secret=SECRET) as call,
        telling(call, rest=resting(rests)),
    ):
        ids = await furnished(call)
        kinds = await receiver.types(6)
        assert kinds[:3] == ["FLEET_CREATED", "FLEET_STATE_VALIDATING", "FLEET_STATE_ACTIVE"]
        assert kinds[3:] == ["GameSessionActive", "GameSessionActive", "PlacementFulfilled"]
        told = {"CustomEventData": "mine", "NotificationTarget": "arn:aws:sns:local:000000000000:topic"}
        await call.done("UpdateGameSessionQueue", Name="queue", **told)
        receiver.statuses = [500, 302]
        await call.placed(PlacementId="two", **WANTED, DesiredPlayerSessions=[{"PlayerId": "ann"}])
        for _ in range(2):
            await receiver.got()
        await receiver.got()
        headers, notice = await receiver.got()
    assert rests == [1, 2]
    assert headers[TARGET.lower()] == told["NotificationTarget"]
    (seat,) = notice["detail"].pop("placedPlayerSessions")
    assert seat["playerId"] == "ann"
    del notice["id"]
    assert notice == {
        "version": "0",
        "detail-type": "GameLift Queue Placement Event",
        "source": "aws.gamelift",
        "account": "000000000000",
        "time": "2033-05-18T03:33:20.000Z",
        "region": "local",
        "resources": ["arn:aws:gamelift:local:000000000000:gamesessionqueue/queue"],
        "detail": {
            "type": "PlacementFulfilled",
            "placementId": "two",
            "startTime": "2033-05-18T03:33:20.000Z",
            "endTime": "2033-05-18T03:33:20.000Z",
            "customEventData": "mine",
            "gameSessionArn": f"arn:aws:gamelift:local::gamesession/{ids['FleetId']}/two",
            "ipAddress": "127.0.0.1",
            "port": "1900",
            "gameSessionRegion": "local",
        },
    }


@pytest.mark.anyio
async def test_a_restart_goes_on_where_it_was(tmp_path: Path, receiver: Receiver) -> None:
    limits: dict[str, Any] = {"webhook_url": receiver.url, "webhook_secret": SECRET}
    receiver.answer = b"x" * 3 * MAX_ANSWER_BYTES
    async with calling(tmp_path, **limits) as call:
        async with telling(call):
            await furnished(call)
            await receiver.types(6)
        await stopped(call, "meanwhile")
    async with calling(tmp_path, **limits) as call, telling(call):
        assert await receiver.types(3) == ["PlacementCancelled", "GameSessionTerminated", "GameSessionTerminated"]


@pytest.mark.anyio
async def test_what_is_old_or_too_much_is_left_out(tmp_path: Path, receiver: Receiver) -> None:
    clock = Clock()
    async with calling(tmp_path, clock, webhook_url=receiver.url, webhook_secret=SECRET) as call:
        async with telling(call):
            await furnished(call)
            await receiver.types(6)
        await stopped(call, "old")
        clock.now += MAX_AGE_SECONDS + 1
        await stopped(call, "new")
        async with telling(call):
            assert (await receiver.got())[1]["detail"]["placementId"] == "new"
        for name in ("x", "y", "z"):
            await stopped(call, name)
        async with telling(call, max_behind=2):
            assert [(await receiver.got())[1]["detail"]["placementId"] for _ in range(2)] == ["y", "z"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://x", "to begin with http"),
        ("http://x", "gamelift.webhook_secret"),
        ("http://h:abc/", "Invalid port"),
        ("http://h:65536/", "no port 65536"),
        ("http:///x", "no host"),
    ],
)
@pytest.mark.anyio
async def test_a_webhook_that_cannot_be(url: str, said: str, tmp_path: Path) -> None:
    async with calling(tmp_path, webhook_url=url) as call:
        with pytest.raises(OfficeTrouble, match=said):
            await call.front.open_if_used()
