"""The corpus: hostile scripts, and what is known of each.

``shared`` are those of a corpus that was made for several sandboxes: their game is called ``game``, and RESULT is what
they have got hold of. ``ours`` are written for this one.
"""

from pathlib import Path

from session.values import value

HERE = Path(__file__).parent
MANIFEST = HERE / "manifest.tsv"

#: The layers that can stop a script, in the order in which it meets them.
LAYERS = ("validation", "language", "limits", "processor", "memory", "watchdog", "process", "relay", "nothing")
#: Which of these is first depends on how busy the machine is, and on the version of Python.
BY_FORCE = frozenset({"processor", "memory", "watchdog", "process"})
#: What these refuse takes next to no time: where they alone stop a script, no machine is so busy that another is first.
BY_WORD = frozenset({"validation", "language"})

_GAME = b"from harena import session as game"
_BLOCKS = (b"def ", b"class ", b"for ", b"with ", b"try", b"match ", b"if ", b"async ", b"@", b"while ", b'"""')
_SHOW_RESULT = b"\ndef on_process_terminate(): print(RESULT)\n"


@value
class Row:
    """A script: its file, the kind of attack, the harm that it is after, and the layers that stop it."""

    file: str
    kind: str
    harm: str
    stopped_by: tuple[str, ...]

    def stopped_as_told(self, layers: frozenset[str]) -> bool:
        """Whether these are the layers that stop it. On a machine that is busy enough the watchdog is mostly first."""
        told = {*self.stopped_by}
        if told & BY_FORCE and layers & BY_FORCE:
            return True
        return layers <= (told if told <= BY_WORD else told | {"watchdog"})

    @property
    def layer(self) -> str:
        """The layer that it is counted under."""
        return self.stopped_by[0]


def rows() -> list[Row]:
    """The manifest, without its header."""
    lines = [line.split("\t") for line in MANIFEST.read_text().splitlines()[1:]]
    return [Row(file, kind, harm, tuple(layers.split("|"))) for file, kind, harm, layers in lines]


def files() -> set[str]:
    """Every script that there is."""
    return {f"{folder}/{path.name}" for folder in ("shared", "ours") for path in (HERE / folder).glob("*.py")}


def source_of(file: str) -> bytes:
    """A script's source; lines keep their numbers where that is possible."""
    source = (HERE / file).read_bytes()
    if file.startswith("ours/"):
        return source
    if b"RESULT" in source:
        source += _SHOW_RESULT
    first, newline, rest = source.partition(b"\n")
    if first.startswith(b"from __future__"):
        return first + b"; " + _GAME + newline + rest
    return _GAME + (b"\n" if first.startswith(_BLOCKS) else b"; ") + source
