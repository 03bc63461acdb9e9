"""How much memory a sandbox uses of what it may, read from what the kernel tells of its process."""

import os
import re
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_ADDRESS_SPACE = re.compile(rb"^Max address space +(\d+) ", re.MULTILINE)


def memory_used_bytes(pid: int, allowed_bytes: int) -> int:
    """By how much a process's address space has grown since it was allowed so many bytes more; 0 if it is gone.

    That is the measure in which the limit is set, and more than what lies in memory.
    """
    try:
        size = int(Path(f"/proc/{pid}/statm").read_bytes().split()[0]) * _PAGE_BYTES
        limit = _ADDRESS_SPACE.search(Path(f"/proc/{pid}/limits").read_bytes())
    except (OSError, IndexError):
        return 0
    return max(size - (int(limit[1]) - allowed_bytes), 0) if limit else 0
