"""The nursery: a worker's zygote, and the children that it forks on request."""

import asyncio
import errno
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from sandbox.begun import Begun, shared_memory
from sandbox.births import COLD, REPLY, REQUEST, Word
from sandbox.ears import Ears
from sandbox.jail.layers import NONE, Layer
from session.values import value

#: A zygote loads all that a script may import before it is ready.
READY_SECONDS = 30.0
#: A fork takes about two milliseconds; a machine that needs longer than this has worse trouble.
SPAWN_SECONDS = 10.0
#: Replies that are taken in one turn of the loop.
REPLIES_A_TURN = 64
#: Births that are under way at a time; the others wait. The kernel lets ten packets wait in a socket.
BIRTHS_AT_A_TIME = 8

#: The modules of zygotes with their arguments: for a server, and for who wants a few children soon.
WARM_ZYGOTE = ("sandbox.zygote",)
COLD_ZYGOTE = ("sandbox.zygote", COLD)

#: Is told how a child ended: its wait status, or None where its zygote ended before it could say.
Ended = Callable[[int | None], None]


class NoSandbox(Exception):
    """No sandbox could be made: the zygote is gone, or the machine has no room for another process."""


@value
class Newborn:
    """A child that waits for its script. Its holder closes it."""

    pid: int
    pidfd: int
    channel: socket.socket
    errors: int
    begun: Begun

    def close(self) -> None:
        """Let go of its descriptors and of the memory that it shares: it ends, if it has not ended."""
        self.channel.close()
        self.begun.close()
        os.close(self.errors)
        os.close(self.pidfd)


