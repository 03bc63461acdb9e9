"""A peer's socket in the reactor: what is written arrives whole and in order, and every end is told once."""

import select
import socket
import struct
from collections.abc import Iterator

import anyio
import anyio.lowlevel
import pytest

from relay.reactor import Drain
from relay.stream import Stream

pytestmark = pytest.mark.anyio

#: More than two sockets hold that nobody reads.
MUCH = bytes(range(256)) * 4096 * 4

TURNS = 20


class Heard:
    """A receiver that keeps what it is told, and may fail at it."""

    def __init__(self, *, fails: bool = False) -> None:
        self.data = b""
        self.eofs = 0
        self.lost = 0
        self._fails = fails
        self._news = anyio.Event()

    def data_received(self, data: bytes) -> None:
        self.data += data
        self._tell()

    def eof_received(self) -> None:
        self.eofs += 1
        self._tell()

    def connection_lost(self) -> None:
        self.lost += 1
        self._news.set()

    async def until_lost(self) -> None:
        while not self.lost:
            await self._next()

    async def until(self, data: bytes) -> None:
        while self.data != data:
            await self._next()

    async def until_eof(self) -> None:
        while not self.eofs:
            await self._next()

    async def _next(self) -> None:
        with anyio.fail_after(20):
            await self._news.wait()
        self._news = anyio.Event()

    def _tell(self) -> None:
        self._news.set()
        if self._fails:
            raise RuntimeError("a fault of ours")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give the two ends of a connection; the first is for a stream."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        far = socket.create_connection(listening.getsockname())
        near, _ = listening.accept()
    near.setblocking(False)
    far.setblocking(False)
    with near, far:
        yield near, far


Ends = tuple[socket.socket, socket.socket]


async def read(far: socket.socket, count: int) -> bytes:
    """Read so many bytes, or to the end."""
    data = b""
    with anyio.fail_after(20):
        while len(data) < count:
            await anyio.wait_readable(far)
            more = far.recv(1 << 20)
            if not more:
                break
            data += more
    return data


async def turns() -> None:
    for _ in range(TURNS):
        await anyio.lowlevel.checkpoint()


async def test_what_waits_to_be_read_is_known_before_it_is_read(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    assert not stream.has_unread()
    ends[1].send(b"hello")
    assert select.select([ends[0]], [], [], 20)[0], "it came, and the loop has not turned"
    assert stream.has_unread()
    await heard.until(b"hello")
    assert not stream.has_unread()
    stream.abort()
    assert not stream.has_unread()
    drain.close()


async def test_what_a_peer_says_is_heard_and_it_is_answered(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    ends[1].send(b"hello")
    await heard.until(b"hello")
    stream.write(b"hello yourself")
    assert stream.unsent_bytes == 0
    assert await read(ends[1], 14) == b"hello yourself"
    stream.abort()
    drain.close()


async def test_what_finds_no_room_waits_and_arrives_in_order(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    stream.write(MUCH)
    waiting = stream.unsent_bytes
    assert 0 < waiting < len(MUCH)
    stream.write(b"and")
    stream.write(b" this")
    assert stream.unsent_bytes == waiting + 8
    ends[1].send(b"reads still")
    await heard.until(b"reads still")
    assert await read(ends[1], len(MUCH) + 8) == MUCH + b"and this"
    assert stream.unsent_bytes == 0
    stream.write(b"!")
    assert await read(ends[1], 1) == b"!"
    stream.abort()
    drain.close()


async def test_the_end_comes_after_what_waits(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    stream.write(MUCH)
    stream.write_eof()
    stream.write(b"still before it")
    assert await read(ends[1], len(MUCH) + 100) == MUCH + b"still before it"
    ends[1].send(b"half a close lets this through")
    await heard.until(b"half a close lets this through")
    ends[1].shutdown(socket.SHUT_WR)
    await heard.until_lost()
    assert (heard.eofs, heard.lost) == (1, 1)
    drain.close()


async def test_a_peer_that_has_said_all_still_gets_what_waits_and_is_lost_once(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    stream.write(MUCH)
    ends[1].shutdown(socket.SHUT_WR)
    await heard.until_eof()
    await turns()
    assert (heard.eofs, heard.lost) == (1, 0)
    assert await read(ends[1], len(MUCH) + 1) == MUCH
    await heard.until_lost()
    assert (heard.eofs, heard.lost) == (1, 1)
    drain.close()


async def test_a_second_abort_does_no_harm_and_nothing_is_written_after_it(ends: Ends) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    stream.write(MUCH)
    stream.abort()
    stream.abort()
    stream.write(b"too late")
    stream.write_eof()
    stream.move(Drain(0))
    assert (stream.unsent_bytes, stream.open) == (0, False)
    await heard.until_lost()
    await turns()
    assert (heard.eofs, heard.lost) == (0, 1)
    drain.close()


@pytest.mark.parametrize("unsent", [b"", MUCH], ids=["nothing waits", "much waits"])
async def test_a_peer_that_resets_is_lost_once(ends: Ends, unsent: bytes) -> None:
    drain, heard = Drain(0), Heard()
    stream = Stream(ends[0], heard, drain)
    stream.write(unsent)
    ends[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ends[1].close()
    await heard.until_lost()
    stream.write(b"to nobody")
    await turns()
    assert (heard.lost, stream.unsent_bytes) == (1, 0)
    drain.close()


@pytest.mark.parametrize("said", [b"x", b""], ids=["at bytes", "at the end"])
async def test_a_receiver_that_fails_loses_its_socket_and_no_other(ends: Ends, said: bytes) -> None:
    drain, heard = Drain(0), Heard(fails=True)
    stream = Stream(ends[0], heard, drain)
    if said:
        ends[1].send(said)
    else:
        ends[1].shutdown(socket.SHUT_WR)
    await heard.until_lost()
    assert not stream.open
    assert heard.lost == 1
    drain.close()


async def test_a_stream_that_moves_goes_on_where_it_was(ends: Ends) -> None:
    slow, quick, heard = Drain(3600), Drain(0), Heard()
    stream = Stream(ends[0], heard, slow)
    ends[1].send(b"at once")
    await heard.until(b"at once")
    ends[1].send(b", and later")
    stream.write(MUCH)
    stream.move(quick)
    stream.move(quick)
    await heard.until(b"at once, and later")
    assert await read(ends[1], len(MUCH)) == MUCH
    slow.close()
    ends[1].send(b"!")
    await heard.until(b"at once, and later!")
    stream.abort()
    quick.close()


async def test_a_stream_may_move_while_it_is_read(ends: Ends) -> None:
    class Mover(Heard):
        def data_received(self, data: bytes) -> None:
            stream.move(quick)
            super().data_received(data)

    slow, quick, heard = Drain(3600), Drain(0), Mover()
    stream = Stream(ends[0], heard, slow)
    for count in range(1, 4):
        ends[1].send(b"x")
        await heard.until(b"x" * count)
    stream.abort()
    slow.close()
    quick.close()
