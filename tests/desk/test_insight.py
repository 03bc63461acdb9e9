"""The routes that look closer, asked over HTTP (without a socket) about a small but real house."""

import json
from pathlib import Path

import httpx
import pytest

from desk.event_stream import EventStreams, TooManyStreams
from desk.game_log import LiveLog, LogLine
from desk.house import FileView, GameSessionDetail, PrunedView, PruneView, SourceView
from desk.hub import Hub
from desk.memory import Memory
from desk.view_json import view_untrusted
from tests.desk.house import DETAIL, ENDED, NOW, RUNNING, SmallHouse

pytestmark = pytest.mark.anyio

API = "/local/v1"


async def deployed(client: httpx.AsyncClient, path: Path, *contents: bytes) -> None:
    for content in contents:
        path.write_bytes(content)  # noqa: ASYNC240 - a small file of the test's own
        assert (await client.post(f"{API}/deploy", json={"path": str(path)})).json()["ok"]


async def test_the_files_of_a_version(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await deployed(client, tmp_path / "chat.py", b"x = 1\n", b"# \xff\n")
    answer = (await client.get(f"{API}/scripts/chat/versions/2")).json()
    assert view_untrusted(SourceView, answer) == SourceView("chat", 2, "chat.py", (FileView("chat.py", "# \udcff\n"),))


async def test_a_prune_of_one_script_or_all(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await deployed(client, tmp_path / "chat.py", b"x = 1", b"x = 2", b"x = 3", b"x = 4")
    await deployed(client, tmp_path / "tag.py", b"x = 5", b"x = 6")
    dry = (await client.post(f"{API}/prune", json={"script": "chat", "keep": 2, "dry_run": True})).json()
    view = view_untrusted(PruneView, dry)
    assert view == PruneView(True, (PrunedView("chat", (2,), 3, view.scripts[0].freed_bytes),))
    everything = (await client.post(f"{API}/prune", json={"keep": 1})).json()
    assert [(one["script"], one["removed"]) for one in everything["scripts"]] == [("chat", [2, 3]), ("tag", [])]
    # By default ten activations are remembered.
    assert (await client.post(f"{API}/prune")).json()["scripts"][0]["removed"] == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"script": 3}, "null for all scripts"),
        ({"keep": -1}, "a number from 0 to 1,000"),
        ({"keep": True}, "a number from 0 to 1,000"),
        ({"keep": 1_001}, "a number from 0 to 1,000"),
        ({"dry_run": 1}, "true or false"),
    ],
)
async def test_a_bad_prune_is_told_what_was_expected(
    client: httpx.AsyncClient, body: dict[str, object], sentence: str
) -> None:
    response = await client.post(f"{API}/prune", json=body)
    assert response.status_code == 400
    assert sentence in response.json()["error"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/scripts/chat/versions/9", 404),
        ("/scripts/chat/versions/x", 400),
        ("/scripts/chat/versions/1234567890", 400),
        ("/scripts/nope/versions/1", 404),
        ("/game-sessions/zz", 404),
        ("/game-sessions/aa", 404),
        ("/game-sessions/zz/log/follow", 404),
        ("/game-sessions/aa1/log/follow?since=x", 400),
    ],
)
async def test_no_is_a_status_and_a_hint(client: httpx.AsyncClient, tmp_path: Path, path: str, status: int) -> None:
    await deployed(client, tmp_path / "chat.py", b"x = 1")
    response = await client.get(API + path)
    assert response.status_code == status
    assert response.json()["hint"]


async def test_a_prune_of_a_script_that_there_is_not(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"{API}/prune", json={"script": "nope"})).status_code == 404


async def test_a_game_session_from_inside(client: httpx.AsyncClient) -> None:
    inside = (await client.get(f"{API}/game-sessions/{RUNNING.id}")).json()
    assert view_untrusted(GameSessionDetail, inside) == DETAIL
    past = (await client.get(f"{API}/game-sessions/{ENDED.id}")).json()
    assert view_untrusted(GameSessionDetail, past) == GameSessionDetail(ENDED)


async def test_a_log_is_followed_to_its_end(client: httpx.AsyncClient, house: SmallHouse) -> None:
    house.live.publish(LogLine("info", "\udcff"))
    house.over = "everybody has gone"
    house.live.close()
    response = await client.get(f"{API}/game-sessions/{RUNNING.id}/log/follow", params={"since": "2"})
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in response.text.splitlines()] == [
        {"event": "Following", "number": 2},
        {"number": 3, "time": NOW, "level": "info", "text": "\udcff"},
        {"event": "Ended", "reason": "everybody has gone"},
    ]


async def test_a_server_that_stops_first_says_no_end(client: httpx.AsyncClient, house: SmallHouse) -> None:
    house.live.close()
    response = await client.get(f"{API}/game-sessions/{RUNNING.id}/log/follow")
    assert [json.loads(line)["event"] for line in response.text.splitlines()] == ["Following"]


async def test_followers_of_logs_and_of_events_are_counted_together() -> None:
    streams = EventStreams(Hub(), max_streams=1)
    log: Memory[LogLine] = Memory(10)
    first = streams.log_lines(LiveLog(log, lambda: ""), None)
    await anext(first)
    with pytest.raises(TooManyStreams):
        streams.lines(None)
    log.close()
    assert [json.loads(line) async for line in first] == [{"event": "Ended", "reason": ""}]
    assert streams.lines(None) is not None
