"""Typical mistakes of new authors, and what `harena validate` prints of each: a script, a line, what is printed."""

from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from runtime.cli.running import run

MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.txt"))

_LINE = "# ---- harena validate prints:\n"


def parts(mistake: Path) -> tuple[str, str]:
    """The script of a file, and what is to be printed."""
    script, _, expected = mistake.read_text().partition(_LINE)
    return script, expected


def printed(mistake: Path) -> str:
    """What the command prints of a script, in the folder where it lies."""
    with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(StringIO()) as out:
        file = Path(mistake.stem + ".py")
        file.write_text(parts(mistake)[0])
        run(["validate", str(file)])
    return out.getvalue()


def accept() -> None:
    """Write what is printed now; the difference is the review."""
    for mistake in MISTAKES:
        mistake.write_text(parts(mistake)[0] + _LINE + printed(mistake))


if __name__ == "__main__":
    accept()
