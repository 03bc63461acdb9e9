"""Logs of game sessions on a whole server: followed, kept over restarts, and not flooded by errors; and `show`."""

import json
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import anyio
import httpx
import pytest
from anyio import to_thread

from desk.events import GameSessionEnded, GameSessionStarted, Logged
from desk.house import GameSessionDetail, GroupView, LogView, PruneView
from desk.view_json import view_untrusted, views_untrusted
from harena import Client
from runtime.log_lines import decoded
from tests.house.running import PATIENCE_SECONDS, Running, round_trip, running
from tests.house.test_processes import harena_dev

pytestmark = pytest.mark.anyio

SCRIPT = """
from harena import session

configuration = {"idle_seconds": 1}

big = []


def on_message(message):
    if message.op_code == 1:
        print("first line\\nsecond line of", message.text)
    elif message.op_code == 2:
        session.send(message.sender, 1, "before")
        raise KeyError(message.text)
    elif message.op_code == 3:
        big.append(bytes(8 * 1024 * 1024))
    elif message.op_code == 4:
        session.end("that was all")
        return
    session.send(message.sender, 1, message.text)
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "shop.py").write_text(SCRIPT)
    return folder


def api(house: Running) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}/local/v1", timeout=PATIENCE_SECONDS)


async def game_session(house: Running) -> str:
    event = await house.happened(lambda event: isinstance(event, GameSessionStarted))
    assert isinstance(event, GameSessionStarted)
    return event.game_session


async def ended(house: Running) -> None:
    await house.happened(lambda event: isinstance(event, GameSessionEnded))


async def log_of(client: httpx.AsyncClient, identity: str) -> list[LogView]:
    answer = await client.get(f"game-sessions/{identity}/log")
    assert answer.status_code == 200
    return list(views_untrusted(LogView, answer.json()["log"]))


async def followed(client: httpx.AsyncClient, identity: str, since: int) -> AsyncGenerator[dict[str, object], None]:
    async with client.stream("GET", f"game-sessions/{identity}/log/follow", params={"since": since}) as response:
        async for line in response.aiter_lines():
            yield json.loads(line)


async def test_a_log_is_followed_without_gap_or_duplicate_until_the_end(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, api(house) as client, house.player("shop/town/ann") as ann:
        identity = await game_session(house)
        await round_trip(ann, "the first")
        before = await log_of(client, identity)
        seen: list[dict[str, object]] = []
        async with aclosing(followed(client, identity, before[-1].number)) as lines:
            assert (await anext(lines))["event"] == "Following"
            for number in range(50):
                await round_trip(ann, str(number))
            await ann.send(4, "")
            async for line in lines:
                seen.append(line)
        assert seen[-1] == {"event": "Ended", "reason": "that was all"}
        numbers = [line.number for line in before] + [line["number"] for line in seen[:-1]]
        assert numbers == list(range(1, len(numbers) + 1))
        texts = [line["text"] for line in seen[:-1]]
        assert [text for text in texts if str(text).startswith("first line")] == [
            f"first line\nsecond line of {number}" for number in range(50)
        ]
        assert texts[-1] == "the game session has ended: that was all"
        assert [line.number for line in await log_of(client, identity)] == numbers


async def test_logs_outlive_the_server(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, api(house) as client:
        async with house.player("shop/town/ann") as ann:
            identity = await game_session(house)
            await round_trip(ann, "ä\x1b[31m")
            await ann.send(4, "")
            await ended(house)
        before = await log_of(client, identity)
    async with running(tmp_path, scripts) as house, api(house) as client:
        assert await log_of(client, identity) == before
        assert await log_of(client, "shop") == before
        assert before[-1].text == "the game session has ended: that was all"
        seen = [line async for line in followed(client, identity, before[-1].number)]
        assert [line["event"] for line in seen] == ["Following", "Ended"]
        # The new one's log is not the old one's.
        async with house.player("shop/town/ann") as ann:
            await round_trip(ann, "again")
            new = await game_session(house)
            assert next(line.number for line in await log_of(client, new)) == 1
            many = await client.get("game-sessions/shop/log")
            assert many.status_code == 404
            assert many.json()["error"].endswith(f"begin with 'shop': {', '.join(sorted((identity, new)))}")


async def test_a_disk_that_takes_no_logs_hurts_no_game(tmp_path: Path, scripts: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "logs").write_text("a file where the folder should be")
    async with running(tmp_path, scripts) as house, api(house) as client, house.player("shop/town/ann") as ann:
        await round_trip(ann, "hi")
        assert "first line\nsecond line of hi" in [
            line.text for line in await log_of(client, await game_session(house))
        ]


async def test_an_error_is_told_once_and_then_counted(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, house.player("shop/town/ann") as ann:
        for number in range(40):
            assert (await round_trip(ann, str(number), 2)).text == "before"
        await ann.send(4, "")
        await ended(house)
        errors = [event.text for event in house.events if isinstance(event, Logged) and event.level == "error"]
        assert len(errors) == 2
        assert errors[0].startswith("shop.py:14: in on_message (op code 2 from ann): KeyError: '0'\n")
        assert errors[1] == "shop.py:14: in on_message: KeyError happened 39 more times"


async def test_a_game_session_is_shown_from_inside(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, api(house) as client:

        async def shown() -> GameSessionDetail:
            return view_untrusted(GameSessionDetail, (await client.get(f"game-sessions/{identity}")).json())

        async with house.player("shop/town/ann") as ann, house.player("shop/town/bob") as bob:
            identity = await game_session(house)
            await bob.join_group(7)
            await round_trip(bob, "joined")
            await round_trip(ann, "x", 2)
            small = await shown()
            await round_trip(ann, "x", 3)
            large = await shown()
            assert [(one.player_id, one.peer_id, one.groups) for one in small.players] == [
                ("ann", ann.peer_id, ()),
                ("bob", bob.peer_id, (7,)),
            ]
            assert small.groups == (GroupView(7, ("bob",)),)
            assert small.game_session.started - 1 <= small.players[0].connected <= small.players[1].connected
            assert small.use is not None
            assert large.use is not None
            assert (small.use.script_errors, small.use.waiting_inputs, small.use.log_lines_dropped) == (1, 0, 0)
            # What a small script takes may fit into what the interpreter had free at its start.
            assert small.use.memory_bytes < 1024 * 1024
            assert 7 * 1024 * 1024 < large.use.memory_bytes < large.use.max_memory_bytes
            await ann.send(4, "")
            await ended(house)
        past = await shown()
        assert (past.game_session.state, past.game_session.reason) == ("ended", "that was all")
        assert (past.players, past.use) == ((), None)


FLOOD = """
from harena import session

