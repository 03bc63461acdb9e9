"""The local API, asked over HTTP (without a socket) about a small but real house."""

import json
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.event_stream import EventStreams, TooManyStreams
from desk.events import RolledBack, Withdrawn
from desk.house import DeployView, GameSessionView, House, LogView, ScriptView, VersionView
from desk.hub import Hub
from desk.reading import MAX_BODY_BYTES
from desk.status_view import StatusView
from desk.view_json import view_untrusted, views_untrusted
from tests.desk.house import ENDED, LOG, NOW, RUNNING, SmallHouse

pytestmark = pytest.mark.anyio

API = "/local/v1"


def written(path: Path, content: str) -> None:
    path.write_text(content)


async def deployed(client: httpx.AsyncClient, path: Path, content: str, note: str = "") -> DeployView:
    written(path, content)
    response = await client.post(f"{API}/deploy", json={"path": str(path), "note": note})
    assert response.status_code == 200
    return view_untrusted(DeployView, response.json())


def test_the_small_house_is_a_house(house: House) -> None:
    assert house.status().version == "0.1.0"


async def test_the_front_page_says_what_this_is_and_lists_the_requests(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.status_code == 200
    assert "harena status" in response.text
    assert "POST  /local/v1/deploy" in response.text


async def test_status_is_the_view_of_the_house(client: httpx.AsyncClient, house: SmallHouse) -> None:
    assert view_untrusted(StatusView, (await client.get(f"{API}/status")).json()) == house.status()


async def test_a_script_is_deployed_listed_and_rolled_back(client: httpx.AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "chat.py"
    assert await deployed(client, path, "x = 1\n", "first") == DeployView(True, "chat", 1)
    assert await deployed(client, path, "x = 2\n") == DeployView(True, "chat", 2)
    back = (await client.post(f"{API}/scripts/chat/rollback")).json()
    assert view_untrusted(DeployView, back) == DeployView(True, "chat", 1)
    answer = (await client.get(f"{API}/scripts/chat/versions")).json()
    versions = views_untrusted(VersionView, answer["versions"])
    assert [(view.number, view.note, view.active, view.created) for view in versions] == [
        (2, "", False, NOW),
        (1, "first", True, NOW),
    ]
    scripts = views_untrusted(ScriptView, (await client.get(f"{API}/scripts")).json()["scripts"])
    assert scripts == (ScriptView("chat", versions[1], 2, 1),)


async def test_a_rollback_takes_a_number(client: httpx.AsyncClient, tmp_path: Path) -> None:
    for content in ("x = 1", "x = 2", "x = 3"):
        await deployed(client, tmp_path / "chat.py", content)
    back = (await client.post(f"{API}/scripts/chat/rollback", json={"version": 1})).json()
    assert view_untrusted(DeployView, back) == DeployView(True, "chat", 1)


async def test_a_refused_script_is_an_answer_with_its_faults(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await deployed(client, tmp_path / "chat.py", "x = 1\n")
    view = await deployed(client, tmp_path / "chat.py", "x = 1\ndef f(:\n")
    assert (view.ok, view.version) == (False, 1)
    assert [(fault.file, fault.line, fault.source_line) for fault in view.faults] == [("chat.py", 2, "def f(:")]


async def test_game_sessions_and_logs(client: httpx.AsyncClient) -> None:
    running = (await client.get(f"{API}/game-sessions")).json()["game_sessions"]
    every = (await client.get(f"{API}/game-sessions", params={"ended": "true"})).json()["game_sessions"]
    log = (await client.get(f"{API}/game-sessions/{RUNNING.id}/log")).json()["log"]
    assert views_untrusted(GameSessionView, running) == (RUNNING,)
    assert views_untrusted(GameSessionView, every) == (ENDED, RUNNING)
    assert views_untrusted(LogView, log) == tuple(LOG)


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/scripts/nope/versions", 404, "there is no script 'nope'"),
        ("GET", "/scripts/no%20name/versions", 404, "'no name' is no name for a script"),
        ("POST", "/scripts/nope/rollback", 404, "there is no script 'nope'"),
        ("GET", "/game-sessions/zz/log", 404, "0 game sessions have ids that begin with 'zz'"),
        ("GET", "/game-sessions/aa/log", 404, "2 game sessions have ids that begin with 'aa'"),
        ("GET", "/game-sessions?ended=perhaps", 400, '"ended" is to be true or false'),
        ("GET", "/events?since=-1", 400, '"since" is to be the number of an event'),
        ("GET", "/events?since=1e3", 400, '"since" is to be the number of an event'),
        ("GET", "/nowhere", 404, "there is nothing at GET /local/v1/nowhere"),
        ("DELETE", "/status", 405, "DELETE /local/v1/status cannot be asked that way"),
    ],
)
async def test_no_is_a_status_a_sentence_and_a_hint(
    client: httpx.AsyncClient, method: str, path: str, status: int, sentence: str
) -> None:
    response = await client.request(method, API + path)
    assert response.status_code == status
    assert sentence in response.json()["error"]
    assert response.json()["hint"]


async def test_there_is_no_such_version(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await deployed(client, tmp_path / "chat.py", "x = 1")
    for body, sentence in (({"version": 7}, "chat has no version 7"), ({}, "no version of chat was active before")):
        response = await client.post(f"{API}/scripts/chat/rollback", json=body)
        assert (response.status_code, response.json()["error"]) == (404, sentence)


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 400, '"path" is to be a text'),
        (b"{", 400, "the body is not JSON"),
        (b"\xff", 400, "the body is not JSON"),
        (b"[" * 60_000, 400, "the body is not JSON"),
        (b"[]", 400, "the body is to be a JSON object"),
        (b'{"path": 3}', 400, '"path" is to be a text'),
        (b'{"path": "chat.py"}', 400, '"path" is to be an absolute path'),
        (b'{"path": "/a\\u0000b"}', 400, '"path" is to be an absolute path'),
        (b'{"path": "/x", "note": 1}', 400, '"note" is to be a text'),
        (json.dumps({"path": "/x", "note": "n" * 2_001}).encode(), 400, '"note" has at most 2,000 characters'),
        (b'{"path": "/\\ud800"}', 400, '"path" is to be one that this machine can have'),
        (b'{"path": "/\\udcff"}', 422, "there is no file or folder /\\xff"),
        (b'{"path": "/x", "note": "\\ud800"}', 400, '"note" is to be text that can be written'),
        (b'{"path": "/nowhere/at.py"}', 422, "there is no file or folder /nowhere/at.py"),
        (b" " * (MAX_BODY_BYTES + 1), 413, "at most 8,388,608 bytes"),
    ],
)
async def test_a_bad_deploy_request_is_told_what_was_expected(
    client: httpx.AsyncClient, content: bytes, status: int, sentence: str
) -> None:
    response = await client.post(f"{API}/deploy", content=content)
    assert response.status_code == status
    assert sentence in response.json()["error"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200) | st.from_type(object).map(repr).map(str.encode))
