"""A script's source: its files, the one that is launched, and a digest that names exactly this content."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NewType

#: What a script is called: a legal file stem.
ScriptName = NewType("ScriptName", str)
#: What lies at the top of a watched folder: `chat.py`, or `chat/` for a folder. Relative: folders move.
PathKey = NewType("PathKey", str)

MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 64
MAX_PATH_CHARACTERS = 255

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_-]*/)*[A-Za-z0-9_][A-Za-z0-9_-]*\.py")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEADING = b"harena script 1\n"
_LENGTH = re.compile(rb"(0|[1-9][0-9]{0,9}):")


class BadSource(ValueError):
    """These files are no script: a name, a path, a size or their number is out of bounds."""


def is_script_name(text: str) -> bool:
    """Whether the text can be a script's name."""
    return _NAME.fullmatch(text) is not None


def script_name(text: str) -> ScriptName:
    """The text as a script's name; raises `BadSource` unless it is 1 to 64 of `A-Z a-z 0-9 _ -`, begun by no sign."""
    if not is_script_name(text):
        raise BadSource(f"{text!r} is no name for a script: 1 to 64 letters, digits, _ and -, and no sign in front")
    return ScriptName(text)


def is_digest(text: str) -> bool:
    """Whether the text has the form of a version's digest (SHA-256 in lower-case hex)."""
    return _DIGEST.fullmatch(text) is not None


def is_path(text: str) -> bool:
    """Whether the text can be a source file's path: relative, POSIX, importable, at most 255 characters."""
    return len(text) <= MAX_PATH_CHARACTERS and _PATH.fullmatch(text) is not None


def script_of(path: PathKey) -> ScriptName:
    """The script which that file or folder of the watched folder holds; raises `BadSource` if it cannot hold one."""
    for ending in (".py", "/"):
        if path.endswith(ending):
            return script_name(path.removesuffix(ending))
    raise BadSource(f"{path!r} is neither a .py file nor a folder")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a script; raises `BadSource` when made with an odd path or more than 256 KiB."""

    path: str
    content: bytes

    def __post_init__(self) -> None:
        if not is_path(self.path):
            raise BadSource(f"{self.path!r} is no path of a source file")
        if len(self.content) > MAX_FILE_BYTES:
            raise BadSource(f"{self.path} has {len(self.content):,} bytes; {MAX_FILE_BYTES:,} are allowed")


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """All files of a script, in the order of their paths; raises `BadSource` when made with other files."""

    name: ScriptName
    files: tuple[SourceFile, ...]
    launch: str

    def __post_init__(self) -> None:
        script_name(self.name)
        paths = [file.path for file in self.files]
        if len(paths) > MAX_FILES:
            raise BadSource(f"{self.name} has {len(paths)} files; {MAX_FILES} are allowed")
        if any(before >= after for before, after in pairwise(paths)):
            raise BadSource(f"the files of {self.name} are not in the order of their paths, or one is there twice")
        if self.launch not in paths:
            raise BadSource(f"{self.launch!r}, which is to be launched, is not among the files of {self.name}")

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of files and launch path; the script's name is no part of it."""
        return hashlib.sha256(packed(self)).hexdigest()


def source_of(name: str, files: dict[str, bytes], launch: str) -> ScriptSource:
    """A source from paths and contents in any order; raises `BadSource`."""
    ordered = tuple(SourceFile(path, content) for path, content in sorted(files.items()))
    return ScriptSource(script_name(name), ordered, launch)


def packed(source: ScriptSource) -> bytes:
    """The canonical form of files and launch path: every piece behind its length, so no two contents share one."""
    pieces = [source.launch.encode()]
    for file in source.files:
        pieces += [file.path.encode(), file.content]
    return _HEADING + b"".join(b"%d:%b" % (len(piece), piece) for piece in pieces)


def unpacked_untrusted(name: ScriptName, data: bytes) -> ScriptSource:
    """The source of which `data` is the canonical form; raises `BadSource` for anything else."""
    if not data.startswith(_HEADING):
        raise BadSource("not a packed script")
    launch, *rest = _pieces_untrusted(data)
    paths, contents = rest[::2], rest[1::2]
    if len(paths) != len(contents):
        raise BadSource("a packed script ends within a file")
    files = tuple(SourceFile(_text(path), content) for path, content in zip(paths, contents, strict=True))
    return ScriptSource(name, files, _text(launch))


def _pieces_untrusted(data: bytes) -> Iterator[bytes]:
    at = len(_HEADING)
    while at < len(data) or at == len(_HEADING):
        length = _LENGTH.match(data, at)
        if length is None:
            raise BadSource("a packed script has no length where one belongs")
        at = length.end() + int(length[1])
        if at > len(data):
            raise BadSource("a packed script is cut off")
        yield data[length.end() : at]


def _text(piece: bytes) -> str:
    try:
        return piece.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadSource("a path of a packed script is not ASCII") from error
