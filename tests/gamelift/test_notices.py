"""Notices as a list, and as a stream that goes on where it was cut off."""

import json
from pathlib import Path

import anyio
import httpx
import pytest

from tests.gamelift.small_house import Caller, calling, furnished

KINDS = [
    *("FLEET_CREATED", "FLEET_STATE_VALIDATING", "FLEET_STATE_ACTIVE"),
    *("GameSessionActive", "GameSessionActive", "PlacementFulfilled"),
]


async def streamed(call: Caller, query: str = "", **headers: str) -> list[tuple[int, str]]:
    """Follow the notices until the server closes the streams; give the number and type of each."""
    answers: list[httpx.Response] = []

    async def follow() -> None:
        accepted = {"accept": "text/event-stream", **headers}
        answers.append(await call.client.get(f"/local/v1/notices{query}", headers=accepted))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        call.front.close_streams()
    begins, *events = answers[0].text.strip().split("\n\n")
    assert begins.startswith(":")
    pairs = [event.removeprefix("id: ").split("\ndata: ") for event in events]
    return [(int(number), json.loads(text)["detail"]["type"]) for number, text in pairs]


@pytest.mark.anyio
async def test_a_list_begins_behind_a_number(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        found = (await call.client.get("/local/v1/notices")).json()["notices"]
        assert [one["content"]["detail"]["type"] for one in found] == KINDS
        assert [one["number"] for one in found] == [1, 2, 3, 4, 5, 6]
        late = (await call.client.get("/local/v1/notices?since=5")).json()["notices"]
        assert late == found[5:]
        assert found[0]["content"]["source"] == "harena"
        assert found[0]["content"]["resources"][0].startswith("arn:aws:gamelift:local:000000000000:fleet/fleet-")
        assert found[3]["content"]["resources"][0].startswith("arn:aws:gamelift:local::gamesession/fleet-")
        assert (await call.client.get("/local/v1/notices?since=x")).status_code == 400


@pytest.mark.parametrize(
    ("query", "headers", "first"),
    [("?since=0", {}, 1), ("?since=0", {"last-event-id": "4"}, 5), ("?since=5", {"last-event-id": "x"}, 6)],
)
@pytest.mark.anyio
async def test_a_stream_goes_on(query: str, headers: dict[str, str], first: int, tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        told = await streamed(call, query, **headers)
        assert told == list(enumerate(KINDS, 1))[first - 1 :]


@pytest.mark.anyio
async def test_a_stream_begins_with_what_comes(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        assert await streamed(call) == []
