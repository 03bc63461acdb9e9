"""What a process asks the kernel about itself, for good."""

import os
import signal

from sandbox.jail.libc import libc

# From <linux/prctl.h>.
#: The signal that a process gets when the thread that forked it ends.
_PR_SET_PDEATHSIG = 1
#: 0: no core dump, no debugger, and its folder in /proc belongs to root.
_PR_SET_DUMPABLE = 4
#: Drop a capability from those that any program started from now on could have.
_PR_CAPBSET_DROP = 24
#: 1: no program started from now on has more rights than this process, set-user-id or not.
_PR_SET_NO_NEW_PRIVS = 38
#: Memory-deny-write-execute, since Linux 6.3: what was ever writable never becomes executable.
_PR_SET_MDWE = 65
_PR_MDWE_REFUSE_EXEC_GAIN = 1


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; ``parent`` is the process id that it has seen from here.

    Raises OSError where the kernel refuses. The parent must have one thread only: the signal comes when the forking
    *thread* ends.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It ended before we asked.
        os._exit(1)


def allow_no_new_privileges() -> None:
    """No program that this process starts has more rights than it. Raises OSError."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def be_opaque() -> None:
    """Nobody but root can look into this process, or trace it. Raises OSError."""
    _prctl(_PR_SET_DUMPABLE, 0)


def allow_no_new_code() -> None:
    """Memory that was written to cannot be run. Raises OSError where the kernel is older than 6.3."""
    _prctl(_PR_SET_MDWE, _PR_MDWE_REFUSE_EXEC_GAIN)


def drop_from_bounding_set(capability: int) -> None:
    """Have no capability that a program could get back. Raises OSError."""
    _prctl(_PR_CAPBSET_DROP, capability)


def _prctl(option: int, argument: int) -> None:
    libc("prctl", option, argument, 0, 0, 0)
