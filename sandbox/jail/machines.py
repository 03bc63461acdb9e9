"""The kernel's calls by name and number, on the machines that there is a filter for.

Only those that the filter names; what is not in the table of a machine does not exist there. The table for aarch64 has
not run anywhere yet: the self-test at the start says whether it holds.
"""

from collections.abc import Mapping

from session.values import value


@value
class Machine:
    """A kind of processor: how the kernel's filters call it, and the numbers of its calls."""

    #: From <linux/audit.h>.
    audit_arch: int
    calls: Mapping[str, int]
    #: From this number on the same calls are reached a second time, where that is so; 0 where not.
    aliases_from: int = 0


#: From <asm/unistd_64.h>.
_X86_64 = {
    **{"read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8},
    **{"mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14},
    **{"rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "access": 21},
    **{"select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "dup": 32, "dup2": 33, "nanosleep": 35},
    **{"getitimer": 36, "setitimer": 38, "getpid": 39, "exit": 60, "uname": 63, "fcntl": 72, "getcwd": 79},
    **{"creat": 85, "readlink": 89, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100},
    **{"getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131},
    **{"setrlimit": 160, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204, "getdents64": 217},
    **{"restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231},
    **{"tgkill": 234, "openat": 257, "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "pselect6": 270},
    **{"ppoll": 271, "dup3": 292, "prlimit64": 302, "getrandom": 318, "statx": 332, "openat2": 437},
    **{"faccessat2": 439},
}
#: From <asm-generic/unistd.h>.
_AARCH64 = {
    **{"getcwd": 17, "dup": 23, "dup3": 24, "fcntl": 25, "ioctl": 29, "faccessat": 48, "openat": 56, "close": 57},
    **{"getdents64": 61, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66, "pread64": 67},
    **{"pwrite64": 68, "pselect6": 72, "ppoll": 73, "readlinkat": 78, "newfstatat": 79, "fstat": 80, "exit": 93},
    **{"exit_group": 94, "futex": 98, "nanosleep": 101, "getitimer": 102, "setitimer": 103, "clock_gettime": 113},
    **{"clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123, "sched_yield": 124},
    **{"restart_syscall": 128, "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135},
    **{"rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163, "setrlimit": 164, "getrusage": 165},
    **{"gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176},
    **{"getegid": 177, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222},
    **{"mprotect": 226, "madvise": 233, "prlimit64": 261, "getrandom": 278, "statx": 291, "openat2": 437},
    **{"faccessat2": 439},
}

#: By what ``os.uname`` says. On x86-64 the calls of "x32" have a bit of their own.
MACHINES: Mapping[str, Machine] = {
    "x86_64": Machine(0xC000003E, _X86_64, aliases_from=0x4000_0000),
    "aarch64": Machine(0xC00000B7, _AARCH64),
}
