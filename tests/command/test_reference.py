"""The page about the command is what the command says, and leaves none out."""

from collections.abc import Iterator

import typer.main

from runtime.cli.app import app
from tests.command.reference import COMMANDS, REFERENCE, written


def test_the_page_is_up_to_date() -> None:
    assert REFERENCE.read_text() == written(), "run `python -m tests.command.reference` and look at the difference"


def test_the_page_has_every_command() -> None:
    assert sorted(COMMANDS) == sorted(_names(typer.main.get_command(app), ""))


def _names(command: object, name: str) -> Iterator[str]:
    yield name
    for inner_name, inner in getattr(command, "commands", {}).items():
        yield from _names(inner, f"{name} {inner_name}".strip())
