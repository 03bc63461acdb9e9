"""A process with room for few open files, which accepts peers; ``test_acceptor`` runs it: ``crowded LOOP``.

It says its port, then ``accepted`` for each peer. At a line of its input it lets go of all, and has room again.
"""

import asyncio
import os
import resource
import socket
import sys

import anyio

from relay.acceptor import listen

#: So many more files it may have open.
ROOM = 3

accepted: list[socket.socket] = []


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def accept(connected: socket.socket, address: str) -> None:
    accepted.append(connected)
    say("accepted")


def let_go() -> None:
    os.read(0, 100)
    for connected in accepted:
        connected.close()
    say("let go")


async def main() -> None:
    acceptor = await listen("127.0.0.1", 0, accept)
    asyncio.get_running_loop().add_reader(0, let_go)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + ROOM, free + ROOM))
    say(str(acceptor.port))
    await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(main, backend_options={"use_uvloop": sys.argv[1] == "uvloop"})
