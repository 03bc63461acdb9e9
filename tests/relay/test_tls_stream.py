"""The stream of TLS, in memory at the client's end, so that it says what no honest client would."""

import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import anyio
import anyio.lowlevel
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relay.channel import ChannelLimits
from relay.counts import Counts
from relay.handshakes import Handshakes, TlsFailure
from relay.reactor import Drain
from relay.tls_stream import TlsStream
from tests.relay import certified
from tests.relay.certified import VERSIONS

pytestmark = pytest.mark.anyio


class Heard:
    """A receiver that keeps what it is told."""

    def __init__(self) -> None:
        self.data = b""
        self.ends: list[str] = []

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> None:
        self.ends.append("eof")

    def connection_lost(self) -> None:
        self.ends.append("lost")


class House:
    """What handshakes need."""

    def __init__(self) -> None:
        self.limits = ChannelLimits()
        self.counts = Counts()


class Ends:
    """A stream of ours at one end of a pair of sockets; at the other a client that encrypts in memory."""

    def __init__(self, version: str = "TLSv1.3") -> None:
        near, self.far = socket.socketpair()
        near.setblocking(False)
        self.far.setblocking(False)
        self.house, self.heard, self.drain = House(), Heard(), Drain(0)
        self.handshakes = Handshakes(certified.shows(), self.house)
        self.stream = TlsStream(near, self.heard, self.drain, self.handshakes, "here")
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = certified.trusts(VERSIONS[version])
        self.client = context.wrap_bio(self._in, self._out, server_hostname="localhost")

    def __enter__(self) -> "Ends":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.abort()
        self.far.close()
        self.drain.close()

    def sealed(self, *pieces: bytes) -> bytes:
        """Give what the client would send: a record or more for each piece."""
        for piece in pieces:
            self.client.write(piece)
        return self._out.read()

    def client_says(self) -> bytes:
        """Let the client read what has come, and give what it has to say of the handshake."""
        try:
            self._in.write(self.far.recv(1 << 20))
        except BlockingIOError:
            pass
        try:
            self.client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self._out.read()

    async def shake(self, send: Callable[[bytes], None]) -> None:
        """Shake hands; the client's bytes go where they are sent."""
        with anyio.fail_after(20):
            while not self.stream.shaken:
                if says := self.client_says():
                    send(says)
                await anyio.lowlevel.checkpoint()
        self.client_says()

    async def until(self, condition: Callable[[], bool]) -> None:
        with anyio.fail_after(20):
            while not condition():
                await anyio.lowlevel.checkpoint()


@asynccontextmanager
async def shaken_ends(version: str = "TLSv1.3") -> AsyncGenerator[Ends, None]:
    with Ends(version) as ends:
        await ends.shake(ends.far.sendall)
        yield ends


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(VERSIONS)),
    st.lists(st.integers(1, 64) | st.integers(1, 40_000), max_size=5),
    st.lists(st.floats(0, 1), max_size=60),
)
@example("TLSv1.2", [1], [number / 2_000 for number in range(2_000)])
@example("TLSv1.3", [1], [number / 2_000 for number in range(2_000)])
def test_however_the_bytes_are_cut_they_are_the_same(version: str, sizes: list[int], cuts: list[float]) -> None:
    pieces = [bytes([number]) * size for number, size in enumerate(sizes)]

    async def play() -> None:
        with Ends(version) as ends:

            def send(data: bytes) -> None:
                places = sorted({0, len(data), *(round(cut * len(data)) for cut in cuts)})
                for begin, end in pairwise(places):
                    ends.stream.data_received(data[begin:end])

            await ends.shake(send)
            send(ends.sealed(*pieces))
            assert ends.heard.data == b"".join(pieces)
            assert ends.house.counts.tls_failures == {}

    anyio.run(play)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(VERSIONS)), st.binary(min_size=1, max_size=200), st.integers(0, 150), st.integers(1, 255))
def test_whatever_is_changed_in_a_record_no_other_bytes_come_out_of_it(
    version: str, piece: bytes, at: int, flip: int
) -> None:
    async def play() -> None:
        async with shaken_ends(version) as ends:
            changed = bytearray(ends.sealed(piece))
            changed[at % len(changed)] ^= flip
            ends.stream.data_received(bytes(changed) + ends.sealed(b"later"))
            assert ends.heard.data == b""
            assert sum(ends.house.counts.tls_failures.values()) <= 1

    anyio.run(play)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=4), st.booleans())
def test_no_bytes_raise_anything(chunks: list[bytes], like_tls: bool) -> None:
    async def play() -> None:
        with Ends() as ends:
            for number, chunk in enumerate(chunks):
                begins = b"\x16\x03\x01" if like_tls and not number else b""
                ends.stream.data_received(begins + chunk)
                ends.stream.step()
            ends.stream.eof_received()
            assert ends.heard.data == b""
            assert sum(ends.house.counts.tls_failures.values()) <= 1

    anyio.run(play)


async def test_a_broken_record_ends_the_connection_and_is_counted() -> None:
    async with shaken_ends() as ends:
        ends.far.sendall(ends.sealed(b"good") + b"\x17\x03\x03\x00\x20" + bytes(32))
        await ends.until(lambda: bool(ends.heard.ends))
        assert (ends.heard.data, ends.heard.ends) == (b"good", ["lost"])
        assert ends.house.counts.tls_failures == {TlsFailure.RECORD: 1}


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_last_word_is_the_end_and_is_answered(version: str) -> None:
    async with shaken_ends(version) as ends:
        farewell = ends.sealed(b"bye")
        with pytest.raises(ssl.SSLWantReadError):
            ends.client.unwrap()
        ends.far.sendall(farewell + ends._out.read())
        await ends.until(lambda: bool(ends.heard.ends))
        assert (ends.heard.data, ends.heard.ends) == (b"bye", ["eof"])
        ends.stream.write(b"too late")
        ends.client_says()
        ends.client.unwrap()
        ends.far.close()
        await ends.until(lambda: ends.heard.ends == ["eof", "lost"])
        assert ends.house.counts.tls_failures == {}


async def test_an_end_without_the_last_word_is_a_lost_connection_and_no_failure() -> None:
    async with shaken_ends() as ends:
        ends.far.sendall(ends.sealed(b"half")[:-3])
        ends.far.shutdown(socket.SHUT_WR)
        await ends.until(lambda: ends.heard.ends == ["eof", "lost"])
        assert ends.heard.data == b""
        assert ends.house.counts.tls_failures == {}


async def test_what_is_long_arrives_whole_and_in_order() -> None:
    async with shaken_ends() as ends:
        long = bytes(range(256)) * 4096
        ends.stream.write(long)
        assert 0 < ends.stream.unsent_bytes < 2 * len(long)
        ends.stream.write(b"!")
        ends.stream.write_eof()
        came = b""
        with anyio.fail_after(20):
            while len(came) < len(long) + 1:
                await anyio.wait_readable(ends.far)
                ends._in.write(ends.far.recv(1 << 20))
                try:
                    while more := ends.client.read(1 << 16):
                        came += more
                except ssl.SSLWantReadError:
                    pass
        assert came == long + b"!"
        assert ends.stream.unsent_bytes == 0
