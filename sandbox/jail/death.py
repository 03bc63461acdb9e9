"""A process that ends when its parent does."""

import ctypes
import os
import signal

#: From <linux/prctl.h>: the signal that a process gets when the thread that forked it ends.
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; ``parent`` is the parent's process id.

    Raises OSError where the kernel refuses. The parent must have one thread only: the signal comes when the forking
    *thread* ends.
    """
    if _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # It ended before we asked.
        os._exit(1)
