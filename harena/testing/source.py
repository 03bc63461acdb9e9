"""Reading a script's files from the disk: one file, or a folder with a main.py."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.faults import Fault
from sandbox.load import Refused
from session.values import value

LAUNCH = "main.py"

#: What a server takes, and so what can be played.
MAX_FILES = 64
MAX_FILE_BYTES = 256 * 1024


@value
class Source:
    """A script's files by path, and the one that runs first; ``name`` is what a server would call the script."""

    name: str
    files: Mapping[str, bytes]
    launch: str


def read_source(path: Path) -> Source:
    """Read a script.

    Raises:
        OSError: it is not there, or cannot be read.
        Refused: it has more files than a server takes, or a larger one.
    """
    if not path.is_dir():
        return Source(path.stem, {path.name: _content(path, path.name)}, path.name)
    found = [below.relative_to(path) for below in sorted(path.rglob("*.py"))]
    modules = [module for module in found if not _hidden(module)]
    if len(modules) > MAX_FILES:
        raise _refused(LAUNCH, f"the folder has {len(modules)} files; a script has at most {MAX_FILES}")
    files = {module.as_posix(): _content(path / module, module.as_posix()) for module in modules}
    return Source(path.resolve().name, files, LAUNCH)


def _content(path: Path, file: str) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise _refused(file, f"the file is too large; {MAX_FILE_BYTES:,} bytes are allowed")
    return content


def _refused(file: str, message: str) -> Refused:
    return Refused((Fault(file, 0, 0, message, "", ""),))


def _hidden(module: Path) -> bool:
    """Say whether a server passes it over: what editors, Python and version control leave behind."""
    return any(part.startswith((".", "#")) or part == "__pycache__" for part in module.parts)
