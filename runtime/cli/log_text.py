"""A line of a game session's log, for a human."""

from rich.text import Text

from desk.house import LogView
from runtime.cli.printing import shown_time
from runtime.fault_text import printable, printable_lines

LEVEL_STYLES = {"error": "red", "critical": "red bold", "warning": "yellow", "debug": "dim"}
_LEVEL_CHARACTERS = 8


def log_text(line: LogView) -> Text:
    """Time, level and text; further lines of the text are set below its first."""
    head = f"{shown_time(line.time)}  "
    level = printable(line.level)
    text = Text.assemble((head, "dim"), (level.ljust(_LEVEL_CHARACTERS), LEVEL_STYLES.get(level.lower(), "")))
    indent = " " * (len(head) + _LEVEL_CHARACTERS + 1)
    return text.append(" " + f"\n{indent}".join(printable_lines(line.text)))


def missing_text(lines: int) -> Text:
    """What stands in the place of lines that are not kept."""
    return Text(f"({lines:,} {'line is' if lines == 1 else 'lines are'} not kept)", "dim")
