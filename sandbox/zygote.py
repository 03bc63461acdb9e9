"""The zygote: a clean process with everything loaded, from which each sandbox is forked.

``python -s -P -m sandbox.zygote [cold] FD`` serves one worker over the SOCK_SEQPACKET socket FD. It was exec'd with
nearly an empty environment, before its worker held anything worth stealing, and has one thread. A request comes with
three descriptors: the child's end of its socket, the end of the pipe that takes its standard error, and memory to
share; the answer carries the child's pidfd. When a child ends, its worker is told how. The zygote ends when its worker
closes the socket.
"""

import codecs
import errno
import faulthandler
import fcntl
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol, TypeAlias

from sandbox.begun import Begun
from sandbox.births import COLD, DESCRIPTORS, REPLY, REQUEST, Word
from sandbox.child import Child
from sandbox.jail.addresses import hide_addresses
from sandbox.jail.home import Home, moved_out
from sandbox.jail.layers import ALL, Layer
from sandbox.jail.lockdown import Cell, lock_down
from sandbox.jail.prctl import die_with_parent
from sandbox.jail.rlimits import allow_open_files
from sandbox.jail.seccomp import CHANNEL
from sandbox.jail.selftest import Findings, tried
from sandbox.packing import fill_holes, make_immortal
from sandbox.warming import rehearse, warm_up

#: What Python would look for on the disk when a script first uses it; a child can open no file.
CODECS = (
    *("ascii", "latin-1", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
    *("cp1252", "cp437", "iso8859-15", "unicode-escape", "raw-unicode-escape", "idna", "punycode"),
)
#: No descriptor below this number has a meaning for a child.
ABOVE_ALL_OTHERS = 10
#: Descriptors that the zygote may have open, one for each child.
OPEN_FILES = 8192
#: Scripts stand back for the relay: it gets three times the share of the processor of any one of them, however many are
#: busy. More would starve them on a machine that has other work, and their calls have their time by the wall's clock.
NICENESS = 5
#: The exit status of a child that broke by itself.
BROKEN = 70


class Inhabitant(Protocol):
    """What lives in a child; ours is ``sandbox.child.Child``."""

    def serve(self) -> None:
        """Do what is asked on the channel until the relay closes its end."""

    def keep_time(self) -> None:
        """Arm the timers and take the signals that serving needs; later that cannot be done."""


#: Makes the inhabitant of a child, from its channel's descriptor and what it shares with the relay.
Inhabiting: TypeAlias = Callable[[int, Begun], Inhabitant]


class Zygote:
    """Forks children on request, and reaps them. It says which layers hold; a child puts on all that can be had."""

    def __init__(self, control: socket.socket, home: Home, layers: Findings, inhabiting: Inhabiting) -> None:
        self._control = control
        self._home = home
        self._layers = layers
        self._inhabiting = inhabiting
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        #: Of each living child, by pidfd: its serial and process id.
        self._children: dict[int, tuple[int, int]] = {}
        if home.first_process:
            self._poll.register(home.first_process, select.POLLIN)

    def serve(self) -> None:
        """Serve until the worker is gone."""
        try:
            self._control.send(REPLY.pack(Word.READY, 0, self._layers.hold))
            while self._turn():
                pass
        except ConnectionError:
            return

    def _turn(self) -> bool:
        for descriptor, _ in self._poll.poll():
            if descriptor == self._home.first_process:  # All children have ended with it, and there can be no more.
                return False
            if descriptor != self._control.fileno():
                self._reap(descriptor)
            elif not self._take_request():
                return False
        return True

    def _take_request(self) -> bool:
        request, descriptors, _, _ = socket.recv_fds(self._control, REQUEST.size, DESCRIPTORS)
        if not request:
            return False
        serial, memory_bytes, rehearsing = REQUEST.unpack(request)
        try:
            if len(descriptors) < DESCRIPTORS:  # The kernel leaves out those for which there is no room.
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            self._spawn(serial, memory_bytes, descriptors, rehearsing)
        except ConnectionError:
            raise
        except OSError as error:
            self._control.send(REPLY.pack(Word.FAILED, serial, error.errno or 0))
        for descriptor in descriptors:
            os.close(descriptor)
        return True

    def _spawn(self, serial: int, memory_bytes: int, given: Sequence[int], rehearsing: bool) -> None:
        cell = self._home.cell(self._layers.available, memory_bytes)
        pid = os.fork()
        if pid == 0:
            become_child(cell, given, self._inhabiting, rehearsing)
        try:
            pidfd = os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        self._children[pidfd] = serial, pid
        self._poll.register(pidfd, select.POLLIN)
        socket.send_fds(self._control, [REPLY.pack(Word.SPAWNED, serial, pid)], [pidfd])

    def _reap(self, pidfd: int) -> None:
        serial, pid = self._children.pop(pidfd)
        _, status = os.waitpid(pid, 0)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        self._control.send(REPLY.pack(Word.ENDED, serial, status))


def become_child(cell: Cell, given: Sequence[int], inhabiting: Inhabiting, rehearsing: bool) -> NoReturn:
    """Turn this freshly forked process into a sandbox's; the order matters.

    ``given`` are the descriptors that came with the request.
    """
    channel, errors, shared = given
    try:
        die_with_parent(cell.parent)
        os.nice(NICENESS)
        begun = Begun(shared)
        # Out of the way first: either may have a number that is meant for the other.
        channel, errors = (fcntl.fcntl(given, fcntl.F_DUPFD, ABOVE_ALL_OTHERS) for given in (channel, errors))
        os.dup2(channel, CHANNEL)
        os.dup2(errors, 1)
        os.dup2(errors, 2)
        # 0 stays the zygote's /dev/null: with it all four numbers are taken that the limit of open files leaves.
        os.closerange(CHANNEL + 1, os.sysconf("SC_OPEN_MAX"))
        signal.set_wakeup_fd(-1)
        gc.enable()
        if rehearsing:
            rehearse(begun)
        # A C-level handler: it names the line even of a script that is stuck inside a C function.
        faulthandler.enable(file=2, all_threads=False)
        sandboxed = inhabiting(CHANNEL, begun)
        # Behind it, where Python still runs: what is finished is not to be lost with the rest.
        sandboxed.keep_time()
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False, chain=True)
        # What needs the kernel's leave has it by now: timers, signals, memory that is shared.
        lock_down(cell)
        sandboxed.serve()
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - nothing of the zygote's stack may run on in a child
        os.write(2, f"the sandbox broke: {type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(BROKEN)


def main(wanted: Layer = ALL, inhabiting: Inhabiting = Child) -> None:
    """Serve the worker whose socket is named last on the command line.

    Only tests want other layers than all that hold, or something else to live in the children.
    """
    control = socket.socket(fileno=int(sys.argv[-1]))
    die_with_parent(os.getppid())
    # The worker decides when we end; an interrupt at the terminal is for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    allow_open_files(OPEN_FILES)
    for name in CODECS:
        codecs.lookup(name)
    time.tzset()
    os.environ.clear()  # It has been heeded by now, and is not for children.
    hide_addresses()
    warm = COLD not in sys.argv
    if warm:
        warm_up()
    home = moved_out(wanted)  # From here on there may be no files.
    gc.collect()
    gc.disable()
    if warm:
        make_immortal()
        fill_holes()
    gc.freeze()  # Children share these pages until something writes to them: the collector must not.
    Zygote(control, home, tried(home, wanted), inhabiting).serve()


if __name__ == "__main__":
    main()
