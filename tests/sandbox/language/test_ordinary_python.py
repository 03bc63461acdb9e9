"""Python that has to work in a script as anywhere."""

import pytest

from tests.sandbox.language.world import chunks, load, with_game


@pytest.mark.parametrize("chunk", list(chunks("ordinary.txt")))
def test_it_runs(chunk: str) -> None:
    loaded = load(with_game(chunk))
    assert not loaded.faults


def test_print_writes_lines() -> None:
    loaded = load("log = print\nlog('a', 1, sep='-')\nprint('x\\ny', end='!')\nprint()\nprint('b', file=5)\n")
    assert loaded.namespace["printed"] == ["a-1", "x\ny!", "", "b"]


def test_a_constant_in_a_case_is_warned_of() -> None:
    loaded = load("HIT = 3\nmatch 4:\n    case HIT:\n        pass\n")
    (warning,) = loaded.warnings
    assert (warning.line, warning.column) == (3, 10)
    assert "takes any value" in warning.message


def test_what_the_parser_warns_of_is_handed_on() -> None:
    loaded = load("x = 1 is 1\n")
    assert not loaded.faults
    assert [warning.line for warning in loaded.warnings] == [1]
