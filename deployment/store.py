"""The store of script versions: a directory that a crash at any moment leaves whole."""

import hashlib
import itertools
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from deployment.disk import Disk, Locked, lock, put, read_at_most, sync_directory
from deployment.record import Record, Seen, UnknownScript, UnknownVersion
from deployment.record_json import BadRecord, decoded_untrusted, encoded
from deployment.source import (
    MAX_FILE_BYTES,
    MAX_FILES,
    BadSource,
    PathKey,
    ScriptName,
    ScriptSource,
    is_digest,
    is_script_name,
    packed,
    script_name,
    script_of,
    unpacked_untrusted,
)
from deployment.version import ScriptVersion

__all__ = [
    "Pruned",
    "Store",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreUnwritable",
    "UnknownScript",
    "UnknownVersion",
]

#: More than any object that is written can have: the files, and a kilobyte for each one's path and lengths.
MAX_OBJECT_BYTES = MAX_FILES * (MAX_FILE_BYTES + 1024)
#: Some ten thousand versions; a script that has more must be pruned before it gets another.
MAX_RECORD_BYTES = 16 * 1024 * 1024


class StoreError(Exception):
    """The store cannot do what was asked; the message names the path."""


class StoreBusy(StoreError):
    """Another process has the store open."""


class StoreDamaged(StoreError):
    """A file of the store is missing, unreadable, or does not hold what the store wrote."""


class StoreUnwritable(StoreError):
    """The disk did not take a change: full, read-only, or failing. What was acknowledged before is untouched."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune has removed, how many versions of the script stay, and how many bytes are free again."""

    removed: tuple[ScriptVersion, ...]
    kept: int
    freed_bytes: int


