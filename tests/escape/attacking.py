"""Children that attack, and whoever looks on: the worker's side of the range."""

import asyncio
import json
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace

from sandbox.ears import Ears
from sandbox.jail.layers import Layer
from sandbox.limits import DEFAULTS
from sandbox.nursery import Newborn, Nursery
from tests.escape import range as shooting
from tests.escape.aims import ATTACKS, Aims
from tests.escape.around import NOTHING

#: Nothing here takes long; who has not spoken by then hangs.
PATIENCE_SECONDS = 20.0
#: A busy machine makes a few children in time, but not all of them at once.
ATTACKS_AT_A_TIME = 4
SECRET = "what the worker holds and nobody else"
NOBODY = 65534


@dataclass(frozen=True)
class Shot:
    """How an attack went: what it said, if it could, and how its process ended (its exit code, or minus a signal)."""

    worked: bool
    said: str
    ended: int

    @property
    def killed(self) -> bool:
        """The kernel ended the process for a call."""
        return self.ended == -signal.SIGSYS


@dataclass(frozen=True)
class Report:
    """How all attacks went, and which layers were around them."""

    layers: Layer
    shots: dict[str, Shot]
    #: What was found outside afterwards: connections to the port, and files in the folder.
    connections: int
    files: list[str]

    @property
    def worked(self) -> set[str]:
        return {name for name, shot in self.shots.items() if shot.worked}


def users() -> dict[str, int]:
    """As whom attacks can be made here: who is not root has no choice."""
    return {"root": 0, "nobody": NOBODY} if os.geteuid() == 0 else {"user": os.geteuid()}


async def attacked(user: int, layers: Layer, around: str = NOTHING) -> Report:
    """Make all attacks from a zygote of this user, whose children have these layers, inside of something else."""
    async with _outside() as outside:
        aims = outside.aims
        ears = Ears()
        nursery = await Nursery.start(ears, (shooting.__name__, str(user), str(int(layers)), around))
        try:
            neighbour, _ = await _born(nursery)
            aims = replace(aims, neighbour=neighbour.pid)
            few = asyncio.Semaphore(ATTACKS_AT_A_TIME)
            shots = await asyncio.gather(*(_shot(nursery, name, aims, few) for name in ATTACKS))
            neighbour.close()
            files = os.listdir(aims.folder)
            return Report(nursery.layers, dict(zip(ATTACKS, shots, strict=True)), outside.connections, files)
        finally:
            nursery.close()
            ears.close()


async def _shot(nursery: Nursery, name: str, aims: Aims, few: asyncio.Semaphore) -> Shot:
    order = json.dumps({"attack": name, **asdict(aims)}).encode()
    async with few:
        newborn, ended = await _born(nursery)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.get_running_loop().sock_sendall(newborn.channel, order)
                said, status = await _said(newborn), await ended
        finally:
            newborn.close()
    return Shot(said.startswith(shooting.WORKED), said.decode("utf-8", "replace"), os.waitstatus_to_exitcode(status))


async def _said(newborn: Newborn) -> bytes:
    try:
        return await asyncio.get_running_loop().sock_recv(newborn.channel, 65536)
    except ConnectionError:
        return b""


async def _born(nursery: Nursery) -> "tuple[Newborn, asyncio.Future[int]]":
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def over(status: int | None) -> None:
        if not ended.done():
            ended.set_result(status or 0)

    return await nursery.spawn(DEFAULTS.memory_bytes, over), ended


class _Outside:
    """A world to attack: a port, an abstract socket and a folder, for everybody."""

    def __init__(self, folder: str, port: int) -> None:
        self.aims = Aims(os.getpid(), 0, port, folder, SECRET)
        self.connections = 0

    async def greet(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(b"hello")
        writer.close()


@asynccontextmanager
async def _outside() -> AsyncIterator[_Outside]:
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        os.chmod(folder, 0o777)
        port = listening.getsockname()[1]
        abstract.bind(f"\0escape-{port}")
        abstract.listen()
        outside = _Outside(folder, port)
        server = await asyncio.start_server(outside.greet, sock=listening)
        yield outside
        server.close()
