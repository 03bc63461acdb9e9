"""A world for a script to run in: one host object with a secret, a clock that stands still."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sandbox.facades import Inputs, Loaded, load_script

HERE = Path(__file__).parent
SECRET = "SECRET-7f3a"


class Host:
    """An object of the host, as the real ones are: slots, methods, one attribute that may be set."""

    __slots__ = ("_secret", "open", "received")

    _script_writable_ = frozenset({"open"})

    def __init__(self) -> None:
        self._secret = SECRET
        self.open = 1
        self.received: list[object] = []

    def send(self, *message: object) -> None:
        """Keep a message."""
        self.received.append(message)

    def hook(self, found: object) -> object:
        """Give back what is given."""
        return found

    def players(self) -> tuple[str, ...]:
        """Two players."""
        return ("ann", "bob")

    def log(self, text: object) -> None:
        """Take a line."""


def load(source: str | Mapping[str, str], main: str = "main.py", seed: int = 7) -> Loaded:
    """Load a script whose `game` is a host object, unless it imports for itself."""
    printed: list[str] = []
    sources = {main: source} if isinstance(source, str) else source
    game = Host()
    loaded = load_script(
        sources,
        main,
        Inputs(unix_time=lambda: 1e9, seed=seed),
        {"harena": {"game": game, "Host": Host}},
        printed.append,
    )
    loaded.namespace["printed"] = printed
    return loaded


def with_game(source: str) -> str:
    """The source with `game` imported, on its first line, so that lines keep their numbers."""
    first, newline, rest = source.partition("\n")
    if first.startswith("from __future__"):
        return f"{first}; from harena import game{newline}{rest}"
    return f"from harena import game; {source}" if _is_simple(first) else f"from harena import game\n{source}"


def _is_simple(line: str) -> bool:
    return not line.startswith(
        ("def ", "class ", "for ", "with ", "try", "match ", "if ", "async ", "@", "while ", '"""')
    )


def chunks(file: str) -> Iterator[str]:
    """The programs of a file of chunks."""
    for chunk in (HERE / file).read_text().split("\n---\n"):
        lines = chunk.split("\n")
        yield "\n".join(line for line in lines if not line.startswith("#")).strip("\n")


def manifest(folder: str) -> Iterator[list[str]]:
    """The rows of a corpus, its header left out."""
    for line in (HERE / folder / "manifest.tsv").read_text().splitlines()[1:]:
        yield line.split("\t")
