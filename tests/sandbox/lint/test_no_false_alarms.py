"""Scripts that are as they should be get no word, and no text stops the lints."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.lint import linted
from sandbox.lint.source_files import MAX_LINTED_CHARACTERS
from tests.docs.pages import ROOT, blocks, pages
from tests.sandbox.language.test_hostile_text import HOSTILE, TOKENS
from tests.sandbox.language.world import HERE as LANGUAGE
from tests.sandbox.language.world import chunks as programs
from tests.sandbox.language.world import with_game
from tests.sandbox.lint.judging import chunks, judged

SAMPLES = sorted((ROOT / "sample_scripts").glob("*.py"))
BENIGN = sorted((LANGUAGE / "benign").glob("*.py"))
#: The scripts that the documentation shows, by page and file; clients, back ends and tests are none.
SHOWN = [
    pytest.param(block.text, id=f"{block.where} {block.marks['file']}")
    for page in pages()
    for block in blocks(page)
    if block.language == "python" and "file" in block.marks
    if "import Client" not in block.text and "import boto3" not in block.text and "test_" not in block.marks["file"]
]
ALL = [path.read_text() for path in SAMPLES + BENIGN] + list(chunks("found.txt")) + list(chunks("clean.txt")) + HOSTILE


def path_id(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", SAMPLES, ids=path_id)
def test_a_sample_gets_no_word(path: Path) -> None:
    assert judged(path.read_text()) == ([], [])


@pytest.mark.parametrize("script", SHOWN)
def test_a_script_of_the_documentation_gets_no_word(script: str) -> None:
    assert judged(script) == ([], [])


@pytest.mark.parametrize("path", BENIGN, ids=path_id)
def test_a_benign_script_gets_no_word(path: Path) -> None:
    assert judged(path.read_text()) == ([], [])


@pytest.mark.parametrize("source", [with_game(program) for program in programs("ordinary.txt")])
def test_ordinary_python_gets_no_word(source: str) -> None:
    found = linted({"main.py": source}, "main.py", {}, {})
    assert (found.faults, found.warnings) == ((), ())


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(ALL),
    st.lists(st.tuples(st.integers(0), st.integers(0, 30), TOKENS | st.text(max_size=5)), max_size=4),
)
def test_no_text_stops_the_lints(source: str, spots: list[tuple[int, int, str]]) -> None:
    source = source[:3000]
    for where, length, put in spots:
        at = where % (len(source) + 1)
        source = source[:at] + put + source[at + length :]
    found = linted({"main.py": source}, "main.py", {}, {})
    for fault in (*found.faults, *found.warnings):
        assert fault.message
        assert 0 < fault.line <= source.count("\n") + 1 or "\r" in source or "\f" in source


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "-" * 5000 + "1",
        "x = " + "1 + " * 3000 + "1",
        "if 1: pass\n" + "elif 1: pass\n" * 2000,
        "f" + "()" * 3000,
    ],
)
def test_no_depth_stops_the_lints(source: str) -> None:
    found = linted({"main.py": source}, "main.py", {}, {})
    assert not found.warnings


def test_what_is_larger_than_a_script_of_a_person_is_not_looked_at() -> None:
    large = "x = 1\n" * (MAX_LINTED_CHARACTERS // 6 + 1)
    assert linted({"main.py": large + "y = undefined\n"}, "main.py", {}, {}).faults == ()
