"""Every page's examples, done as a reader would, with a real server: commands, files, edits, and what comes of them."""

import ast
import re
from pathlib import Path

import pytest

from tests.docs.pages import README, ROOT, Block, blocks, pages, shown
from tests.docs.reader import Reader

#: What is shown and does nothing. (Settings in TOML are loaded by the tests of the command.)
TO_BE_LOOKED_AT = {"csharp", "js", "mermaid", "json", "proto", "text", "toml", "yaml"}

SAMPLES = ROOT / "sample_scripts"

#: What pages quote from samples.
QUOTES = [block for page in pages() for block in blocks(page) if "sample" in block.marks]

LIVELY = [page for page in pages() if any(block.language == "console" for block in blocks(page))]


@pytest.mark.parametrize("page", LIVELY, ids=shown)
def test_the_examples_of_a_page_work(page: Path, reader: Reader) -> None:
    reader.follow(page)


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_every_block_either_runs_or_is_only_to_be_looked_at(page: Path) -> None:
    idle = [block for block in blocks(page) if block.language not in {"console", *TO_BE_LOOKED_AT} and not block.marks]
    for block in idle:
        assert _prepares(block), f"{block.where} is neither run nor of a language that does not run"


def _prepares(block: Block) -> bool:
    """Setting up: make's targets, and the environment that they make."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    commands = [line.partition("#")[0].split() for line in block.text.splitlines()]
    return block.language == "sh" and all(
        command == [".", f"{_venv(makefile)}/bin/activate"] or (command[0] == "make" and set(command[1:]) <= targets)
        for command in commands
    )


def _venv(makefile: str) -> str:
    match = re.search(r"^VENV := (\S+)$", makefile, re.MULTILINE)
    assert match
    return match[1]


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: quote.where)
def test_a_quote_is_in_its_sample(quote: Block) -> None:
    assert f"\n{quote.text}" in (SAMPLES / quote.marks["sample"]).read_text()


def test_each_sample_is_the_answer_to_a_how_to() -> None:
    quoted = {quote.marks["sample"] for quote in QUOTES if quote.page.startswith("docs/how-to/")}
    assert quoted == {path.name for path in SAMPLES.glob("*.py")}


def test_make_play_is_what_the_reader_types() -> None:
    assert "$(BIN)/harena dev sample_scripts\n" in (ROOT / "Makefile").read_text()


def test_script_client_and_test_of_the_readme_are_short() -> None:
    files = [block for block in blocks(README) if block.language == "python"]
    assert len(files) == 3
    for block in files:
        ast.parse(block.text)
        assert len(block.text.splitlines()) <= 15, block.where


def test_the_tutorials_script_is_the_sample() -> None:
    page = ROOT / "docs" / "tutorials" / "first-game.md"
    script = next(block for block in blocks(page) if block.marks.get("file") == "games/tag.py")
    assert script.text == (SAMPLES / "tag.py").read_text()
