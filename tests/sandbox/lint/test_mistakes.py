"""Typical mistakes of new authors each give a message that leads to the mend."""

from pathlib import Path

import pytest

from tests.sandbox.lint.mistaken import MISTAKES, parts, printed


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.stem)
def test_the_command_says_it_as_ever(mistake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert printed(mistake) == parts(mistake)[1]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.stem)
def test_each_message_says_what_to_write(mistake: Path) -> None:
    expected = parts(mistake)[1]
    said = expected.count(f"{mistake.stem}.py:")
    assert said > 0
    assert expected.count(" = help: ") + expected.count("did you mean") + expected.count("lies between") >= said


def test_there_are_enough_of_them() -> None:
    assert len(MISTAKES) >= 10
