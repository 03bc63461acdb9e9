"""The acceptor: who knocks is let in, at whichever address, for as long as there is room."""

import socket
import subprocess
import sys

import anyio
import anyio.lowlevel
import pytest
from anyio.streams.text import TextReceiveStream

from relay.acceptor import listen, listening_at
from relay.reactor import Reactor
from relay.stream import Stream
from tests.relay.crowded import ROOM

pytestmark = pytest.mark.anyio

MANY = 1000

#: An address that no machine has (RFC 5737).
NOWHERE = "192.0.2.1"


class Taken:
    """Whom an acceptor has let in."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self._news = anyio.Event()

    def accept(self, connected: socket.socket, address: str) -> None:
        connected.close()
        self.addresses.append(address)
        self._news.set()

    async def until(self, count: int) -> None:
        with anyio.fail_after(20):
            while len(self.addresses) < count:
                await self._news.wait()
                self._news = anyio.Event()


class Echo:
    """A receiver that sends back what comes."""

    def __init__(self, connected: socket.socket, reactor: Reactor) -> None:
        self.lost = False
        self._stream = Stream(connected, self, reactor.drain(10))

    def data_received(self, data: bytes) -> None:
        self._stream.write(data)

    def eof_received(self) -> None:
        """Let the stream close itself."""

    def connection_lost(self) -> None:
        self.lost = True


async def knock(host: str, port: int) -> None:
    async with await anyio.connect_tcp(host, port):
        pass


async def test_every_address_of_a_host_has_the_same_port() -> None:
    taken = Taken()
    acceptor = await listen("", 0, taken.accept)
    await knock("127.0.0.1", acceptor.port)
    await knock("::1", acceptor.port)
    await taken.until(2)
    assert sum("::1" in address for address in taken.addresses) == 1
    port = acceptor.port
    acceptor.close()
    acceptor.close()
    for host in ("127.0.0.1", "::1"):
        with pytest.raises(OSError, match=r"."):
            await knock(host, port)


async def test_an_address_that_is_not_here_is_no_harm_while_there_is_another() -> None:
    here, nowhere = (socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_INET, (NOWHERE, 0))
    for addresses in ([here, nowhere], [nowhere, here]):
        (listening,) = listening_at(addresses)
        assert listening.getsockname()[0] == "127.0.0.1"
        listening.close()
    with pytest.raises(OSError, match="assign requested address"):
        listening_at([nowhere])


async def test_a_peer_whose_acceptance_fails_is_closed_and_the_next_is_let_in() -> None:
    taken = Taken()

    def accept(connected: socket.socket, address: str) -> None:
        taken.accept(connected.dup(), address)
        if len(taken.addresses) == 1:
            raise RuntimeError("a fault of ours")
        connected.close()

    acceptor = await listen("127.0.0.1", 0, accept)
    async with await anyio.connect_tcp("127.0.0.1", acceptor.port) as first:
        with pytest.raises(anyio.EndOfStream):
            await first.receive()
    await knock("127.0.0.1", acceptor.port)
    await taken.until(2)
    acceptor.close()


async def test_a_thousand_at_a_time() -> None:
    reactor = Reactor()
    echoes: list[Echo] = []
    acceptor = await listen("127.0.0.1", 0, lambda connected, _: echoes.append(Echo(connected, reactor)))
    answers: list[bytes] = []
    limiter, all_are_in = anyio.CapacityLimiter(100), anyio.Event()

    async def play(number: int) -> None:
        async with limiter:
            stream = await anyio.connect_tcp("127.0.0.1", acceptor.port)
        async with stream:
            await stream.send(b"%d" % number)
            answers.append(await stream.receive())
            if len(answers) == MANY:
                all_are_in.set()
            await all_are_in.wait()

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for number in range(MANY):
                group.start_soon(play, number)
        assert sorted(map(int, answers)) == list(range(MANY))
        while not all(echo.lost for echo in echoes):
            await anyio.lowlevel.checkpoint()
    assert len(echoes) == MANY
    acceptor.close()
    reactor.close()


async def test_without_room_for_another_file_it_rests_and_takes_them_later(
    anyio_backend: tuple[str, dict[str, bool]],
) -> None:
    loop = "uvloop" if anyio_backend[1]["use_uvloop"] else "asyncio"
    command = [sys.executable, "-m", "tests.relay.crowded", loop]
    async with await anyio.open_process(command, stdin=subprocess.PIPE, stderr=None) as process:
        assert process.stdout
        assert process.stdin
        lines = _Lines(TextReceiveStream(process.stdout))
        port = int(await lines.next())
        peers = [await anyio.connect_tcp("127.0.0.1", port) for _ in range(ROOM + 2)]
        assert [await lines.next() for _ in range(ROOM)] == ["accepted"] * ROOM
        assert "no_room_for_another_connection" in await lines.next()
        await process.stdin.send(b"\n")
        said = [await lines.next()]
        while said.count("accepted") < 2:
            said.append(await lines.next())
        assert "let go" in said
        for peer in peers:
            await peer.aclose()
        process.kill()


class _Lines:
    """The lines that a process says, as they come."""

    def __init__(self, stream: TextReceiveStream) -> None:
        self._stream = stream
        self._text = ""

    async def next(self) -> str:
        with anyio.fail_after(20):
            while "\n" not in self._text:
                self._text += await self._stream.receive()
        line, _, self._text = self._text.partition("\n")
        return line
