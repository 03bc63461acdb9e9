"""How bytes get onto a disk so that they are wholly there or not at all, and stay after a power cut."""

import fcntl
import os
from pathlib import Path


class Disk:
    """The four calls by which a store changes what lies on a disk: one narrow seam, so that a test can die in it."""

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of the data and return how many bytes that was; raises `OSError`."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Wait until the file or directory is on the disk itself; raises `OSError`."""
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its final name, replacing what had it; raises `OSError`."""
        os.rename(old, new)

    def unlink(self, path: Path) -> None:
        """Take a file's name away; raises `OSError`."""
        os.unlink(path)


class Locked(Exception):
    """Another process holds the lock file."""


def lock(path: Path) -> int:
    """Take the lock file for this process and return its descriptor; raises `Locked` (with the holder's pid)."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise Locked(holder) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"%d\n" % os.getpid())
    return descriptor


def put(disk: Disk, temporary: Path, target: Path, content: bytes) -> None:
    """Let `target` have this content, whole and durable on return; raises `OSError`, `target` then being old or new."""
    try:
        _write_new(disk, temporary, content)
        disk.rename(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(disk, target.parent)


def sync_directory(disk: Disk, directory: Path) -> None:
    """Make the names in a directory durable; raises `OSError`."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_at_most(path: Path, limit_bytes: int) -> bytes | None:
    """A file's content, or None if it is larger than the limit; raises `OSError`."""
    with path.open("rb") as file:
        content = file.read(limit_bytes + 1)
    return content if len(content) <= limit_bytes else None


def _write_new(disk: Disk, path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)
