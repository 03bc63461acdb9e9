"""Close codes, drops, outcomes and the life of a peer, compared with the code that brings them about."""

import re

import pytest

from session.answers import Outcome
from session.effects import Drop
from session.farewells import CloseCode
from session.life import VIOLATIONS, Stage, Step
from tests.docs import life_diagram
from tests.docs.pages import REFERENCE, Row, named_in_reference, rows

OUTCOMES = REFERENCE / "outcomes.md"

#: The cases that the reference must not lack, by a few words of each.
CASES = [
    "refuses a login",
    "is full",
    "same player logs in again",
    "data before the login",
    "unknown target",
    "not a member",
    "group id ≤ 0",
    "over 4,096 bytes",
    "too many messages a second",
    "unparsable bytes",
]

SHOWN = [row for row in rows(OUTCOMES, "Every case") if "conversations/" in row.cells[2]]


def test_the_close_codes_are_all_there() -> None:
    named = {row.name: bare for row in rows(OUTCOMES, "Close codes") for bare in [row.cells[1].strip("`")]}
    assert named == {str(code.value): code.name for code in CloseCode}


def test_the_drops_are_all_there() -> None:
    assert {row.name: row.cells[1] for row in rows(OUTCOMES, "Drops")} == {drop.name: drop.value for drop in Drop}


def test_the_outcomes_are_all_there() -> None:
    assert {row.name for row in rows(OUTCOMES, "How a run of the script ended")} == {
        outcome.value for outcome in Outcome
    }


@pytest.mark.parametrize("case", CASES)
def test_the_cases_are_all_there(case: str) -> None:
    assert any(case in row.cells[0] for row in rows(OUTCOMES, "Every case"))


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.name[:40])
def test_a_conversation_shows_the_code_or_the_drop_that_is_told(row: Row) -> None:
    link = re.search(r"\(([^)]+)\)", row.cells[2])
    assert link
    conversation = (REFERENCE / link[1]).read_text()
    for code in re.findall(r"\b4\d\d\d\b", row.cells[1].replace("4096", "")):
        assert re.search(rf"^  (?:x \d+|=) {code} ", conversation, re.MULTILINE), (
            f"nothing ends with {code} in {link[1]}"
        )
    if row.cells[1].startswith("dropped: "):
        assert row.cells[1].removeprefix("dropped: ") in conversation


@pytest.mark.parametrize("name", [*CloseCode.__members__, *Drop.__members__, *(outcome.value for outcome in Outcome)])
def test_each_word_is_in_the_reference(name: str) -> None:
    assert f"`{name}`" in named_in_reference()


def test_the_diagram_of_a_life_is_drawn_from_its_table() -> None:
    page = life_diagram.PAGE.read_text()
    assert life_diagram.drawn(page) == page, "draw it anew: python -m tests.docs.life_diagram"


def test_the_stages_the_steps_and_the_violations_are_all_there() -> None:
    found = rows(life_diagram.PAGE)
    assert {row.name for row in found if row.name in Stage.__members__} == set(Stage.__members__)
    assert {row.name for row in found} >= set(Step.__members__)
    told = {(row.name, row.cells[1].strip("`"), row.cells[2]) for row in found if len(row.cells) == 3}
    wrong = {(stage.name, step.name, why) for stage, steps in VIOLATIONS.items() for step, why in steps.items()}
    assert wrong <= told
