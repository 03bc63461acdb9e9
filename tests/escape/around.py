"""What may be around a server: filters like those of containers, and kernels that lack something.

``python -m tests.escape.around WHAT PROGRAM ARGUMENT...`` runs a program in such a place.
"""

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sandbox.jail.bpf import ALLOW, Between, Rule, assembled, fail_with
from sandbox.jail.machines import MACHINES
from sandbox.jail.prctl import allow_no_new_privileges
from sandbox.jail.seccomp import put_on

NOTHING = "nothing"
#: What a container's engine does by default: no namespaces of one's own, and no mounts.
CONTAINER = "container"
#: A kernel from before Landlock and MDWE, without seccomp.
OLD_KERNEL = "old_kernel"
#: A kernel that has all but seccomp.
NO_SECCOMP = "no_seccomp"

_PR_SET_SECCOMP, _PR_SET_MDWE = 22, 65
_CALLS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {"unshare": 272, "mount": 165, "pivot_root": 155, "prctl": 157, "landlock_create_ruleset": 444},
    "aarch64": {"unshare": 97, "mount": 40, "pivot_root": 41, "prctl": 167, "landlock_create_ruleset": 444},
}


def put_around(what: str) -> None:
    """Put this process, and all that come of it, into such a place."""
    if what == NOTHING:
        return
    machine = os.uname().machine
    allow_no_new_privileges()
    put_on(assembled(replace(MACHINES[machine], calls=_CALLS[machine]), _rules(what), ALLOW))


def _rules(what: str) -> Iterator[Rule]:
    if what in (CONTAINER, OLD_KERNEL):
        for call in ("unshare", "mount", "pivot_root"):
            yield Rule(call, fail_with(errno.EPERM))
    if what in (OLD_KERNEL, NO_SECCOMP):
        yield Rule("prctl", fail_with(errno.EINVAL), (Between(0, _PR_SET_SECCOMP, _PR_SET_SECCOMP),))
    if what == OLD_KERNEL:
        yield Rule("prctl", fail_with(errno.EINVAL), (Between(0, _PR_SET_MDWE, _PR_SET_MDWE),))
        yield Rule("landlock_create_ruleset", fail_with(errno.ENOSYS))


if __name__ == "__main__":
    put_around(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