class Nursery:
    """One zygote. All methods are called from the thread of the loop."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, ears: Ears) -> None:
        #: Hear its children; they may go on hearing those of the next nursery.
        self.ears = ears
        self._process = process
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._serial = 0
        self._room = asyncio.Semaphore(BIRTHS_AT_A_TIME)
        self._births: dict[int, asyncio.Future[tuple[int, int]]] = {}
        self._deaths: dict[int, Ended] = {}
        #: The kernel's layers that hold around its children.
        self.layers = NONE
        self.ready: asyncio.Future[None] = self._loop.create_future()
        #: Done once the zygote has ended, for whatever reason.
        self.gone: asyncio.Future[None] = self._loop.create_future()
        control.setblocking(False)
        self._loop.add_reader(control, self._read)

    @classmethod
    async def start(cls, ears: Ears, zygote: Sequence[str] = WARM_ZYGOTE) -> "Nursery":
        """Start a zygote, a module with its arguments, and wait until it can fork. Raises NoSandbox."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # A fork and an exec, which block for less than a millisecond; what follows is awaited.
            process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-s", "-P", "-m", *zygote, str(theirs.fileno())],
                # Hashes differ from zygote to zygote: nobody can prepare colliding keys. (0 would switch that off.)
                # Every script's clocks are UTC, wherever the server stands.
                env={"PYTHONHASHSEED": str(1 + secrets.randbelow(2**32 - 1)), "TZ": "UTC"},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        nursery = cls(process, ours, ears)
        try:
            await asyncio.wait_for(nursery.ready, READY_SECONDS)
        except TimeoutError:
            nursery.close()
            raise NoSandbox(f"the zygote was not ready within {READY_SECONDS:g} seconds") from None
        except BaseException:  # It ended, or nobody waits for it any more.
            nursery.close()
            raise
        return nursery

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        return self._process.pid

    async def spawn(self, memory_bytes: int, ended: Ended, *, rehearsing: bool = False) -> Newborn:
        """Fork a child, which may rehearse before its script comes. ``ended`` is called once when it ends.

        Raises NoSandbox, in ``SPAWN_SECONDS`` at the latest.
        """
        self._serial += 1
        serial = self._serial
        try:
            async with asyncio.timeout(SPAWN_SECONDS), self._room:
                self._deaths[serial] = ended
                return await self._spawned(REQUEST.pack(serial, memory_bytes, rehearsing), serial)
        except (OSError, NoSandbox) as error:  # A TimeoutError is an OSError as well, without a number.
            self._deaths.pop(serial, None)
            why = _trouble(error.errno) if isinstance(error, OSError) else str(error)
            raise NoSandbox(f"no sandbox could be made: {why}") from None
        except BaseException:  # Nobody waits for it any more.
            self._deaths.pop(serial, None)
            raise

    async def _spawned(self, request: bytes, serial: int) -> Newborn:
        birth = self._births[serial] = self._loop.create_future()
        with ExitStack() as ours, ExitStack() as theirs:
            theirs.callback(self._births.pop, serial, None)
            ours.callback(_let_go, birth)
            channel, channel_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.callback(channel.close)
            theirs.callback(channel_end.close)
            errors, errors_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            ours.callback(os.close, errors)
            theirs.callback(os.close, errors_end)
            shared = shared_memory()
            theirs.callback(os.close, shared)
            begun = Begun(shared)
            ours.callback(begun.close)
            channel.setblocking(False)
            os.set_blocking(errors_end, True)
            socket.send_fds(self._control, [request], [channel_end.fileno(), errors_end, shared])
            pid, pidfd = await birth
            ours.pop_all()  # The newborn's, from now on.
        return Newborn(pid, pidfd, channel, errors, begun)

    def close(self) -> None:
        """End the zygote, and with it all its children."""
        self._process.kill()
        self._process.wait()
        if not self.gone.done():
            self._lost()

    def _read(self) -> None:
        for _ in range(REPLIES_A_TURN):
            try:
                reply, descriptors, _, _ = socket.recv_fds(self._control, REPLY.size, 1)
            except BlockingIOError:
                return
            except OSError:
                reply, descriptors = b"", []
            if not reply:
                self._lost()
                return
            word, serial, number = REPLY.unpack(reply)
            self._take(word, serial, number, descriptors)

    def _take(self, kind: int, serial: int, number: int, descriptors: list[int]) -> None:
        match kind:
            case Word.READY:
                self.layers = Layer(number)
                self.ready.set_result(None)
            case Word.SPAWNED:
                if descriptors:
                    self._born(serial, number, descriptors[0])
                else:  # There was no room for it here. Without its socket's other end the child ends by itself.
                    self._failed(serial, errno.EMFILE)
            case Word.FAILED:
                self._failed(serial, number)
            case Word.ENDED:
                if ended := self._deaths.pop(serial, None):
                    ended(number)

    def _born(self, serial: int, pid: int, pidfd: int) -> None:
        birth = self._births.get(serial)
        if birth and not birth.done():
            birth.set_result((pid, pidfd))
        else:  # Nobody waits any more; without its socket's other end the child ends by itself.
            os.close(pidfd)

    def _failed(self, serial: int, number: int) -> None:
        birth = self._births.get(serial)
        if birth and not birth.done():
            birth.set_exception(NoSandbox(_trouble(number)))

    def _lost(self) -> None:
        self._loop.remove_reader(self._control)
        self._control.close()
        self.gone.set_result(None)
        failure = NoSandbox("the zygote has ended")
        if not self.ready.done():
            self.ready.set_exception(failure)
        for birth in self._births.values():
            if not birth.done():
                birth.set_exception(failure)
        deaths, self._deaths = self._deaths, {}
        for ended in deaths.values():
            ended(None)


def _let_go(birth: asyncio.Future[tuple[int, int]]) -> None:
    """Close the pidfd of a child that was born, and whom nobody waits for any more."""
    if birth.done() and not birth.cancelled() and not birth.exception():
        os.close(birth.result()[1])


def _trouble(number: int | None) -> str:
    """Say what an error number means for whoever wants a sandbox; None is a zygote that does not answer."""
    if number is None:
        return "the zygote does not answer"
    if number in (errno.EMFILE, errno.ENFILE):
        return "as many files are open as may be; `ulimit -Hn`, or LimitNOFILE of the systemd unit, sets how many"
    return os.strerror(number)
