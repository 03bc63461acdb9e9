"""Why a script is refused, said so that its author can mend it."""

from collections.abc import Iterator
from types import CodeType

from sandbox.faults import Fault
from session.values import value

#: Enough to mend a file from; a hostile file has one in every character.
MAX_FAULTS = 100
MAX_SOURCE_LINE_CHARACTERS = 200
MAX_MESSAGE_CHARACTERS = 600


@value
class Compiled:
    """A script as code, or the faults that stand in its way."""

    code: CodeType | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@value
class Import:
    """An import statement of a script: `names` is empty for `import module`, `level` counts leading dots."""

    module: str
    names: tuple[str, ...]
    level: int
    line: int
    column: int


def readable(text: str) -> str:
    """The text on one line, without what a terminal or an encoder would choke on."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


class FaultList:
    """The faults of one file, in the order in which they were found; those beyond `MAX_FAULTS` are dropped."""

    def __init__(self, file: str, source: str) -> None:
        self._file = file
        self._lines = source[: 1 << 20].splitlines()
        self._faults: list[Fault] = []

    def __len__(self) -> int:
        return len(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def sorted(self) -> tuple[Fault, ...]:
        """The faults in the order of the source, each said once."""
        return tuple(sorted(dict.fromkeys(self._faults), key=lambda fault: (fault.line, fault.column)))

    def add(self, line: int, column: int, message: str, hint: str = "") -> None:
        """Note a fault; line and column count from 1."""
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(
                Fault(self._file, line, column, readable(message)[:MAX_MESSAGE_CHARACTERS], hint, self._line(line))
            )

    def add_at_byte(self, line: int, byte: int, message: str, hint: str = "") -> None:
        """Note a fault where the parser counts in bytes of UTF-8, from 0."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        column = len(text.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "replace")) + 1
        self.add(line, column, message, hint)

    def _line(self, line: int) -> str:
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return readable(text.rstrip().replace("\t", " "))[:MAX_SOURCE_LINE_CHARACTERS]
