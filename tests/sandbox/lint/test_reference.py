"""The page on validation names every lint, and each of its examples is found by the lint that it stands under."""

import re
from pathlib import Path

import pytest

from sandbox.lint.facts import gathered
from sandbox.lint.table import LINTS
from tests.docs.pages import REFERENCE, Block, Row, bare, blocks, rows
from tests.sandbox.lint.judging import judged, loaded_as

PAGE: Path = REFERENCE / "validation.md"
FINDS = [block for block in blocks(PAGE) if "finds" in block.marks]
INSTEAD = [block for block in blocks(PAGE) if "instead" in block.marks]


def _names(heading: str) -> list[str]:
    section = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    return [
        name for part in section if part.startswith(heading) for name in re.findall(r"^### (.+)$", part, re.MULTILINE)
    ]


def test_every_lint_is_named_in_order() -> None:
    assert _names("Faults") == [lint.name for lint in LINTS if lint.refuses]
    assert _names("Warnings") == [lint.name for lint in LINTS if not lint.refuses]


def test_every_lint_has_an_example_and_its_mend() -> None:
    assert [block.marks["finds"] for block in FINDS] == [lint.name for lint in LINTS]
    assert [block.marks["instead"] for block in INSTEAD] == [lint.name for lint in LINTS]


@pytest.mark.parametrize("block", FINDS, ids=lambda block: block.marks["finds"])
def test_an_example_is_found(block: Block) -> None:
    facts = gathered({"main.py": block.text}, "main.py", *loaded_as(block.text))
    assert [lint.name for lint in LINTS if list(lint.look(facts))] == [block.marks["finds"]]


@pytest.mark.parametrize("block", INSTEAD, ids=lambda block: block.marks["instead"])
def test_its_mend_is_in_order(block: Block) -> None:
    assert judged(block.text) == ([], [])


@pytest.mark.parametrize("row", rows(PAGE, "The language"), ids=lambda row: row.name)
def test_an_example_of_the_language_is_refused_as_told(row: Row) -> None:
    faults, _ = judged(bare(row.cells[0]) + "\n")
    assert bare(row.cells[1]).strip() in {fault.message.replace("`", "") for fault in faults}
