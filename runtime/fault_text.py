"""Faults of scripts, written as a good compiler writes them; and strangers' text, made fit for a terminal."""

from rich.cells import cell_len
from rich.text import Text

from deployment.checker import Fault

_TAB = "    "


def printable(text: str) -> str:
    """The text on one line without control characters: what a script or a player wrote cannot steer the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def printable_lines(text: str) -> list[str]:
    """The text's lines, each made printable; at least one."""
    return [printable(line.replace("\t", _TAB)) for line in text.splitlines()] or [""]


def fault_text(fault: Fault, folder: str = "", *, warning: bool = False) -> Text:
    """Say where it is and what, with the source line, a caret and the help, as far as each is known.

    `folder` is put in front of the file's name. The lines are separated by newlines, with none at the end.
    """
    text = Text.assemble((_place(fault, folder), "bold"), ": ")
    text.append("warning: " if warning else "", "yellow bold")
    text.append(printable(fault.message), "" if warning else "red")
    margin = " " * len(str(fault.line))
    if fault.line and fault.source_line:
        text.append(f"\n  {fault.line} | ", "blue").append(_shown(fault.source_line))
    if fault.line and fault.source_line and fault.column:
        text.append(f"\n  {margin} | ", "blue").append(_up_to(fault) + "^", "red bold")
    if fault.hint:
        text.append(f"\n  {margin if fault.line else ''} = help: ", "blue").append(printable(fault.hint))
    return text


def _place(fault: Fault, folder: str) -> str:
    file = f"{folder.rstrip('/')}/{fault.file}" if folder else fault.file
    numbers = [str(number) for number in (fault.line, fault.column)]
    known = numbers if fault.line and fault.column else numbers[:1] if fault.line else []
    return printable(":".join([file, *known]))


def _shown(source: str) -> str:
    return printable(source.rstrip("\r\n").replace("\t", _TAB))


def _up_to(fault: Fault) -> str:
    # A wide letter takes two places on the screen, and the caret stands below what it points at.
    return " " * cell_len(_shown(fault.source_line[: fault.column - 1] + ".")[:-1])