async def test_garbage_is_never_our_mistake(client: httpx.AsyncClient, content: bytes) -> None:
    for path in ("/deploy", "/scripts/chat/rollback"):
        assert (await client.post(API + path, content=content)).status_code < 500


@pytest.mark.parametrize("version", [0, -1, 1.5, "1", True, [1]])
async def test_a_version_is_a_number_from_one(client: httpx.AsyncClient, version: object) -> None:
    response = await client.post(f"{API}/scripts/chat/rollback", json={"version": version})
    assert response.status_code == 400


async def test_our_own_mistake_is_said_to_be_one(client: httpx.AsyncClient, house: SmallHouse) -> None:
    house.status = None  # type: ignore[assignment,method-assign]  # something that cannot be called
    response = await client.get(f"{API}/status")
    assert response.status_code == 500
    assert response.json() == {
        "error": "the server made a mistake: TypeError",
        "hint": "this is a bug; its log says more",
    }


async def test_text_that_is_no_unicode_reaches_the_client(client: httpx.AsyncClient, house: SmallHouse) -> None:
    line = LogView(NOW, "info", "\udcff")
    house.logs[RUNNING.id] = [line]
    log = (await client.get(f"{API}/game-sessions/{RUNNING.id}/log")).json()["log"]
    assert views_untrusted(LogView, log) == (line,)


async def test_a_damaged_store_is_told(client: httpx.AsyncClient, house: SmallHouse, tmp_path: Path) -> None:
    await deployed(client, tmp_path / "chat.py", "x = 1")
    (tmp_path / "store" / "scripts" / "chat.json").write_text("{")
    response = await client.get(f"{API}/scripts")
    assert response.status_code == 500
    assert "chat.json" in response.json()["error"]


async def test_events_are_lines_of_json_from_a_number_on(client: httpx.AsyncClient, hub: Hub) -> None:
    hub.publish(Withdrawn("a"))
    hub.publish(RolledBack("b", 3))
    hub.close()
    response = await client.get(f"{API}/events", params={"since": "1"})
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in response.text.splitlines()] == [
        {"event": "Following", "number": 1},
        {"number": 2, "time": 7.0, "event": "RolledBack", "script": "b", "version": 3},
    ]


async def test_what_was_missed_is_said() -> None:
    hub = Hub(clock=lambda: 7.0, kept_events=1)
    for name in "abc":
        hub.publish(Withdrawn(name))
    hub.close()
    lines = [json.loads(line) async for line in EventStreams(hub).lines(0)]
    assert lines[1:] == [
        {"event": "Missed", "first": 1, "last": 2},
        {"number": 3, "time": 7.0, "event": "Withdrawn", "script": "c"},
    ]


async def test_a_quiet_stream_has_a_heartbeat(hub: Hub) -> None:
    lines = EventStreams(hub, heartbeat_seconds=0.001).lines(None)
    await anext(lines)
    assert json.loads(await anext(lines)) == {"event": "Heartbeat", "number": 0}
    hub.publish(Withdrawn("a"))
    assert json.loads(await anext(lines))["script"] == "a"


async def test_there_are_so_many_streams_and_no_more(hub: Hub) -> None:
    streams = EventStreams(hub, max_streams=1)
    first = streams.lines(None)
    await anext(first)
    with pytest.raises(TooManyStreams):
        streams.lines(None)
    hub.close()
    assert [line async for line in first] == []
    assert streams.lines(None) is not None
