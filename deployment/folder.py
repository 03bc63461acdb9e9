"""What lies in a watched folder right now, told from names and metadata alone: no file is opened here."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from deployment.naming import for_python_alone, ignored, odd, shown
from deployment.source import MAX_FILE_BYTES, MAX_FILES, PathKey, ScriptName, is_path

MAX_ENTRIES = 1_000
#: A directory with more names than this is not even read to its end.
MAX_NAMES_READ = 20_000
LAUNCH = "main.py"
#: The key under which a refusal of the folder itself is told.
WHOLE_FOLDER = PathKey(".")

_KINDS = {
    stat.S_IFLNK: "a symbolic link, which is not followed",
    stat.S_IFIFO: "a FIFO, not a file",
    stat.S_IFSOCK: "a socket, not a file",
    stat.S_IFCHR: "a device, not a file",
    stat.S_IFBLK: "a device, not a file",
    stat.S_IFDIR: "a folder, not a file",
}


class FolderGone(Exception):
    """The watched folder is not there or cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's identity and age; a file whose stamp has not changed has not been written to."""

    path: str
    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory that matters, with its identity: one made anew under the same name is another."""

    path: str
    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One path that holds a script, or would if it were not refused; equal entries mean that nothing has changed."""

    key: PathKey
    name: ScriptName
    launch: str
    stamps: tuple[Stamp, ...] = ()
    refusal: str | None = None
    refused_path: str = ""


@dataclass(slots=True)
class Look:
    """One look at the folder. Where it is not `complete`, what is missing in it may be there all the same."""

    entries: dict[PathKey, Entry] = field(default_factory=dict)
    directories: set[Directory] = field(default_factory=set)
    complete: bool = True


def look_into(folder: Path) -> Look:
    """See which scripts lie in a folder; raises `FolderGone`."""
    try:
        look = Look(directories={_directory(folder, os.stat(folder))})
        names = _names(folder)
    except OSError as error:
        raise FolderGone(error.strerror or str(error)) from error
    for name in names[:MAX_ENTRIES]:
        _look_at(folder, name, look)
    if len(names) > MAX_ENTRIES:
        look.complete = False
        reason = f"has more than {MAX_ENTRIES:,} entries; those from {shown(names[MAX_ENTRIES])} on are not looked at"
        look.entries[WHOLE_FOLDER] = _refused(WHOLE_FOLDER, "", reason, ".")
    _settle_claims(look)
    return look


def look_again(folder: Path, entry: Entry) -> Entry | None:
    """What one path holds by now, or None if it is gone."""
    look = Look()
    _look_at(folder, entry.key.removesuffix("/"), look)
    return look.entries.get(entry.key)


def _names(directory: Path) -> list[str]:
    with os.scandir(directory) as entries:
        return sorted(entry.name for entry in islice(entries, MAX_NAMES_READ) if not ignored(entry.name))


def _look_at(folder: Path, name: str, look: Look) -> None:
    try:
        entry = _entry(folder, name, os.lstat(folder / name), look)
    except FileNotFoundError:
        # It went while we looked.
        return
    except OSError as error:
        key = PathKey(name if name.endswith(".py") else name + "/")
        entry = _refused(key, name, f"cannot be read: {error.strerror}", name)
    if entry is not None:
        look.entries[entry.key] = entry


def _entry(folder: Path, name: str, status: os.stat_result, look: Look) -> Entry | None:
    if stat.S_ISDIR(status.st_mode):
        look.directories.add(_directory(folder / name, status))
        return _folder_entry(folder, name, look)
    if name.endswith(".py") and not for_python_alone(name):
        reason = odd(name[:-3]) or _unfit(status)
        found = Entry(PathKey(name), ScriptName(name[:-3]), name, (_stamp(name, status),))
        return found if reason is None else replace(found, refusal=reason, refused_path=shown(name))
    if stat.S_ISLNK(status.st_mode) and odd(name) is None:
        return _refused(PathKey(name + "/"), name, _KINDS[stat.S_IFLNK], name)
    return None


def _folder_entry(folder: Path, name: str, look: Look) -> Entry | None:
    key, top = PathKey(name + "/"), folder / name
    if not _is_there(top / LAUNCH):
        return None
    if reason := odd(name):
        return _refused(key, name, reason, name)
    stamps: list[Stamp] = []
    for seen, (path, status) in enumerate(_below(top, look), start=1):
        if seen > MAX_ENTRIES:
            return _refused(key, name, f"has more than {MAX_ENTRIES:,} entries", name)
        if path.endswith(".py"):
            if reason := _unfit_module(path, status, len(stamps)):
                return replace(_refused(key, name, reason, f"{name}/{path}"), stamps=(_stamp(path, status),))
            stamps.append(_stamp(path, status))
    return Entry(key, ScriptName(name), LAUNCH, tuple(sorted(stamps, key=lambda stamp: stamp.path)))


def _is_there(path: Path) -> bool:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _below(top: Path, look: Look) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a script's folder that is not ignored; what goes while we look is left out."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with suppress(FileNotFoundError):
            for name in _names(top / prefix):
                yield from _one(top, prefix + name, waiting, look)


def _one(top: Path, path: str, waiting: list[str], look: Look) -> Iterator[tuple[str, os.stat_result]]:
    try:
        status = os.lstat(top / path)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode) and not path.endswith(".py"):
        look.directories.add(_directory(top / path, status))
        waiting.append(path + "/")
    yield path, status


def _unfit_module(path: str, status: os.stat_result, files_before: int) -> str | None:
    if not is_path(path):
        return "no path that Python could import: letters, digits, _ and -"
    if files_before == MAX_FILES:
        return f"one file too many: a script has at most {MAX_FILES}"
    return _unfit(status)


def _unfit(status: os.stat_result) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return _KINDS.get(stat.S_IFMT(status.st_mode), "not a file")
    if status.st_size > MAX_FILE_BYTES:
        return f"{status.st_size:,} bytes; a source file has at most {MAX_FILE_BYTES:,}"
    return None


def _settle_claims(look: Look) -> None:
    """Refuse a folder whose name a file beside it has: `chat.py` goes before `chat/`."""
    for key, entry in list(look.entries.items()):
        if key.endswith("/") and entry.refusal is None and PathKey(f"{entry.name}.py") in look.entries:
            reason = f"there is also {entry.name}.py, and two scripts cannot have one name"
            look.entries[key] = replace(entry, refusal=reason, refused_path=entry.name)


def claimed(name: ScriptName, entries: Iterable[Entry]) -> bool:
    """Whether one of these entries holds that script."""
    return any(entry.name == name and entry.refusal is None for entry in entries)


def _refused(key: PathKey, name: str, reason: str, path: str) -> Entry:
    return Entry(key, ScriptName(name), "", (), reason, shown(path))


def _stamp(path: str, status: os.stat_result) -> Stamp:
    times = status.st_mtime_ns, status.st_ctime_ns
    return Stamp(path, status.st_dev, status.st_ino, status.st_size, *times)


def _directory(path: Path, status: os.stat_result) -> Directory:
    return Directory(str(path), status.st_dev, status.st_ino)
