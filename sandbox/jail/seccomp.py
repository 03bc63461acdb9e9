"""Seccomp: of the kernel's calls, those alone that a script's process needs when it has been set up."""

import ctypes
import errno
import mmap
import os
import resource
import signal
import struct
from collections.abc import Iterator

from sandbox.jail.bpf import ALLOW, INSTRUCTION_BYTES, Between, Condition, Has, Rule, assembled, fail_with
from sandbox.jail.libc import libc
from sandbox.jail.machines import MACHINES

# From <linux/prctl.h> and <linux/seccomp.h>.
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

#: The descriptors of a sandbox: its channel, and the pipe for last words, twice.
CHANNEL = 3
_STDOUT, _STDERR = 1, 2
#: The kernel's clocks; higher numbers are those of other processes, and of devices.
_LAST_CLOCK = 11

#: Memory, locks, time, chance, its own signals and its own end: what any program does all the time.
_HARMLESS = (
    *("futex", "munmap", "mremap", "brk", "madvise", "rt_sigreturn", "rt_sigprocmask", "sigaltstack", "gettimeofday"),
    *("time", "times", "getrusage", "getitimer", "getrandom", "exit", "exit_group", "restart_syscall", "sched_yield"),
    *("getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid"),
)
#: Python and the C library look for files where they need something; they are to hear that they may not.
_NO_SUCH_RIGHT = (
    *("open", "openat", "openat2", "creat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat"),
    *("faccessat2", "readlink", "readlinkat", "getdents64"),
)
#: The same for these, which are no sign of harm either. The timer that counts the script's time cannot be stopped.
_NOT_PERMITTED = (
    *("close", "fstat", "lseek", "ioctl", "fcntl", "getcwd", "dup", "dup2", "dup3", "poll", "ppoll", "select"),
    *("pselect6", "nanosleep", "clock_nanosleep", "clock_getres", "setitimer", "uname", "sysinfo"),
    *("sched_getaffinity", "getrlimit", "setrlimit", "readv", "pread64", "pwrite64"),
)


#: Stands for the id of the process in a program that is meant for all; no other number of a program is this one.
_OWN_ID = 0x0DD1_D00D
_NUMBER = struct.Struct("=I")


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def allow_few_calls() -> None:
    """Let this process make no calls but those of a sandbox, from now on and for ever.

    Whatever looks for a file hears that it may not; what no script's process could mean ends it, by SIGSYS. It needs
    no new privileges allowed. Raises OSError where the kernel, or we, know no filter for this machine.
    """
    if not _PROGRAM:
        raise OSError(errno.ENOSYS, f"there is no filter for {os.uname().machine}")
    put_on(_PROGRAM.replace(_NUMBER.pack(_OWN_ID), _NUMBER.pack(os.getpid())))


def put_on(program: bytes) -> None:
    """Have every call of this process go through an assembled program, whatever filters there are. Raises OSError."""
    counted = _Program(len(program) // INSTRUCTION_BYTES, program)
    libc("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(counted), 0, 0)


def _rules(pid: int) -> Iterator[Rule]:
    """The most frequent first; what is named twice is decided by the first whose conditions are true."""
    yield _allow("read", _just(0, CHANNEL))
    yield _allow("write", Between(0, _STDOUT, CHANNEL))
    yield _allow("clock_gettime", Between(0, 0, _LAST_CLOCK))
    # Nothing that could be run: neither new nor by changing what is there.
    for call in ("mmap", "mprotect"):
        yield Rule(call, fail_with(errno.EPERM), (Has(2, mmap.PROT_EXEC),))
        yield _allow(call)
    yield from map(_allow, _HARMLESS)
    # faulthandler puts back what it found, but nobody takes the signal away that counts the script's time.
    yield Rule("rt_sigaction", fail_with(errno.EPERM), (_just(0, signal.SIGPROF),))
    yield _allow("rt_sigaction")
    # A signal to itself: how faulthandler passes one on, and how abort() ends.
    yield _allow("tgkill", _just(0, pid), _just(1, pid))
    # The C library's last words.
    yield _allow("writev", _just(0, _STDERR))
    # A child lowers its own memory; the hard limit keeps it from raising it.
    yield _allow("prlimit64", _just(0, 0), _just(1, resource.RLIMIT_AS))
    for call in (*_NO_SUCH_RIGHT, *_NOT_PERMITTED, "read", "write", "writev", "clock_gettime", "prlimit64"):
        yield Rule(call, fail_with(errno.EACCES if call in _NO_SUCH_RIGHT else errno.EPERM))


def _allow(call: str, *conditions: Condition) -> Rule:
    return Rule(call, ALLOW, conditions)


def _just(argument: int, number: int) -> Between:
    return Between(argument, number, number)


_MACHINE = MACHINES.get(os.uname().machine)
#: Made before any child is born, each of which would need time and memory for it.
_PROGRAM = assembled(_MACHINE, _rules(_OWN_ID)) if _MACHINE else b""
