"""`harena new`: a small script, its unit test and a player to start from."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the script is to be called.")],
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", file_okay=False, help="Where it is written; made if need be.")
    ] = Path(),
) -> None:
    """Write a small script with its unit test and a player, to start from.

    They lie in folders of their own, since every Python file in a watched folder counts as a script: scripts/NAME.py,
    tests/test_NAME.py and clients/play_NAME.py. Nothing is overwritten.
    """
    from runtime.cli.printing import plain_table, print_text
    from runtime.cli.starter import has_pytest, starter, steps, write

    written = starter(name)
    write(folder, written)
    files = plain_table(("", ""), [(str(folder / file.path), file.what) for file in written])
    commands = (f"  {step}" for step in steps(name, folder, pytest_is_here=has_pytest()))
    print_text("\n".join([files, "Try it:", *commands]))
