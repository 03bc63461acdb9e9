"""What a script may not say or do is refused on its line, in words that say which."""

import pytest

from sandbox.policy import describe
from tests.sandbox.language.world import SECRET, chunks, load, with_game

REFUSALS = list(chunks("refusals.txt"))


def _expected(chunk: str) -> tuple[str, int, str]:
    source = with_game(chunk)
    marked = [number for number, line in enumerate(source.split("\n"), 1) if "###" in line]
    assert len(marked) == 1, f"exactly one line of a chunk is marked: {chunk}"
    line = source.split("\n")[marked[0] - 1]
    return source, marked[0], line.partition("###")[2].strip()


@pytest.mark.parametrize("chunk", REFUSALS)
def test_the_marked_line_is_refused(chunk: str) -> None:
    source, line, message = _expected(chunk)
    try:
        loaded = load(source)
    except Exception as error:  # noqa: BLE001 - whatever it is, it has to name the line
        raised = describe(error, {"main.py": source})
        assert (message in raised.text, raised.line) == (True, line), raised
        assert SECRET not in raised.text
    else:
        told = [(fault.line, fault.message + " " + fault.hint) for fault in loaded.faults]
        assert any(at == line and message in text for at, text in told), told or "it was let through"


def test_there_are_enough_of_them() -> None:
    assert len(REFUSALS) > 200


def test_all_faults_of_a_file_are_told_at_once() -> None:
    loaded = load("import os\nx = __builtins__\nasync def f(): pass\nopen('x')\n")
    assert [fault.line for fault in loaded.faults] == [1, 2, 3, 4]
    assert loaded.namespace.keys() == {"printed"}


def test_a_fault_has_a_place_and_a_way_out() -> None:
    (fault,) = load("class A:\n    ä = open('x')\n").faults
    assert (fault.file, fault.line, fault.column, fault.source_line) == ("main.py", 2, 9, "    ä = open('x')")
    assert fault.message == "'open' is not available"
    assert "no files" in fault.hint


def test_a_builtin_that_the_script_defines_is_its_own() -> None:
    assert not load("def open(x): return x\nassert open(3) == 3\nexit = 5\ndef f(input): return input\n").faults
