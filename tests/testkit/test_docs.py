"""The pages on tests of scripts: their files are saved and their tests run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harena import testing
from tests.docs.pages import DOCS, blocks
from tests.docs.reader import Reader
from tests.testkit.writing import ROOT

HOW_TO = DOCS / "how-to" / "test-a-script.md"
PORT = DOCS / "how-to" / "port-from-gamelift.md"
TUTORIAL = DOCS / "tutorials" / "first-test.md"


@pytest.mark.parametrize(
    ("page", "passed"), [(HOW_TO, 16), (PORT, 2), (TUTORIAL, 3)], ids=lambda given: getattr(given, "stem", "")
)
def test_the_tests_of_a_page_pass(page: Path, passed: int, tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for block in blocks(page):
        if block.language in ("python", "diff"):
            reader.do(block)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-p", "harena.pytest_plugin", "-W", "error", "tests"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"= {passed} passed in " in done.stdout, done.stdout
    for script in (tmp_path / "games").glob("*.py"):
        assert testing.play(script).warnings == ()


@pytest.mark.parametrize("name", [name for name in vars(testing.Game) if not name.startswith("_")])
def test_the_how_to_names_all_that_a_game_can_do(name: str) -> None:
    if name not in {"failed", "now"}:
        assert f"game.{name}" in HOW_TO.read_text()


@pytest.mark.parametrize("name", [name for name in vars(testing.FakePlayer) if not name.startswith("_")])
def test_the_pages_name_all_that_a_player_can_do(name: str) -> None:
    if name not in {"told", "dismissed", "request_group_membership"}:
        assert f".{name}" in HOW_TO.read_text()
