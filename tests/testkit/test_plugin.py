"""The plugin for pytest, in runs of its own."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tests.testkit.writing import ROOT

SCRIPT = """
    from harena import session

    def on_message(message):
        print("somebody says", message.text)
        session.broadcast(2, message.json())
"""

TESTS = """
    from harena.testing import Play


    def test_in_order(play: Play) -> None:
        game = play("../games/mirror.py", seed=1, configuration={"max_players": 1})
        ann = game.join("ann")
        ann.send(1, {"a": 1})
        assert ann.inbox.last(2).json() == {"a": 1}


    def test_error_looked_at(play: Play) -> None:
        game = play("../games/mirror.py")
        game.join("ann").send(1, "no JSON")
        assert game.errors


    def test_error_ignored(play: Play) -> None:
        play("../games/mirror.py").join("ann").send(1, "no JSON")


    def test_nothing_came(play: Play) -> None:
        ann = play("../games/mirror.py").join("ann")
        ann.send(1, "1")
        assert ann.inbox.last(3)


    def test_no_error_please(play: Play) -> None:
        game = play("../games/mirror.py")
        game.join("ann").send(1, "no JSON")
        assert not game.errors


    def test_without_a_game(play: Play) -> None:
        assert not play
"""


def _pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest with this plugin alone, whether or not it is among those that are installed."""
    (folder / "games").mkdir()
    (folder / "tests").mkdir()
    (folder / "games" / "mirror.py").write_text(dedent(SCRIPT))
    (folder / "tests" / "test_mirror.py").write_text(dedent(TESTS))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-p", "harena.pytest_plugin", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_fixture_plays_from_the_folder_of_the_test(tmp_path: Path) -> None:
    code, printed = _pytest(tmp_path, "-k", "in_order or looked_at", "-W", "error")
    assert (code, "2 passed, 4 deselected" in printed) == (0, True), printed


def test_an_error_that_a_test_does_not_look_at_fails_it(tmp_path: Path) -> None:
    code, printed = _pytest(tmp_path, "-k", "error_ignored")
    assert code == 1
    assert "1 passed, 5 deselected, 1 error" in printed
    assert "the script failed, and the test did not look at game.errors:" in printed
    assert "mirror.py:6: in on_message (op code 1 from ann): JSONDecodeError: Expecting value" in printed


def test_a_failing_test_shows_what_happened_in_its_games(tmp_path: Path) -> None:
    code, printed = _pytest(tmp_path, "-k", "nothing_came")
    assert code == 1
    assert "NotSeen: no message to ann with the op code 3 was seen, but:" in printed
    assert "Message(sender=-1, op_code=2, payload=b'1')" in printed
    assert "Transcript of <game at 0 s with 1 players>" in printed
    assert "0.000  info: somebody says 1" in printed
    assert "raise NotSeen" not in printed


def test_an_assertion_on_errors_shows_them(tmp_path: Path) -> None:
    code, printed = _pytest(tmp_path, "-k", "no_error_please")
    assert code == 1
    assert "assert not [mirror.py:6: in on_message (op code 1 from ann): JSONDecodeError" in printed
    assert "1 failed, 5 deselected in" in printed


def test_a_test_without_a_game_has_no_transcript(tmp_path: Path) -> None:
    code, printed = _pytest(tmp_path, "-k", "without_a_game")
    assert code == 1
    assert "Transcript" not in printed
