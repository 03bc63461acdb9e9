"""The processor as a sandbox had it: who is late because the machine was busy with others is no culprit."""

import math
import os
from pathlib import Path

from sandbox.limits import WALL_TIMES_CPU

#: So often a late sandbox that was denied the processor gets the same time once more.
MAX_SPARED = 4

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
#: The fields of /proc/PID/stat behind the name in brackets: the state, and the time in the program and in the kernel.
_STATE, _USER_TICKS, _SYSTEM_TICKS = 0, 11, 12
#: It runs, or would if it were let; or it waits for the disk, to which its memory may have gone.
_HELD_UP = (b"R", b"D")


class Share:
    """What a process had of the processor since it began with something. Without /proc, it counts as enough."""

    def __init__(self) -> None:
        self._seconds_before = math.inf
        self._spared = 0

    def begin(self, pid: int) -> None:
        """The process has begun with something else."""
        self._seconds_before, self._spared = looked_at(pid)[1], 0

    def was_denied(self, pid: int, seconds: float) -> bool:
        """Say whether a process that is late after so many seconds wants to run and could not; only so often.

        It had less than the part of them that its processor time is of its time by the clock on the wall.
        """
        held_up, used = looked_at(pid)
        if not held_up or used - self._seconds_before >= seconds / WALL_TIMES_CPU or self._spared == MAX_SPARED:
            return False
        self._spared += 1
        return True


def looked_at(pid: int) -> tuple[bool, float]:
    """Give whether a process goes on as soon as it is let, and the processor seconds that it has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return False, math.inf
    return fields[_STATE] in _HELD_UP, (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / _TICKS_A_SECOND
