"""Resource limits, of a child and of the processes above it."""

import os
import resource
import sys

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
#: More than the seven numbers that the kernel tells of a process's size.
_STATM_BYTES = 256

#: Descriptors of a sandbox. All are open by now and stay so; nothing more can be opened.
OPEN_FILES = 4
#: Room above the script's own limit, in which the child says that it has been hit, and where.
LAST_WORDS_BYTES = 16 * 1024 * 1024
#: The same for calls within calls.
LAST_WORDS_DEPTH = 200


def own_size() -> int:
    """Open what ``size_bytes`` reads, while there are files; give its descriptor."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def size_bytes(size: int) -> int:
    """The address space of the process whose ``own_size`` this is; children have the same from their birth."""
    return int(os.pread(size, _STATM_BYTES, 0).split()[0]) * _PAGE_BYTES


def limit_resources(address_space_bytes: int) -> None:
    """Let this process become so large, and do nothing with files, processes or queues. Raises OSError."""
    most = address_space_bytes + LAST_WORDS_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (address_space_bytes, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def lower_memory(by_bytes: int) -> None:
    """Let this process grow by so much less than ``limit_resources`` has allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (soft - by_bytes, hard - by_bytes))


def make_room() -> None:
    """Let this process have what it needs for its last words, where it has hit a limit: memory, and depth of calls."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    sys.setrecursionlimit(sys.getrecursionlimit() + LAST_WORDS_DEPTH)


def allow_open_files(most: int) -> None:
    """Let this process have so many files open, or as many as the system lets it; its own limit is often 1,024."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    room = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
