"""Reading a script's zip, by GameLift's rules: its files lie at the root of the zip, and everything is in it."""

import zipfile
import zlib
from io import BytesIO

from deployment.folder import LAUNCH
from deployment.naming import ignored
from deployment.source import MAX_FILE_BYTES, MAX_FILES, BadSource, ScriptSource, source_of
from desk.gamelift.errors import invalid
from desk.gamelift.limits import MAX_ZIP_ENTRIES

_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What zipfile raises for bytes that are no zip, or a broken one.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


def source_of_zip_untrusted(name: str, data: bytes) -> ScriptSource:
    """The script in a zip; what is no Python is left out. Raises `GameLiftError` (InvalidRequestException).

    What is launched, unless a fleet has it otherwise, is ``main.py``, or the first Python file at the root.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = _files_untrusted(archive)
    except _BROKEN as error:
        raise invalid(f"ZipFile is no zip that can be read: {error}") from None
    try:
        return source_of(name, files, _launch(files))
    except BadSource as error:
        raise invalid(f"ZipFile holds no script: {error}") from None


def _files_untrusted(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ZIP_ENTRIES:
        raise invalid(f"ZipFile has more than {MAX_ZIP_ENTRIES:,} entries")
    wanted = [entry for entry in entries if entry.filename.endswith(".py") and not _ignored(entry.filename)]
    if len(wanted) > MAX_FILES:
        raise invalid(f"ZipFile has {len(wanted)} Python files; {MAX_FILES} are allowed")
    if not wanted:
        raise invalid("ZipFile holds no Python file: scripts are written in Python here")
    return {entry.filename: _content_untrusted(archive, entry) for entry in wanted}


def _content_untrusted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type not in _KINDS or entry.flag_bits & 1:
        raise invalid(f"ZipFile: {ascii(entry.filename)[:80]} is encrypted, or packed other than by deflate")
    with archive.open(entry) as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise invalid(f"ZipFile: {ascii(entry.filename)[:80]} has more than {MAX_FILE_BYTES:,} bytes")
    return content


def _ignored(path: str) -> bool:
    return any(ignored(part) or part == "__MACOSX" for part in path.split("/"))


def _launch(files: dict[str, bytes]) -> str:
    top = [path for path in files if "/" not in path]
    if not top:
        folder = ascii(min(files).partition("/")[0])[:80]
        raise invalid(
            f"ZipFile has all its files in the folder {folder}: zip the files, not the folder that they are in"
        )
    return LAUNCH if LAUNCH in top else min(top)
