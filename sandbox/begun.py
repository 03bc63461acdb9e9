"""The question that a sandbox has begun, in memory that it shares with the relay.

Answers leave in batches, so that what a sandbox has not answered does not tell what it died over. This does, and costs
no word between the two.
"""

import fcntl
import mmap
import os
import struct

_ASK = struct.Struct("<Q")
_SIZE = mmap.PAGESIZE
#: Nobody can make it smaller: the relay would die of reading what is not there any more.
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


class Begun:
    """One number in shared memory, 0 at first."""

    def __init__(self, descriptor: int) -> None:
        """Map the memory behind a descriptor, which may be closed afterwards. Raises OSError."""
        self._memory = mmap.mmap(descriptor, _SIZE)

    def set(self, ask: int) -> None:
        """Say which question is begun."""
        _ASK.pack_into(self._memory, 0, ask)

    def get_untrusted(self) -> int:
        """Give what the sandbox says that it has begun: any number below 2**64."""
        number: int = _ASK.unpack_from(self._memory)[0]
        return number

    def close(self) -> None:
        """Let go of the memory. Harmless a second time."""
        self._memory.close()


def shared_memory() -> int:
    """Make the memory; give its descriptor. Raises OSError."""
    descriptor = os.memfd_create("begun", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(descriptor, _SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
