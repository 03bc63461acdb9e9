"""The lock-down: what a child gives up, one thing after another, before it has seen a byte of the script."""

from sandbox.jail.landlock import deny_files_and_network
from sandbox.jail.layers import Layer
from sandbox.jail.prctl import allow_no_new_code, allow_no_new_privileges, be_opaque, die_with_parent
from sandbox.jail.rlimits import limit_resources
from sandbox.jail.seccomp import allow_few_calls
from sandbox.jail.user import become_nobody
from session.values import value

#: The kernel takes these from who could not get new privileges by them.
_WITHOUT_NEW_PRIVILEGES = Layer.LANDLOCK | Layer.NO_NEW_RIGHTS | Layer.SECCOMP


@value
class Cell:
    """Where a child is to live.

    ``parent`` is the zygote's process id as its children see it, ``layers`` are those to put on, and
    ``address_space_bytes`` is how large the process may become.
    """

    parent: int
    layers: Layer
    address_space_bytes: int


def lock_down(cell: Cell) -> None:
    """Put on the layers, the kernel's filter of calls last: after it nothing can be set up. Raises OSError.

    Files are given up before the limit of open ones, which would leave no room for the rules about them.
    """
    layers = cell.layers
    if layers & _WITHOUT_NEW_PRIVILEGES:
        allow_no_new_privileges()
    if Layer.LANDLOCK in layers:
        deny_files_and_network()
    if Layer.LIMITS in layers:
        limit_resources(cell.address_space_bytes)
    if Layer.USER in layers:
        become_nobody()
        die_with_parent(cell.parent)  # Whoever becomes somebody else is asked again.
    if Layer.NO_NEW_RIGHTS in layers:
        be_opaque()
    if Layer.NO_NEW_CODE in layers:
        allow_no_new_code()
    if Layer.SECCOMP in layers:
        allow_few_calls()
