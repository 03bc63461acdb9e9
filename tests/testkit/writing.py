"""Scripts of a few lines, written where a test can play them."""

from pathlib import Path
from textwrap import dedent

from harena.testing import Game, play

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_scripts"


def written(folder: Path, source: str, name: str = "script.py") -> Path:
    """Write a script with the usual import in its first line."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("from harena import session\n" + dedent(source))
    return path


def played(folder: Path, source: str) -> Game:
    """Write a script and play it."""
    return play(written(folder, source))
