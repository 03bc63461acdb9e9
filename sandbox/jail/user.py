"""A user without rights: no root, no group, no capability."""

import ctypes
import os

from sandbox.jail.libc import libc
from sandbox.jail.prctl import drop_from_bounding_set

#: Whom a child of root becomes: "nobody", on most systems.
NOBODY = 65534
#: Where the kernel says the number of its last capability.
_LAST_CAPABILITY = "/proc/sys/kernel/cap_last_cap"
#: From <linux/capability.h>: sets of 64 bits, which come as two halves of three words each.
_CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    """struct __user_cap_header_struct"""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def empty_bounding_set() -> None:
    """Let no program that is started from here ever have a capability. Raises OSError where this is not ours to say."""
    with open(_LAST_CAPABILITY, "rb") as file:
        last = int(file.read())
    for capability in range(last + 1):
        drop_from_bounding_set(capability)


def become_nobody() -> None:
    """Give up root, if this is root, and every capability. Raises OSError.

    The kernel forgets at that whose death this process was to share.
    """
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    # In a namespace of its own the zygote has them all, whoever it is outside.
    none = (ctypes.c_uint32 * 6)()
    libc("capset", ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), none)