def on_message(message):
    for number in range(int(message.text)):
        print(number)
    session.send(message.sender, 1, "")
"""


async def test_lines_that_the_sandbox_drops_are_counted(tmp_path: Path, scripts: Path) -> None:
    (scripts / "flood.py").write_text(FLOOD)
    async with running(tmp_path, scripts) as house, api(house) as client, house.player("flood/room") as ann:
        identity = await game_session(house)
        await round_trip(ann, "250")
        said: list[str] = []
        while not said:  # As soon as there is room for a line again.
            await round_trip(ann, "1")
            said = [event.text for event in house.events if isinstance(event, Logged) and "dropped" in event.text]
        shown = view_untrusted(GameSessionDetail, (await client.get(f"game-sessions/{identity}")).json())
        assert shown.use is not None
        assert shown.use.log_lines_dropped == int(said[0].split()[0]) > 100


async def test_a_version_in_use_is_not_pruned(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, api(house) as client, house.player("shop/town/ann") as ann:
        for number in range(3):
            await house.save("shop.py", f"{SCRIPT}\nx = {number}\n")

        async def pruned() -> list[int]:
            answer = await client.post("prune", json={"keep": 1})
            return list(view_untrusted(PruneView, answer.json()).scripts[0].removed)

        assert await pruned() == [2, 3]
        await ann.send(4, "")
        await ended(house)
        assert await pruned() == [1]


async def test_follow_as_the_command_does(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, house.player("shop/town/ann") as ann:
        await game_session(house)
        command = [str(Path(sys.executable).with_name("harena")), "session", "logs", "shop", "--follow"]
        command += ["--http-port", str(house.http_port)]
        async with await anyio.open_process(command) as process:
            assert process.stdout is not None
            received = b""
            with anyio.fail_after(PATIENCE_SECONDS):
                while b"player ann is in" not in received:
                    received += await process.stdout.receive()
                await round_trip(ann, "hi")
                await ann.send(4, "")
                async for data in process.stdout:
                    received += data
                assert await process.wait() == 0
        lines = received.decode().splitlines()
        assert lines[-1].endswith("info     the game session has ended: that was all")
        assert sum("first line" in line for line in lines) == 1
        assert (
            lines[lines.index(next(line for line in lines if "first line" in line)) + 1].strip() == "second line of hi"
        )


async def test_a_server_that_is_stopped_has_written_every_end(tmp_path: Path, scripts: Path) -> None:
    async with (
        harena_dev(tmp_path, scripts) as (process, port),
        Client.connect(f"ws://127.0.0.1:{port}", "shop/town/ann") as ann,
    ):
        await round_trip(ann, "hi")
        process.send_signal(signal.SIGTERM)
        assert await to_thread.run_sync(process.wait, PATIENCE_SECONDS) == 0
    (file,) = (tmp_path / "kept" / "logs").iterdir()
    lines = list(decoded(file.read_bytes()))
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1].text == "the game session has ended: the server stops"
