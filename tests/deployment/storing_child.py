"""A program that stores and prunes versions and is killed in the middle: `storing_child.py DIRECTORY MODE` prints a
line a death.

For every k it forks a process that does the same and kills itself at its k-th write, fsync, rename or unlink. MODE
says how the world is afterwards:

- `before`, `after`: the call has not begun; the call was made.
- `torn`: of a write, only half was made.
- `unsynced_names`: the power failed, and every rename whose directory had not been synced is undone.
- `unsynced_bytes`: the power failed, and every file that had not been synced is empty, under whatever name it has.
"""

import json
import os
import signal
import stat
import sys
from pathlib import Path

from deployment.disk import Disk
from deployment.record import Seen
from deployment.source import PathKey, ScriptName, source_of
from deployment.store import Store


class DyingDisk(Disk):
    """Kills its process at the k-th call, and loses what a failing power would lose."""

    def __init__(self, dies_at: int, mode: str) -> None:
        self.calls = 0
        self.dies_at = dies_at
        self.mode = mode
        self.unsynced_bytes: set[str] = set()
        self.unsynced_names: list[tuple[Path, bytes | None]] = []

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write, or die."""
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        self.unsynced_bytes.add(path)
        dies = self._counted()
        if dies and self.mode == "torn":
            super().write(descriptor, data[: len(data) // 2])
        if dies and self.mode != "after":
            self._die()
        written = super().write(descriptor, data)
        if dies:
            self._die()
        return written

    def fsync(self, descriptor: int) -> None:
        """Sync, or die."""
        dies = self._counted()
        if dies and self.mode != "after":
            self._die()
        super().fsync(descriptor)
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            self.unsynced_names = [entry for entry in self.unsynced_names if str(entry[0].parent) != path]
        self.unsynced_bytes.discard(path)
        if dies:
            self._die()

    def rename(self, old: Path, new: Path) -> None:
        """Rename, or die; a power cut comes after the call, since before it there is nothing to undo."""
        dies = self._counted()
        if dies and self.mode in {"before", "torn"}:
            self._die()
        self.unsynced_names.append((new, new.read_bytes() if new.exists() else None))
        super().rename(old, new)
        if str(old) in self.unsynced_bytes:
            self.unsynced_bytes.remove(str(old))
            self.unsynced_bytes.add(str(new))
        if dies:
            self._die()

    def unlink(self, path: Path) -> None:
        """Take a name away, or die."""
        dies = self._counted()
        if dies and self.mode != "after":
            self._die()
        super().unlink(path)
        if dies:
            self._die()

    def _counted(self) -> bool:
        self.calls += 1
        return self.calls == self.dies_at

    def _die(self) -> None:
        if self.mode == "unsynced_names":
            for path, before in reversed(self.unsynced_names):
                path.unlink() if before is None else path.write_bytes(before)
        if self.mode == "unsynced_bytes":
            for name in self.unsynced_bytes:
                os.truncate(name, 0)
        os.kill(os.getpid(), signal.SIGKILL)


def store_some(store: Store, pipe: int) -> None:
    """Store, activate, step back and withdraw; every step is acknowledged on the pipe once the store has returned."""
    for content in ("one", "two", "three"):
        source = source_of("chat", _files(content), "main.py")
        version = store.add(source, "test", content, 1.0)
        _acknowledge(pipe, ["version", version.number, content])
        store.activate(version.script, version.number, seen=Seen(PathKey("chat/"), version.digest))
        _acknowledge(pipe, ["active", version.number])
    chat = ScriptName("chat")
    store.activate(chat, 2, back=True)
    _acknowledge(pipe, ["active", 2])
    store.withdraw(chat)
    _acknowledge(pipe, ["active", None])
    store.activate(chat, 3)
    _acknowledge(pipe, ["active", 3])
    # Another script has the content of version 1: pruning that version must leave it to this one.
    other = store.add(source_of("other", _files("one"), "main.py"), "test", "one", 1.0)
    _acknowledge(pipe, ["other", other.number])
    _acknowledge(pipe, ["pruning", 1, 2])
    store.prune(chat, 1, ())
    _acknowledge(pipe, ["pruned", 1, 2])
    version = store.add(source_of("chat", _files("two"), "main.py"), "test", "two", 1.0)
    _acknowledge(pipe, ["version", version.number, "two"])


def _files(content: str) -> dict[str, bytes]:
    return {"main.py": content.encode() * 50, "ops.py": content.encode()}


def _acknowledge(pipe: int, what: list[object]) -> None:
    os.write(pipe, json.dumps(what).encode() + b"\n")


def die_once(directory: Path, dies_at: int, mode: str) -> tuple[list[object], bool]:
    """What a process that died at that call had acknowledged, and whether it died at all."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        store_some(Store(directory, DyingDisk(dies_at, mode)), writing)
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        acknowledged = [json.loads(line) for line in pipe]
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not died and os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("a child failed in another way")
    return acknowledged, died


def main() -> None:
    """Die at every call in turn, until a process comes to its end."""
    directory, mode = Path(sys.argv[1]), sys.argv[2]
    died, dies_at = True, 0
    while died:
        dies_at += 1
        acknowledged, died = die_once(directory / str(dies_at), dies_at, mode)
        line = {"directory": str(directory / str(dies_at)), "acknowledged": acknowledged, "died": died}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
