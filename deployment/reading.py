"""Reading a script's files out of a watched folder, without blocking, and only while nobody writes to them."""

import errno
import fcntl
import os
import signal
import stat
from pathlib import Path

from deployment.folder import Entry, Stamp, look_again
from deployment.source import MAX_FILE_BYTES, ScriptSource, SourceFile

#: `O_NONBLOCK`: a FIFO put in a file's place at the last moment must not hold us; `O_NOFOLLOW`: nor a link lead us on.
_OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
#: How an open can fail because the file has just been replaced or removed.
_REPLACED = {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR}


class NotQuiet(Exception):
    """The files are being written or replaced: look again later. The message says what was seen."""


class Unreadable(Exception):
    """A file may not be read, or the disk fails; the message names the file."""


def read_script(folder: Path, entry: Entry) -> ScriptSource:
    """The content of an entry that is not refused, whole and of one moment; raises `NotQuiet` or `Unreadable`."""
    top = folder / entry.key if entry.key.endswith("/") else folder
    files = tuple(_read(top, stamp) for stamp in entry.stamps)
    if look_again(folder, entry) != entry:
        raise NotQuiet("still being written")
    return ScriptSource(entry.name, files, entry.launch)


def written_elsewhere(descriptor: int) -> bool:
    """Whether somebody has the file open for writing; where the system cannot tell, False.

    Linux refuses a read lease on a file that is open for writing. The lease is given back at once, and a writer who
    opens the file in between makes the kernel send SIGURG, which is ignored unless a program asks for it.
    """
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _read(top: Path, stamp: Stamp) -> SourceFile:
    try:
        descriptor = os.open(top / stamp.path, _OPEN_FLAGS)
    except OSError as error:
        if error.errno in _REPLACED:
            raise NotQuiet("being replaced") from error
        raise Unreadable(f"{stamp.path} cannot be read: {error.strerror}") from error
    try:
        return SourceFile(stamp.path, _content(descriptor, stamp))
    except OSError as error:
        raise Unreadable(f"{stamp.path} cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _content(descriptor: int, stamp: Stamp) -> bytes:
    _must_be(descriptor, stamp)
    if written_elsewhere(descriptor):
        raise NotQuiet(f"{stamp.path} is open for writing")
    content = b""
    while piece := os.read(descriptor, MAX_FILE_BYTES + 1 - len(content)):
        content += piece
    _must_be(descriptor, stamp)
    if len(content) != stamp.size_bytes:
        raise NotQuiet("still being written")
    return content


def _must_be(descriptor: int, stamp: Stamp) -> None:
    status = os.fstat(descriptor)
    now = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    then = (stamp.device, stamp.inode, stamp.size_bytes, stamp.modified_ns, stamp.changed_ns)
    if not stat.S_ISREG(status.st_mode) or now != then:
        raise NotQuiet("still being written")
