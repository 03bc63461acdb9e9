"""`harena new`: what it writes works as it is, and what was there stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from anyio.streams.text import TextReceiveStream

from deployment.folder import look_into
from runtime.cli.starter import steps
from tests.command.conftest import Ended, Harena
from tests.house.running import PATIENCE_SECONDS, running

FILES = ["clients/play_duel.py", "scripts/duel.py", "tests/test_duel.py"]


def written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_script_its_test_and_a_player_are_written(harena: Harena, tmp_path: Path) -> None:
    ended = harena("new", "duel", "--folder", tmp_path / "my games")
    assert ended.code == 0
    assert written(tmp_path / "my games") == FILES
    assert not [text for file in FILES if "NAME" in (text := (tmp_path / "my games" / file).read_text())]
    assert ended.out == (
        f"{tmp_path}/my games/scripts/duel.py       the script\n"
        f"{tmp_path}/my games/tests/test_duel.py    its unit test\n"
        f"{tmp_path}/my games/clients/play_duel.py  a player\n"
        "\n"
        "Try it:\n"
        f"  cd '{tmp_path}/my games'\n"
        "  pytest tests/test_duel.py\n"
        "  harena dev scripts\n"
        "  python clients/play_duel.py ann    # in a second terminal\n"
    )


def test_without_a_folder_it_is_this_one(harena: Harena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = harena("new", "duel")
    assert written(tmp_path) == FILES
    assert "  pytest tests/test_duel.py\n" in ended.out
    assert "cd " not in ended.out


def test_where_there_is_no_pytest_it_is_told_how_to_get_it() -> None:
    told = steps("duel", Path(), pytest_is_here=False)
    assert told[:2] == ["pip install pytest", "pytest tests/test_duel.py"]


@pytest.mark.parametrize("name", ["duel", "2-player_Duel", "test_json", "random"])
def test_the_script_is_accepted_and_its_test_passes(harena: Harena, tmp_path: Path, name: str) -> None:
    harena("new", name, "--folder", tmp_path)
    assert harena("validate", tmp_path / "scripts") == Ended(
        0, f"ok       {tmp_path}/scripts/{name}.py\n1 script: 1 accepted, 0 refused\n", ""
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert " 2 passed in " in done.stdout, done.stdout


@pytest.mark.anyio
async def test_the_player_plays_on_a_server_that_watches_the_scripts(harena: Harena, tmp_path: Path) -> None:
    harena("new", "duel", "--folder", tmp_path)
    async with running(tmp_path, tmp_path / "scripts") as house:
        url = f"ws://127.0.0.1:{house.port}"
        ann = [sys.executable, str(tmp_path / "clients" / "play_duel.py"), "ann", "--url", url]
        async with await anyio.open_process(ann) as playing:
            assert playing.stdout
            printed = ""
            with anyio.fail_after(PATIENCE_SECONDS):
                async for text in TextReceiveStream(playing.stdout):
                    printed += text
                    if printed.count("\n") == 2:
                        playing.send_signal(signal.SIGINT)
            assert printed == "server: welcome, ann\nann: hello\n"
            assert await playing.wait() == 0


def test_without_a_server_the_player_says_so(harena: Harena, tmp_path: Path) -> None:
    harena("new", "duel", "--folder", tmp_path)
    player = [sys.executable, str(tmp_path / "clients" / "play_duel.py"), "--url", "ws://127.0.0.1:1"]
    done = subprocess.run(player, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("ws://127.0.0.1:1 cannot be reached")
    assert done.stderr.count("\n") == 1


def test_only_the_script_counts_as_one(harena: Harena, tmp_path: Path) -> None:
    harena("new", "duel", "--folder", tmp_path)
    assert list(look_into(tmp_path).entries) == []
    assert list(look_into(tmp_path / "scripts").entries) == ["duel.py"]


@pytest.mark.parametrize("there", [*FILES, "scripts/duel/main.py"])
def test_nothing_is_overwritten(harena: Harena, tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True)
    (tmp_path / there).write_text("mine")
    ended = harena("new", "duel", "--folder", tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {tmp_path}/{there.removesuffix('/main.py')} is there already\n")
    assert written(tmp_path) == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_the_folder_of_the_scripts_itself_is_not_meant(
    harena: Harena, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = harena("new", "duel", "--folder", tmp_path / "scripts")
    assert (ended.code, written(tmp_path)) == (1, [])
    assert ended.err == (
        "error: this would make a scripts/scripts\nhint: --folder names the folder that scripts/ lies in\n"
    )
    (tmp_path / "scripts").mkdir()
    monkeypatch.chdir(tmp_path / "scripts")
    assert harena("new", "duel").code == 1


def test_a_folder_that_cannot_be_is_a_refusal(harena: Harena, tmp_path: Path) -> None:
    (tmp_path / "scripts").write_text("a file")
    ended = harena("new", "duel", "--folder", tmp_path)
    assert (ended.code, ended.err) == (1, f"error: {tmp_path}/scripts/duel.py cannot be written: File exists\n")


@pytest.mark.parametrize("name", ["", "-x", "a b", "../duel", "duel/main", "x" * 65, "d\udcffel", "dü"])
def test_a_name_that_no_script_can_have_is_wrong_usage(harena: Harena, tmp_path: Path, name: str) -> None:
    ended = harena("new", "--folder", tmp_path, "--", name)
    assert (ended.code, ended.out, written(tmp_path)) == (2, "", [])
    assert "is no name for a script" in ended.err


def test_a_file_name_is_told_its_script(harena: Harena, tmp_path: Path) -> None:
    ended = harena("new", "duel.py", "--folder", tmp_path)
    assert ended.err.endswith("hint: leave out the .py: `harena new duel`\n")
