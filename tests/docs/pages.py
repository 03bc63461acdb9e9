"""Pages of the documentation, taken apart: code blocks, tables and links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
README = ROOT / "README.md"

_FENCE = re.compile(r"^```(?P<about>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """A fenced block. What stands behind its language are marks: ``file=games/tag.py``, ``terminal=ann``."""

    page: str
    line: int
    language: str
    marks: dict[str, str]
    text: str

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Row:
    """A row of a table, with the heading that it stands under."""

    heading: str
    cells: tuple[str, ...]

    @property
    def name(self) -> str:
        """The first cell without its backticks."""
        return bare(self.cells[0])


def pages() -> list[Path]:
    """All pages, the README first."""
    return [README, *sorted(DOCS.rglob("*.md"))]


def shown(page: Path) -> str:
    """A page's name as a test's id."""
    return str(page.relative_to(ROOT))


def bare(cell: str) -> str:
    """A cell's text without backticks."""
    return cell.replace("`", "")


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text()
    return [_block(page, text, match) for match in _FENCE.finditer(text)]


def _block(page: Path, text: str, match: re.Match[str]) -> Block:
    language, *marks = match["about"].split() or [""]
    line = text.count("\n", 0, match.start()) + 1
    return Block(shown(page), line, language, dict(mark.partition("=")[::2] for mark in marks), match["text"])


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def rows(page: Path, heading: str = "") -> list[Row]:
    """The rows of a page's tables, without their headings; of all tables, or of those under one heading."""
    found = [row for row in _rows(prose(page)) if heading in ("", row.heading)]
    assert found, f"{shown(page)} has no table {heading!r}"
    return found


def _rows(text: str) -> Iterator[Row]:
    heading, inside = "", False
    for line in text.splitlines():
        if match := _HEADING.match(line):
            heading = bare(match[1])
        if not line.startswith("|"):
            inside = False
        elif set(line) <= set("|-: "):
            inside = True
        elif inside:
            yield Row(heading, tuple(cell.strip().replace("\\|", "|") for cell in _CELLS.split(line)[1:-1]))


def links(page: Path) -> list[str]:
    """The targets of a page's links."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """What a link can name behind ``#``: the page's headings, as GitHub writes them."""
    headings = (bare(match[1]).lower() for match in _HEADING.finditer(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def named_in_reference() -> str:
    """Everything that the reference says, as one text."""
    return "\n".join(path.read_text() for path in sorted(REFERENCE.iterdir()) if path.suffix in (".md", ".txt"))