class Store:
    """Every version of every script, and which of them counts.

    `objects/` holds contents by their digest, `scripts/` one JSON file a script. A call that changes something returns
    only when the change would survive a power cut. Calls may come from several threads, of one process only.
    """

    def __init__(self, directory: Path, disk: Disk | None = None) -> None:
        """Open the store, making it where there is none; raises `StoreBusy` or `StoreUnwritable`."""
        self._disk = Disk() if disk is None else disk
        self._objects, self._scripts, self._unfinished = (directory / part for part in ("objects", "scripts", "tmp"))
        self._changing = threading.Lock()
        self._serial = itertools.count(1)
        with _disk_trouble(directory):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(directory)
            try:
                self._furnish(directory)
            except OSError:
                self.close()
                raise

    def close(self) -> None:
        """Give the store up, so that another process can open it; harmless the second time."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def names(self) -> tuple[ScriptName, ...]:
        """Every script of which there is a version, in alphabetical order; raises `StoreDamaged`."""
        try:
            stems = [file.removesuffix(".json") for file in os.listdir(self._scripts) if file.endswith(".json")]
        except OSError as error:
            raise StoreDamaged(f"{self._scripts} cannot be read: {error.strerror}") from error
        return tuple(script_name(stem) for stem in sorted(stems) if is_script_name(stem))

    def versions(self, name: ScriptName) -> tuple[ScriptVersion, ...]:
        """All versions of a script, oldest first; raises `UnknownScript` or `StoreDamaged`."""
        return self._known(name).versions

    def version(self, name: ScriptName, number: int) -> ScriptVersion:
        """One version; raises `UnknownScript`, `UnknownVersion` or `StoreDamaged`."""
        return self._known(name).version(number)

    def active(self, name: ScriptName) -> ScriptVersion | None:
        """The version that new game sessions begin with; None if unknown or withdrawn. Raises `StoreDamaged`."""
        return self._record(name).active

    def before(self, name: ScriptName) -> ScriptVersion:
        """The version that was active before; raises `UnknownScript`, `UnknownVersion` or `StoreDamaged`."""
        return self._known(name).before

    def source(self, version: ScriptVersion) -> ScriptSource:
        """A version's content, verified against its digest; raises `StoreDamaged`."""
        path = self._objects / version.digest
        data = _read(path, MAX_OBJECT_BYTES)
        if data is None:
            raise StoreDamaged(f"{path} is missing")
        if hashlib.sha256(data).hexdigest() != version.digest:
            raise StoreDamaged(f"{path} does not hold the content that it is named after")
        try:
            return unpacked_untrusted(version.script, data)
        except BadSource as error:
            raise StoreDamaged(f"{path}: {error}") from error

    def last_seen(self, path: PathKey) -> str | None:
        """The digest that was last deployed from that path of the watched folder; raises `StoreDamaged`."""
        seen = self._record(script_of(path)).seen
        return seen.digest if seen is not None and seen.path == path else None

    def seen_path(self, name: ScriptName) -> PathKey | None:
        """The path from which the script was last deployed, if that path was there since; raises `StoreDamaged`."""
        seen = self._record(name).seen
        return None if seen is None else seen.path

    def add(self, source: ScriptSource, origin: str, note: str, created: float) -> ScriptVersion:
        """Store a content: as the script's next version, or, if it has this content already, as the version it was.

        `created` is in Unix seconds. Raises `ValueError` for an origin or a note out of bounds, `StoreDamaged` or
        `StoreUnwritable`.
        """
        data = packed(source)
        digest = hashlib.sha256(data).hexdigest()
        with self._changing:
            record = self._record(source.name)
            same = record.version_with(digest)
            version = same or ScriptVersion(source.name, record.last_number + 1, digest, created, origin, note)
            # The object is written even where it is known: that mends one that was damaged.
            self._put(self._objects / digest, data)
            if same is None:
                self._save(record.added(version))
            return version

    def activate(self, name: ScriptName, number: int, *, seen: Seen | None = None, back: bool = False) -> ScriptVersion:
        """Point at a version; in the same write remember what its path held, if `seen` says so.

        `back` forgets the activations that followed that version's last one. Raises `UnknownScript`, `UnknownVersion`,
        `StoreDamaged` or `StoreUnwritable`.
        """
        with self._changing:
            record = self._known(name)
            after = record.stepped_back(number) if back else record.activated(number)
            self._save(after if seen is None else replace(after, seen=seen))
            return after.version(number)

    def withdraw(self, name: ScriptName) -> None:
        """Let no version be active, and forget the path; raises `UnknownScript`, `StoreDamaged`, `StoreUnwritable`."""
        with self._changing:
            self._save(replace(self._known(name), withdrawn=True, seen=None))

    def prune(self, name: ScriptName, keep: int, in_use: Collection[int], *, dry_run: bool = False) -> Pruned:
        """Remove the versions of a script that are neither active nor in use nor among its last `keep` activations.

        Contents go with them unless another version, of whatever script, has the same. First the record forgets the
        versions, durably, then the contents go: a crash in between leaves only what the next prune clears away. Raises
        `UnknownScript`, `StoreUnwritable`, or `StoreDamaged`, then with nothing removed.
        """
        with self._changing:
            record = self._known(name)
            after = record.pruned(record.prunable(keep, in_use))
            needed = {version.digest for other in self._others(name) for version in other.versions}
            needed.update(version.digest for version in after.versions)
            free = self._objects_but(needed)
            if not dry_run:
                if after != record:
                    self._save(after)
                for path in free:
                    with _disk_trouble(path):
                        self._disk.unlink(path)
            gone = tuple(version for version in record.versions if version not in after.versions)
            return Pruned(gone, len(after.versions), sum(free.values()))

    def _others(self, name: ScriptName) -> Iterator[Record]:
        return (self._record(other) for other in self.names() if other != name)

    def _objects_but(self, needed: Collection[str]) -> dict[Path, int]:
        """Contents that no version needs, with their sizes in bytes."""
        try:
            with os.scandir(self._objects) as entries:
                return {
                    Path(entry.path): entry.stat(follow_symlinks=False).st_size
                    for entry in entries
                    if is_digest(entry.name) and entry.name not in needed
                }
        except OSError as error:
            raise StoreDamaged(f"{self._objects} cannot be read: {error.strerror}") from error

    def _furnish(self, directory: Path) -> None:
        for part in (self._objects, self._scripts, self._unfinished):
            part.mkdir(mode=0o700, exist_ok=True)
        for left_over in self._unfinished.iterdir():
            left_over.unlink()
        sync_directory(self._disk, directory)
        sync_directory(self._disk, directory.parent)

    def _known(self, name: ScriptName) -> Record:
        record = self._record(name)
        if not record.versions:
            raise UnknownScript(f"there is no script {name!r}")
        return record

    def _record(self, name: ScriptName) -> Record:
        path = self._record_path(name)
        data = _read(path, MAX_RECORD_BYTES)
        if data is None:
            return Record(name)
        try:
            return decoded_untrusted(name, data)
        except BadRecord as error:
            raise StoreDamaged(f"{path}: {error}") from error

    def _save(self, record: Record) -> None:
        data = encoded(record)
        path = self._record_path(record.script)
        if len(data) > MAX_RECORD_BYTES:
            raise StoreUnwritable(f"{path}: {record.script} has too many versions; prune some")
        self._put(path, data)

    def _record_path(self, name: ScriptName) -> Path:
        try:
            return self._scripts / f"{script_name(name)}.json"
        except BadSource as error:
            raise UnknownScript(str(error)) from error

    def _put(self, path: Path, data: bytes) -> None:
        with _disk_trouble(path):
            put(self._disk, self._unfinished / str(next(self._serial)), path, data)


def _locked(directory: Path) -> int:
    try:
        return lock(directory / "lock")
    except Locked as error:
        raise StoreBusy(f"{directory} is in use by another process ({error})") from None


def _read(path: Path, limit_bytes: int) -> bytes | None:
    """The content of a file of the store, None if there is no such file."""
    try:
        data = read_at_most(path, limit_bytes)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreDamaged(f"{path} cannot be read: {error.strerror}") from error
    if data is None:
        raise StoreDamaged(f"{path} is larger than {limit_bytes:,} bytes")
    return data


@contextmanager
def _disk_trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(f"{path} cannot be written: {error.strerror}") from error
