"""Resource limits, of a child and of the processes above it."""

import os
import resource
import sys

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

#: Room above the script's own limit, in which the child says that it has been hit, and where.
LAST_WORDS_BYTES = 16 * 1024 * 1024
#: The same for calls within calls.
LAST_WORDS_DEPTH = 200


def limit_resources(memory_bytes: int) -> None:
    """Let this process grow by so much address space from what it has now, and do nothing with files or processes."""
    with open("/proc/self/statm", "rb") as statm:
        now = int(statm.read().split()[0]) * _PAGE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (now + memory_bytes, now + memory_bytes + LAST_WORDS_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    # What is open stays open; nothing more can be opened.
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))


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
