"""The configuration file: one TOML file, read whole and bounded, and where in it a key stands."""

import os
import re
import stat
import tomllib
from pathlib import Path

from runtime.config_faults import ConfigFault, Misconfigured

#: A longer file is no configuration.
MAX_FILE_BYTES = 1024 * 1024

_HEADING = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"^\s*([\w\-.\"' ]+?)\s*=")
_AT = re.compile(r" \(at line (\d+), column \d+\)$")


class ConfigFile:
    """A configuration file that was read: what it says, and the lines that say it."""

    def __init__(self, path: Path, text: str) -> None:
        """Parse the text. Raises Misconfigured."""
        self.path = path
        self._lines = _lines(text)
        try:
            self.table: dict[str, object] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise Misconfigured((_not_toml(path, str(error)),)) from None

    @classmethod
    def read(cls, path: Path) -> "ConfigFile":
        """Read a file. Raises Misconfigured."""
        try:
            return cls(path, read_bounded(path, MAX_FILE_BYTES))
        except (OSError, ValueError) as error:
            raise Misconfigured((ConfigFault(str(path), 0, "", why(error)),)) from None

    def line(self, *path: str) -> int:
        """The number of the line where a key is set, or the nearest table around it; 0 where that is not known."""
        for length in range(len(path), 0, -1):
            if found := self._lines.get(path[:length]):
                return found
        return 0


def read_bounded(path: Path, max_bytes: int) -> str:
    """The text of a regular file. Raises OSError, or ValueError where it is none, too long, or not UTF-8."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("this is no file")
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise ValueError(f"the file has more than {max_bytes:,} bytes")
    return content.decode()


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a FIFO would wait for its other end. Whoever asks for it closes what cannot be read, a folder."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def why(error: OSError | ValueError) -> str:
    """Why a file could not be read, without anything of its content."""
    if isinstance(error, OSError):
        return f"it cannot be read: {error.strerror}"
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Where keys and tables stand, as far as a look at each line can tell."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        if heading := _HEADING.match(line):
            table = _parts(heading[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
    return lines


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _not_toml(path: Path, error: str) -> ConfigFault:
    at = _AT.search(error)
    return ConfigFault(str(path), int(at[1]) if at else 0, "", f"this is not TOML: {_AT.sub('', error)}")
