"""A zygote whose children run raw attacks in place of scripts: the language layer is switched off.

``python -m tests.escape.range USER LAYERS AROUND FD``: all else is as in the
server, the same zygote and the same lock-down.
"""

import codecs
import json
import os
import sys

from sandbox.begun import Begun
from sandbox.jail.layers import Layer
from sandbox.jail.libc import libc
from sandbox.zygote import CODECS, main
from tests.escape import files, kernel, network, processes
from tests.escape.aims import ATTACKS, Aims
from tests.escape.around import put_around

#: Where the attacks are entered.
THEMES = (files, kernel, network, processes)

PR_SET_DUMPABLE = 4
#: Whose numbers of calls are tried.
MACHINE = os.uname().machine
WORKED, FAILED = b"worked", b"failed"


class Attacker:
    """Runs the one attack that it is told, and says how it went."""

    def __init__(self, descriptor: int, begun: Begun) -> None:
        self._descriptor = descriptor

    def serve(self) -> None:
        """Attack."""
        order = json.loads(os.read(self._descriptor, 65536))
        try:
            said = WORKED if ATTACKS[order.pop("attack")].run(Aims(**order)) else FAILED
        except Exception as error:  # noqa: BLE001 - it did not work, whatever it is
            said = FAILED + f": {type(error).__name__}: {error}".encode()
        os.write(self._descriptor, said)

    def keep_time(self) -> None:
        """Nobody counts it here."""


def become(user: int) -> None:
    """Be an ordinary process of this user, as if started by them."""
    if os.geteuid() != user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        libc("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)


if __name__ == "__main__":
    for name in CODECS:  # The interpreter may lie where the other user cannot read it.
        codecs.lookup(name)
    become(int(sys.argv[1]))
    put_around(sys.argv[3])
    main(Layer(int(sys.argv[2])), Attacker)
