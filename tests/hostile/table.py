"""The table of hostile scripts by kind of attack and by the layer that stops them, as the page shows it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.corpus import LAYERS, Row, rows

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "hostile-scripts.md"
_BEGIN, _END = "<!-- table: make accept -->\n", "<!-- end of table -->\n"


def counted(known: Sequence[Row]) -> str:
    """Draw the table."""
    kinds = sorted({row.kind for row in known})
    lines = ["kind of attack", *LAYERS, "all"]
    table = [lines, ["---", *["---:"] * (len(LAYERS) + 1)]]
    for kind in kinds:
        table.append([kind, *_numbers([row for row in known if row.kind == kind])])
    table.append(["**all**", *_numbers(known)])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in table)


def _numbers(known: Sequence[Row]) -> list[str]:
    by_layer = Counter(row.layer for row in known)
    return [*(str(by_layer[layer] or "") for layer in LAYERS), str(len(known))]


def drawn(page: str) -> str:
    """The page with the table of the manifest."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{counted(rows())}\n{_END}{after}"


def write() -> None:
    """Draw the table of the page anew."""
    PAGE.write_text(drawn(PAGE.read_text()))
