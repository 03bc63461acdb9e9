"""The self-test: which layers hold here? For each, a probe puts it on and attempts what must fail behind it.

Whether the kernel *has* a layer says little: a container, a distribution or a policy may have switched it off. A layer
holds if everything is stopped that it is there to stop.
"""

import fcntl
import mmap
import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping

from sandbox.jail.home import Home
from sandbox.jail.layers import NONE, Layer
from sandbox.jail.libc import libc
from sandbox.jail.lockdown import lock_down
from sandbox.jail.rlimits import LAST_WORDS_BYTES, OPEN_FILES
from session.values import value

#: Something that must raise OSError.
Attempt = Callable[[], object]

#: A probe needs no more memory than this.
_PROBE_BYTES = 16 * 1024 * 1024
#: Of the local machine; mostly nobody listens there.
_SOMEWHERE = ("127.0.0.1", 9)
_CONNECT_SECONDS = 1.0
#: The exit status of a probe.
_STOPPED, _GOT_THROUGH, _NOT_PUT_ON = 0, 1, 2
# From <linux/ptrace.h> and <linux/prctl.h>.
_PTRACE_TRACEME = 0
_PR_GET_NO_NEW_PRIVS = 39
_PR_GET_DUMPABLE = 3


@value
class Findings:
    """Which layers can be put on here, and which of them stop all that they are there to stop."""

    available: Layer
    hold: Layer


def tried(home: Home, wanted: Layer) -> Findings:
    """Try each of these layers. Raises OSError where no process can be made."""
    alone = [layer for layer in Layer if layer in wanted and layer is not Layer.SECCOMP]
    # All are forked before the first is waited for: they take their time at the same time.
    probes = [(layer, _probe(home, layer, _all_of(_STOPPED_BY[layer]))) for layer in alone]
    found = Findings(NONE, NONE)
    for layer, probe in probes:
        found = _with(found, layer, _exit_status(probe), holds=True)
    return _with_seccomp(home, found) if Layer.SECCOMP in wanted else found


def _with_seccomp(home: Home, found: Findings) -> Findings:
    """Behind all others, as in a sandbox. It is the only one that kills, so that nothing else can pass for it."""
    layers = found.available | Layer.SECCOMP
    refused = _probe(home, layers, _all_of(_STOPPED_BY[Layer.SECCOMP]))
    killed = [_probe(home, layers, attempt) for attempt in _ENDED_BY_SECCOMP]
    status, *statuses = [_exit_status(probe) for probe in (refused, *killed)]
    return _with(found, Layer.SECCOMP, status, holds=all(status == -signal.SIGSYS for status in statuses))


def _with(found: Findings, layer: Layer, status: int, *, holds: bool) -> Findings:
    available = found.available if status == _NOT_PUT_ON else found.available | layer
    return Findings(available, found.hold | layer if holds and status == _STOPPED else found.hold)


def _all_of(attempts: tuple[Attempt, ...]) -> Attempt:
    def attempt_all() -> None:
        for attempt in attempts:
            _must_fail(attempt)

    return attempt_all


def _probe(home: Home, layers: Layer, attempt: Attempt) -> int:
    """Fork a child that puts these layers on, as a sandbox does, and then does something; give its process id."""
    pid = os.fork()
    if pid == 0:
        status = _NOT_PUT_ON
        try:
            lock_down(home.cell(layers, _PROBE_BYTES))
            status = _GOT_THROUGH
            attempt()
            status = _STOPPED
        finally:
            os._exit(status)
    return pid


def _exit_status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _must_fail(attempt: Attempt) -> None:
    try:
        attempt()
    except OSError:
        return
    os._exit(_GOT_THROUGH)


# What is attempted.


def _connect() -> None:
    with socket.socket() as anywhere:
        anywhere.settimeout(_CONNECT_SECONDS)
        try:
            anywhere.connect(_SOMEWHERE)
        except ConnectionRefusedError:  # Whoever is told so has a network.
            return


def _name_its_parent() -> None:
    if os.getppid() == 0:
        raise ProcessLookupError


def _find_a_file() -> None:
    if not os.listdir("/"):
        raise FileNotFoundError


def _grow() -> None:
    mmap.mmap(-1, 2 * (_PROBE_BYTES + LAST_WORDS_BYTES)).close()


def _gain_rights() -> None:
    if libc("prctl", _PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1:
        raise PermissionError


def _be_looked_into() -> None:
    if libc("prctl", _PR_GET_DUMPABLE, 0, 0, 0, 0) == 0:
        raise PermissionError


#: What each layer alone must stop. Where another one would, too, the probe does not have it on.
_STOPPED_BY: Mapping[Layer, tuple[Attempt, ...]] = {
    Layer.NAMESPACES: (_connect, _name_its_parent),
    Layer.EMPTY_ROOT: (_find_a_file, lambda: os.mkdir("/found")),
    Layer.LANDLOCK: (lambda: os.listdir("/"), lambda: os.open("/", os.O_RDONLY)),
    Layer.LIMITS: (_grow, lambda: fcntl.fcntl(0, fcntl.F_DUPFD, OPEN_FILES)),
    Layer.USER: (lambda: os.setuid(0), lambda: os.chroot("/"), lambda: socket.sethostname("found")),
    Layer.NO_NEW_RIGHTS: (_gain_rights, _be_looked_into),
    Layer.NO_NEW_CODE: (lambda: mmap.mmap(-1, 1, prot=mmap.PROT_WRITE | mmap.PROT_EXEC),),
    Layer.SECCOMP: (
        lambda: os.open("/proc/self/environ", os.O_RDONLY),
        lambda: mmap.mmap(-1, 1, prot=mmap.PROT_READ | mmap.PROT_EXEC),
        lambda: signal.setitimer(signal.ITIMER_PROF, 0),
        lambda: resource.getrlimit(resource.RLIMIT_NOFILE),
    ),
}
#: What ends a process that has the filter; each needs one of its own.
_ENDED_BY_SECCOMP: tuple[Attempt, ...] = (
    socket.socket,
    socket.socketpair,
    os.fork,
    lambda: os.execv("/bin/true", ["true"]),
    lambda: os.kill(os.getpid(), 0),
    lambda: libc("ptrace", _PTRACE_TRACEME, 0, None, None),
    lambda: libc("unshare", 0),
    lambda: os.memfd_create("found"),
)
