"""What has changed between two versions of a script, and how it is shown."""

from difflib import unified_diff
from typing import Literal

from rich.text import Text

from desk.house import SourceView
from runtime.fault_text import printable
from session.values import value

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@value
class FileDiff:
    """What has changed in one file: the lines of a unified diff, its two headings included."""

    path: str
    change: Literal["added", "removed", "changed"]
    lines: tuple[str, ...]


@value
class ScriptDiff:
    """What has changed from version `a` of a script to its version `b`; files that are the same are not named."""

    script: str
    a: int
    b: int
    files: tuple[FileDiff, ...]


def file_diffs(old: SourceView, new: SourceView) -> tuple[FileDiff, ...]:
    """The files that differ, in the order of their paths."""
    before = {file.path: file.text for file in old.files}
    after = {file.path: file.text for file in new.files}
    changed = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
    return tuple(_file_diff(path, before.get(path), after.get(path), (old.number, new.number)) for path in changed)


def diff_text(diff: ScriptDiff) -> Text:
    """All files' differences, coloured."""
    if not diff.files:
        return Text(f"{printable(diff.script)}: v{diff.a} and v{diff.b} hold the same files")
    return Text("\n").join(_line_text(line) for file in diff.files for line in file.lines)


def _file_diff(path: str, before: str | None, after: str | None, numbers: tuple[int, int]) -> FileDiff:
    names = [
        "/dev/null" if text is None else f"v{number}/{path}"
        for text, number in zip((before, after), numbers, strict=True)
    ]
    found = unified_diff(_lines(before), _lines(after), names[0], names[1], lineterm="")
    change: Literal["added", "removed", "changed"] = "changed"
    if before is None or after is None:
        change = "added" if before is None else "removed"
    return FileDiff(path, change, tuple(line for pieces in found for line in pieces.split("\n")))


def _lines(text: str | None) -> list[str]:
    """The lines without their newlines; a last one that has none is followed by the words that `diff` uses."""
    if not text:
        return []
    *whole, rest = text.split("\n")
    return [*whole, f"{rest}\n\\ No newline at end of file"] if rest else whole


def _line_text(line: str) -> Text:
    style = "bold" if line.startswith(("--- ", "+++ ")) else _STYLES.get(line[:1], "")
    return Text(printable(line.replace("\t", "    ")), style)
