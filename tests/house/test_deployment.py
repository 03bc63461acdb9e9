"""From a saved file to the game sessions that it rules."""

from pathlib import Path

import httpx
import pytest

from desk.events import Deployed, GameSessionEnded, Rejected, RolledBack, Withdrawn
from harena import LoginRefused
from tests.house.running import round_trip, running

pytestmark = pytest.mark.anyio

ECHO = """
from harena import session

def on_message(message):
    session.send(message.sender, message.op_code, "WORD " + message.text)
"""


def echo(word: str) -> str:
    return ECHO.replace("WORD", word)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "echo.py").write_text(echo("one"))
    return folder


async def test_a_running_game_session_keeps_its_version_and_the_next_takes_the_new_one(
    tmp_path: Path, scripts: Path
) -> None:
    async with running(tmp_path, scripts) as house, house.player("echo/room") as ann:
        assert (await round_trip(ann, "hi")).text == "one hi"
        event = await house.save("echo.py", echo("two"))
        assert isinstance(event, Deployed)
        assert event.version == 2
        async with house.player("echo/room") as bob:
            assert (await round_trip(bob, "hi")).text == "two hi"
            assert (await round_trip(ann, "hi")).text == "one hi"


async def test_the_old_game_session_ends_when_it_is_empty(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        async with house.player("echo/room") as ann:
            await round_trip(ann, "hi")
            await house.save("echo.py", echo("two"))
        ended = await house.happened(lambda event: isinstance(event, GameSessionEnded))
        assert isinstance(ended, GameSessionEnded)
        assert ended.version == 1
        assert "another version" in ended.reason


async def test_a_refused_script_leaves_the_active_version_alone_and_says_every_fault(
    tmp_path: Path, scripts: Path
) -> None:
    async with running(tmp_path, scripts) as house:
        event = await house.save("echo.py", "import os\n\ndef on_message(message):\n    open('x')\n")
        assert isinstance(event, Rejected)
        assert [fault.line for fault in event.faults] == [1, 4]
        assert "os" in event.faults[0].message
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}") as desk:
            [script] = (await desk.get("/local/v1/scripts")).json()["scripts"]
        assert script["last_fault"] == "echo.py:1: the module 'os' is not available"
        async with house.player("echo/room") as ann:
            assert (await round_trip(ann, "hi")).text == "one hi"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def on_message(:\n", "syntax"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("while True:\n    pass\n", "exceeded_"),
        ("hoard = []\nwhile True:\n    hoard.append(bytes(1_000_000))\n", "exceeded_memory"),
        ("configuration = {'max_player': 3}\n", "max_players"),
        ("configuration = {'max_players': 1 + len('x')}\n", "literal"),
    ],
)
async def test_what_cannot_be_loaded_is_refused(tmp_path: Path, scripts: Path, source: str, words: str) -> None:
    async with running(tmp_path, scripts) as house:
        event = await house.save("echo.py", source)
        assert isinstance(event, Rejected)
        assert words.lower() in " ".join(fault.message + fault.hint for fault in event.faults).lower()


async def test_a_folder_is_a_script_with_siblings(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        quiz = scripts / "quiz"
        quiz.mkdir()
        (quiz / "words.py").write_text("GREETING = 'hello from next door'\n")
        (quiz / "main.py").write_text(
            "from harena import session\nfrom words import GREETING\n\n"
            "def on_player_accepted(player):\n    session.send(player, 1, GREETING)\n"
        )
        await house.happened(lambda event: isinstance(event, Deployed) and event.script == "quiz")
        async with house.player("quiz/room") as ann:
            assert (await ann.receive()).text == "hello from next door"


async def test_a_rollback_counts_for_new_game_sessions_and_survives_a_restart(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house:
        await house.save("echo.py", echo("two"))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}") as desk:
            answer = await desk.post("/local/v1/scripts/echo/rollback", json={})
            assert answer.status_code == 200, answer.text
        await house.happened(lambda event: event == RolledBack("echo", 1))
        async with house.player("echo/room") as ann:
            assert (await round_trip(ann, "hi")).text == "one hi"
    async with running(tmp_path, scripts) as house, house.player("echo/room") as ann:
        assert (await round_trip(ann, "hi")).text == "one hi"


async def test_a_deleted_script_has_no_new_game_sessions(tmp_path: Path, scripts: Path) -> None:
    (scripts / "other.py").write_text(echo("other"))
    async with running(tmp_path, scripts) as house:
        (scripts / "echo.py").unlink()
        await house.happened(lambda event: event == Withdrawn("echo"))
        async with house.player("echo/room") as ann:
            assert (await round_trip(ann, "hi")).text == "other hi"


async def test_logins_that_nobody_can_place_are_told_what_there_is(tmp_path: Path, scripts: Path) -> None:
    (scripts / "other.py").write_text(echo("other"))
    async with running(tmp_path, scripts) as house:
        with pytest.raises(LoginRefused, match="echo, other"):
            async with house.player("psess-1"):
                pass
    async with running(tmp_path, scripts, script="other") as house, house.player("psess-1") as ann:
        assert (await round_trip(ann, "hi")).text == "other hi"


async def test_nobody_gets_round_a_script_that_cannot_run(tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "door.py").write_text("def on_player_connect(connect)\n    return False\n")
    async with running(tmp_path, folder) as house:
        with pytest.raises(LoginRefused, match=r"the script 'door' cannot run: door\.py:1: "):
            async with house.player("door/room/ann"):
                raise AssertionError("no plain relay stands in")
        await house.save("echo.py", echo("one"))
        with pytest.raises(LoginRefused, match=r"the script 'door' cannot run: door\.py:1: "):
            async with house.player("door/room/ann"):
                raise AssertionError("the only other script does not stand in")
        async with house.player("psess-1") as ann:
            assert (await round_trip(ann, "hi")).text == "one hi"
        await house.save("door.py", echo("door"))
        async with house.player("door/room/ann") as ann:
            assert (await round_trip(ann, "hi")).text == "door hi"


async def test_without_any_script_it_is_a_plain_relay(tmp_path: Path) -> None:
    async with running(tmp_path, None) as house, house.player("any/room/ann") as ann:
        async with house.player("any/room/bob") as bob, house.player("any/b") as eve, house.player("any/b") as dan:
            await ann.send(7, "hello", group=-1)
            assert (await bob.receive()).text == "hello"
            await bob.send(8, "hello yourself", to=ann.peer_id)
            assert (await ann.receive()).text == "hello yourself"
            # Another game session has heard nothing of it: this is the first that comes there.
            await dan.send(9, "anybody here?", group=-1)
            assert (await eve.receive()).text == "anybody here?"
