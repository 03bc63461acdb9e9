"""What the command prints: tables for humans, columns for pipes, JSON for programs."""

import json
import sys
import time
from collections.abc import Sequence

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from desk.view_json import plain
from runtime.fault_text import printable

#: A heading that begins with this sign stands over numbers, which are set to the right.
RIGHT = ">"
#: Wide enough that nothing is cut or wrapped where there is no screen to fit.
_NO_SCREEN_COLUMNS = 1_000_000

Cell = str | int | Text


def print_json(views: object) -> None:
    """Print views as JSON, in ASCII, which every terminal and pipe can carry."""
    typer.echo(json.dumps(plain(views), indent=2))


def print_json_line(view: object) -> None:
    """Print one view as one line of JSON, at once even into a pipe."""
    typer.echo(json.dumps(plain(view)))


def print_text(text: str | Text) -> None:
    """Print lines as they are: coloured on a terminal, and never wrapped by us."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(text, soft_wrap=True)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Print a table that fits the terminal, or, where there is none, whole columns without decoration."""
    if sys.stdout.isatty():
        Console(highlight=False).print(_table(headings, rows, screen=True))
    else:
        typer.echo(plain_table(headings, rows), nl=False)


def plain_table(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """The table for a pipe: every line whole, nothing cut off, no blanks at its end."""
    console = Console(width=_NO_SCREEN_COLUMNS, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(_table(headings, rows, screen=False))
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def shown_time(unix_seconds: float) -> str:
    """A moment in local time, to the second."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(unix_seconds))


def shown_duration(seconds: float) -> str:
    """How long, in the two largest units that say it."""
    whole = max(int(seconds), 0)
    parts = [(whole // 86_400, "d"), (whole // 3_600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
    first = next((at for at, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2])


def _table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, screen: bool) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD if screen and any(headings) else None,
        show_header=any(headings),
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="bold",
    )
    for heading in headings:
        table.add_column(
            heading.removeprefix(RIGHT),
            justify="right" if heading.startswith(RIGHT) else "left",
            no_wrap=not screen,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(printable(str(cell))) for cell in row))
    return table
