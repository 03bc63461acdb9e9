"""Where a zygote and its children live: out of the world, as far as the system lets them."""

import os
from contextlib import suppress

from sandbox.jail.layers import Layer
from sandbox.jail.lockdown import Cell
from sandbox.jail.namespaces import enter_empty_root, enter_namespaces, start_first_process
from sandbox.jail.rlimits import own_size, size_bytes
from sandbox.jail.user import empty_bounding_set
from session.values import value

#: What children see of a parent outside of their namespace of process ids.
_OUTSIDE = 0


@value
class Home:
    """What children need for their cells: the zygote as they see it, and the descriptor of its size.

    They all end with ``first_process``, a pidfd; 0 where there is no such process.
    """

    parent: int
    size: int
    first_process: int

    def cell(self, layers: Layer, memory_bytes: int) -> Cell:
        """Give a child's cell, with so much memory on top of what it has from its birth."""
        return Cell(self.parent, layers, size_bytes(self.size) + memory_bytes)


def moved_out(layers: Layer) -> Home:
    """Move this process into namespaces and an empty root, if these layers are wanted and can be had.

    All that is ever to be imported or opened must have been before. Raises OSError where it got stuck half way.
    """
    size, first_process = own_size(), 0
    with suppress(OSError):  # Who may not do this has no capabilities to lose.
        empty_bounding_set()
    if Layer.NAMESPACES in layers and _entered():
        first_process = os.pidfd_open(start_first_process())
        if Layer.EMPTY_ROOT in layers:
            with suppress(OSError):
                enter_empty_root()
    return Home(_OUTSIDE if first_process else os.getpid(), size, first_process)


def _entered() -> bool:
    try:
        enter_namespaces()
    except OSError:
        return False
    return True
