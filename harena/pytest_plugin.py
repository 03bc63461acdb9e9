"""The plugin for pytest: the fixture ``play``, and, where a test fails, what happened in its games.

It is imported in every run of pytest where Harena is installed, so it imports nothing until a test asks for ``play``.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harena.testing import Play

#: So many lines of a game's transcript are shown where its test fails, the latest ones.
LINES_SHOWN = 60

_PLAY = pytest.StashKey["Play"]()


@pytest.fixture
def play(request: pytest.FixtureRequest) -> "Iterator[Play]":
    """Play a script, named from the folder of the test's file; a test that ignores its errors fails."""
    from harena.testing import Play

    request.node.stash[_PLAY] = begin = Play(request.path.parent)
    yield begin
    ignored = [repr(error) for game in begin.games if game.failed and not game.errors_read for error in game.errors]
    if ignored:
        pytest.fail(
            "\n".join(["the script failed, and the test did not look at game.errors:", *ignored]), pytrace=False
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the transcripts of its games to the report of a test that failed."""
    report = yield
    begun = item.stash.get(_PLAY, None)
    if begun and report.when == "call" and report.failed:
        for game in begun.games:
            report.sections.append((f"Transcript of {game!r}", "\n".join(game.transcript[-LINES_SHOWN:])))
    return report
