"""Each mistake is found on its line by its lint, and nothing else is; what is no mistake is left alone."""

import pytest

from sandbox.lint.facts import gathered
from sandbox.lint.table import LINTS
from tests.sandbox.lint.judging import chunks, judged, loaded_as

FOUND = list(chunks("found.txt"))
CLEAN = list(chunks("clean.txt"))


def _marked(source: str) -> tuple[int, str, str]:
    lines = [number for number, line in enumerate(source.split("\n"), 1) if "###" in line]
    assert len(lines) == 1, f"one line of a chunk is marked: {source}"
    name, _, text = source.split("\n")[lines[0] - 1].partition("###")[2].partition(":")
    return lines[0], name.strip(), text.strip()


@pytest.mark.parametrize("source", FOUND)
def test_a_mistake_is_found(source: str) -> None:
    line, name, text = _marked(source)
    (lint,) = [lint for lint in LINTS if lint.name == name]
    faults, warnings = judged(source)
    (found,) = faults if lint.refuses else warnings
    assert not (warnings if lint.refuses else faults)
    assert found.line == line
    assert found.column > 0
    assert text in f"{found.message} {found.hint}", found


@pytest.mark.parametrize("source", FOUND)
def test_one_lint_alone_finds_it(source: str) -> None:
    facts = gathered({"main.py": source}, "main.py", *loaded_as(source))
    assert {lint.name for lint in LINTS if list(lint.look(facts))} == {_marked(source)[1]}


def test_every_lint_finds_something() -> None:
    assert {_marked(source)[1] for source in FOUND} == {lint.name for lint in LINTS}


@pytest.mark.parametrize("source", CLEAN)
def test_what_is_no_mistake_is_left_alone(source: str) -> None:
    assert judged(source) == ([], [])
