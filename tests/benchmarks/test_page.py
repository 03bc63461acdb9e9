"""The page on performance names every contender and every option."""

import re

from benchmarks.relaying.contenders import contenders
from benchmarks.relaying.options import parser
from tests.docs.pages import DOCS, rows

PAGE = DOCS / "explanation" / "performance.md"


def named(heading: str) -> set[str]:
    return {row.name.split()[0] for row in rows(PAGE) if row.heading == heading}


def test_every_contender_is_named_and_every_one_that_is_named_is_there() -> None:
    assert named("Who takes part") == {each.name for each in contenders("", "")}


def test_every_option_is_named_and_every_one_that_is_named_is_there() -> None:
    options = set(re.findall(r"--[a-z-]+", parser().format_usage()))
    assert {name for name in named("How to measure") if name.startswith("--")} == options
