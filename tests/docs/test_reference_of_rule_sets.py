"""The reference of rule sets names all that there is, its example is sound, and every open point is told."""

import ast
from dataclasses import fields
from enum import Enum

import pytest

from matchmaking import ruleset
from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.expressions import Function
from matchmaking.linting import lint
from matchmaking.parsing import MAX_BODY_CHARACTERS, parse_rule_set
from matchmaking.parsing_rules import RULE_TYPES
from tests.docs.pages import DOCS, REFERENCE, ROOT, blocks, rows

PAGE = REFERENCE / "rule-sets.md"
MATCHING = DOCS / "explanation" / "matching.md"


def values(enums: list[type[Enum]]) -> list[str]:
    return [str(member.value) for enum in enums for member in enum]


ENUMS = [
    each for each in vars(ruleset).values() if isinstance(each, type) and issubclass(each, Enum) and each is not Enum
]


def properties_read() -> set[str]:
    """Give the names of the properties that the parser asks for."""
    asks = {"text", "number", "whole", "choice", "items", "get"}
    found = set()
    for path in (ROOT / "matchmaking").glob("parsing*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(ast.Attribute(attr=name), [ast.Constant(value=str(key)), *_]) if name in asks:
                    found.add(key)
    return found


@pytest.mark.parametrize("word", sorted({*values(ENUMS), *values([Function]), *RULE_TYPES, *properties_read()}))
def test_every_word_is_named(word: str) -> None:
    assert f"`{word}`" in PAGE.read_text() or f"{word}(" in PAGE.read_text()


def test_the_example_is_sound() -> None:
    (example,) = [block for block in blocks(PAGE) if block.language == "json"]
    assert lint(parse_rule_set(example.text)) == ()


def test_the_longest_rule_set_is_told() -> None:
    assert f"{MAX_BODY_CHARACTERS:,}" in PAGE.read_text()


def test_every_open_point_is_told_with_its_default() -> None:
    told = {row.name: row.cells[1] for row in rows(MATCHING, "Where the documentation is silent")}
    shown = {True: "yes", False: "no"}
    defaults = {field.name: getattr(DEFAULT_CHOICES, field.name) for field in fields(Choices)}
    assert told == {name: shown[each] if isinstance(each, bool) else f"{each:,}" for name, each in defaults.items()}
