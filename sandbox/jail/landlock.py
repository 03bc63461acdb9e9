"""Landlock: no file, no TCP port, no process outside. Any user may have it, since Linux 5.13, by and by more of it.

https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os

from sandbox.jail.libc import syscall

# From <asm/unistd.h>; the same on all machines.
_CREATE_RULESET = 444
_RESTRICT_SELF = 446

# From <linux/landlock.h>. The kernel says its version; rights that it does not know it would refuse.
_CREATE_RULESET_VERSION = 1
#: All that can be done with files: so many kinds at first, then one more each with these versions.
_FILE_RIGHTS = 13
#: Moving to another folder, cutting to size, asking devices.
_FURTHER_FILE_RIGHTS = (2, 3, 5)
#: Taking a TCP port, and connecting to one.
_TCP_SINCE, _TCP_RIGHTS = 4, 0b11
#: Abstract Unix sockets of others, and signals to others.
_SCOPES_SINCE, _SCOPES = 6, 0b11


class _Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr"""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


def deny_files_and_network() -> None:
    """Open no file, reach no TCP port and signal no process outside from now on, as far as this kernel goes.

    What is open stays open. Needs no new privileges allowed, or the right of an administrator. Raises OSError.
    """
    # Each right is one that is dealt with; and as no rule gives any back, one that is denied.
    version = syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    files = (1 << _FILE_RIGHTS + sum(version >= since for since in _FURTHER_FILE_RIGHTS)) - 1
    rules = _Ruleset(files, _TCP_RIGHTS if version >= _TCP_SINCE else 0, _SCOPES if version >= _SCOPES_SINCE else 0)
    # Older kernels know a shorter structure, and take a longer one whose rest is zero.
    ruleset = syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    try:
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
