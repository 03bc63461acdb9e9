"""Children that are none of ours: real processes in place of a sandbox's, which say what they please."""

import asyncio
import os
import socket
import sys
from textwrap import dedent

from sandbox.begun import Begun, shared_memory
from sandbox.ears import Ears
from sandbox.nursery import Ended, Newborn

PRELUDE = """
import os, signal, socket, sys, time
from sandbox.frames import Kind, packets
os.nice(5)  # As every child has it, and cannot lower it.
relay = socket.socket(fileno=int(sys.argv[1]))
def send(kind, value):
    for packet in packets(kind, value):
        relay.send(packet)
LOADED = [["on_message", "on_tick"], {}, []]
def answer(ask, **changed):
    fields = {"verdict": True, "payload": None, "reason": "", "commands": [], "wake_at": None}
    fields |= {"raised": False, "state": None}
    send(Kind.ANSWERS, [None, b"\x02", [[ask, *{**fields, **changed}.values()]]])
def nap():
    signal.pause()
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
relay.recv(1 << 20)
"""


class Rogues:
    """A birthplace of processes that run this source, heard by these ears or by their own."""

    def __init__(self, source: str, ears: Ears | None = None) -> None:
        self._source = PRELUDE + dedent(source)
        self.ears = ears or Ears()

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Start a process; it may use all the memory that there is."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        errors, errors_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        with theirs:
            os.set_inheritable(theirs.fileno(), True)
            command = [sys.executable, "-c", self._source, str(theirs.fileno())]
            to_the_pipe = [(os.POSIX_SPAWN_DUP2, errors_end, 2)]
            pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=to_the_pipe)  # noqa: ASYNC221 - it waits for nothing
        os.close(errors_end)
        ours.setblocking(False)
        loop, watched = asyncio.get_running_loop(), os.pidfd_open(pid)

        def reap() -> None:
            loop.remove_reader(watched)
            os.close(watched)
            ended(os.waitpid(pid, 0)[1])

        loop.add_reader(watched, reap)
        shared = shared_memory()
        begun = Begun(shared)
        os.close(shared)
        return Newborn(pid, os.pidfd_open(pid), ours, errors, begun)
