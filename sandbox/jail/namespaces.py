"""Namespaces for a zygote and its children: a world without network, neighbours or files.

Any user may have them where the system lets users make namespaces of their own; many containers do not.
"""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from sandbox.jail.libc import libc, syscall

# From <linux/sched.h>.
_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWCGROUP = 0x0200_0000
_CLONE_NEWUTS = 0x0400_0000
_CLONE_NEWIPC = 0x0800_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWPID = 0x2000_0000
_CLONE_NEWNET = 0x4000_0000
#: All but that of users, which who is root does not need: its children become somebody else.
_OF_ROOT = _CLONE_NEWNS | _CLONE_NEWCGROUP | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET

# From <linux/mount.h>.
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 0x1, 0x2, 0x4, 0x8
_MS_REC, _MS_PRIVATE = 0x4000, 0x4_0000
_MNT_DETACH = 0x2
#: Any folder that is everywhere will do to hang the empty one over.
_MOUNT_POINT = b"/proc"
#: pivot_root by kind of machine; the C library has no name for it.
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def enter_namespaces() -> None:
    """Move this process into namespaces of its own; of process ids, its children alone. Raises OSError.

    It must have one thread only. Where it fails, it has not moved.
    """
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        libc("unshare", _OF_ROOT)
        return
    libc("unshare", _OF_ROOT | _CLONE_NEWUSER)
    # Without this it would be nobody to itself, which changes nothing else. Groups may be mapped once none can be left.
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def start_first_process() -> int:
    """Start what holds a new namespace of process ids open; give its process id.

    The kernel ends all processes in it when the first one ends. This one ends when its parent has: it waits at a pipe
    of which nobody else has the other end for longer than a moment.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.closerange(0, reading)
            os.closerange(reading + 1, os.sysconf("SC_OPEN_MAX"))
            os.read(reading, 1)
        finally:
            os._exit(0)
    os.close(reading)
    os.set_inheritable(writing, False)
    return pid


def enter_empty_root() -> None:
    """Leave all files behind: an empty folder becomes the root, and nobody can write to it. Raises OSError."""
    libc("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)  # What happens here is not seen outside.
    flags = _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    libc("mount", b"none", _MOUNT_POINT, b"tmpfs", flags, ctypes.c_char_p(b"size=4k,nr_inodes=2,mode=555"))
    os.chdir(_MOUNT_POINT)
    # The old root comes to lie over the new one, and is then taken away: no other folder is needed.
    syscall(_PIVOT_ROOT[os.uname().machine], b".", b".")
    libc("umount2", b".", _MNT_DETACH)
    os.chdir("/")
