"""What a datagram costs: ``make bench-udp``, a room of 11 and one of 51 that talk by UDP, beside bare relays.

The load comes from this process, a datagram from each player at its rate; what is measured is the processor time of the
server with all of its processes, for each datagram that it has sent and that arrived.
"""

import argparse
import json
import select
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import anyio
from anyio import to_thread
from OpenSSL import SSL
from websockets.asyncio.client import connect

from benchmarks.dev_server import dev_server
from benchmarks.relaying.ours import source
from benchmarks.relaying.processes import processor_seconds
from harena import Client
from relay import client_codec as codec
from relay.dtls.association import Association
from relay.dtls.contexts import client_context
from session.values import EVERYBODY, NOBODY, PeerId, PlayerSessionId, value

OP_CODE = 10
PAYLOAD = bytes(64)
TICK_SECONDS = 0.01
#: How long an answer to a handshake may take, and what is still on its way at the end.
PATIENCE_SECONDS = 2.0
FLUSH_MILLISECONDS = 10


@value
class Work:
    """Players in one room, and how many datagrams each sends a second."""

    players: int
    rate: int

    @property
    def fan_out(self) -> int:
        """How many hear each datagram."""
        return self.players - 1


@value
class Measured:
    """Datagrams sent by players, those that reached others, and what the server needed for that."""

    sent: int
    arrived: int
    processor_seconds: float


def encode(player: int, number: int) -> bytes:
    """Say something to everybody, as a client of Harena does."""
    return codec.encode_message(OP_CODE, PAYLOAD, PeerId(player), NOBODY, EVERYBODY, number)


#: Makes a datagram of what a player says.
Seal = Callable[[bytes], bytes]


def plain(packet: bytes) -> bytes:
    """Say it as it is."""
    return packet


@value
class Served:
    """A server's process, its players' sockets, and how each seals what it says."""

    pid: int
    players: list[socket.socket]
    seals: Sequence[Seal]


def sockets(stack: AsyncExitStack, port: int, players: int) -> list[socket.socket]:
    """Give each player a socket of its own."""
    found = []
    for _ in range(players):
        sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        sock.connect(("127.0.0.1", port))
        found.append(sock)
    return found


def shake_hands(players: Sequence[socket.socket]) -> None:
    """Open everybody's fast channel."""
    for peer, sock in enumerate(players, 1):
        sock.settimeout(PATIENCE_SECONDS)
        sock.send(codec.encode_udp_connect(PeerId(peer), 0))
        sock.recv(2048)
        sock.send(codec.encode_udp_connect_ack(PeerId(peer), 1))


async def logged_in(stack: AsyncExitStack, port: int, ca_file: Path) -> codec.LoginResult:
    """Log a player in by TLS; it says nothing more there."""
    context = ssl.create_default_context(cafile=ca_file)
    websocket = await stack.enter_async_context(connect(f"wss://127.0.0.1:{port}", ssl=context, proxy=None))
    await websocket.send(codec.encode_login(PlayerSessionId("relay/room"), b""))
    while True:
        told = codec.decode_from_server_untrusted(await websocket.recv(decode=False))
        if isinstance(told, codec.LoginResult):
            return told


def associated(sock: socket.socket, context: SSL.Context) -> Association:
    """Shake hands by DTLS."""
    sock.settimeout(PATIENCE_SECONDS)
    association = Association(context)
    association.call()
    while not association.established:
        for datagram in association.unsent():
            sock.send(datagram)
        association.open_untrusted(sock.recv(2048))
    return association


def seal_by_dtls(sock: socket.socket, login: codec.LoginResult) -> Seal:
    """Shake hands by DTLS, and say whose association it is."""
    association = associated(sock, client_context(login.ca_cert, "127.0.0.1"))
    sock.send(association.seal(codec.encode_verify_identity(login.peer_id, login.connect_token, 0)))
    association.open_untrusted(sock.recv(2048))
    return association.seal


def play(served: Served, work: Work, seconds: float) -> tuple[int, int]:
    """Send at the rate, and take what comes; give how many were sent, and how many came."""
    players = served.players
    epoll, by_fd = select.epoll(), {sock.fileno(): sock for sock in players}
    for sock in players:
        sock.setblocking(False)
        epoll.register(sock.fileno(), select.EPOLLIN)
    began, sent, arrived = time.monotonic(), 0, 0
    while (now := time.monotonic() - began) < seconds:
        while sent < now * work.rate * work.players:
            player = sent % work.players
            players[player].send(served.seals[player](encode(player + 1, 2 + sent // work.players)))
            sent += 1
        arrived += _drained(epoll, by_fd, began + now + TICK_SECONDS)
    while sent * work.fan_out > arrived and (more := _drained(epoll, by_fd, time.monotonic() + PATIENCE_SECONDS / 4)):
        arrived += more
    epoll.close()
    return sent, arrived


def _drained(epoll: select.epoll, by_fd: dict[int, socket.socket], until: float) -> int:
    arrived, buffer = 0, bytearray(2048)
    while (left := until - time.monotonic()) > 0:
        for fd, _ in epoll.poll(left):
            try:
                while by_fd[fd].recv_into(buffer):
                    arrived += 1
            except BlockingIOError:
                continue
    return arrived


async def measured(served: Served, work: Work, seconds: float) -> Measured:
    """Play while the server's processor time is looked at."""
    before = processor_seconds(served.pid)
    sent, arrived = await to_thread.run_sync(play, served, work, seconds)
    return Measured(sent, arrived, processor_seconds(served.pid) - before)


@asynccontextmanager
async def harena(work: Work) -> AsyncIterator[Served]:
    """Serve with Harena, a script without callbacks: a plain relay without its limits of messages."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "scripts").mkdir()
        (folder / "scripts" / "relay.py").write_text(source("", FLUSH_MILLISECONDS))
        server = await stack.enter_async_context(dev_server(folder / "scripts", folder))
        for _ in range(work.players):
            await stack.enter_async_context(Client.connect(server.url, "relay/room", fast=False))
        players = sockets(stack, server.port, work.players)
        await to_thread.run_sync(shake_hands, players)
        yield Served(server.pid, players, [plain] * work.players)


@asynccontextmanager
async def harena_by_dtls(work: Work) -> AsyncIterator[Served]:
    """The same, sealed; what the load generator needs to open what it hears is not the server's, and left out."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "scripts").mkdir()
        (folder / "scripts" / "relay.py").write_text(source("", FLUSH_MILLISECONDS))
        server = await stack.enter_async_context(dev_server(folder / "scripts", folder, "--tls"))
        ca_file = folder / "kept" / "tls" / "ca.pem"
        logins = [await logged_in(stack, server.port, ca_file) for _ in range(work.players)]
        players = sockets(stack, logins[0].fast_port, work.players)
        seals = [await to_thread.run_sync(seal_by_dtls, *one) for one in zip(players, logins, strict=True)]
        yield Served(server.pid, players, seals)


@contextmanager
def _told(*module: str) -> Iterator[tuple[int, str]]:
    """Run a bare relay; give its process id, and the line that it says first."""
    with subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.pid, process.stdout.readline()
        finally:
            process.terminate()


@asynccontextmanager
async def bare(loop: str, work: Work) -> AsyncIterator[Served]:
    """Serve with next to nothing."""
    async with AsyncExitStack() as stack:
        pid, port = stack.enter_context(_told("benchmarks.bare_udp", loop))
        players = sockets(stack, int(port), work.players)
        for sock in players:
            sock.send(b"here")
        yield Served(pid, players, [plain] * work.players)


@asynccontextmanager
async def bare_by_dtls(work: Work) -> AsyncIterator[Served]:
    """Serve with next to nothing, sealed."""
    async with AsyncExitStack() as stack:
        pid, line = stack.enter_context(_told("benchmarks.bare_dtls"))
        told = json.loads(line)
        context = client_context(told["ca"].encode(), "127.0.0.1")
        players = sockets(stack, told["port"], work.players)
        seals = [(await to_thread.run_sync(associated, sock, context)).seal for sock in players]
        for sock, seal in zip(players, seals, strict=True):
            sock.send(seal(b"here"))
        yield Served(pid, players, seals)


#: Those that are compared: each serves so much work.
CONTENDERS: dict[str, Callable[[Work], AbstractAsyncContextManager[Served]]] = {
    "bare asyncio": partial(bare, "asyncio"),
    "bare uvloop": partial(bare, "uvloop"),
    "bare asyncio by DTLS": bare_by_dtls,
    "harena": harena,
    "harena by DTLS": harena_by_dtls,
}


def row(name: str, work: Work, found: Measured) -> str:
    """Give a line of the table."""
    each = found.processor_seconds * 1e6 / found.arrived if found.arrived else float("nan")
    lost = 1 - found.arrived / (found.sent * work.fan_out)
    return f"| {name} | {work.fan_out} | {work.rate} | {1e6 / each:,.0f} | {each:.2f} µs | {lost:.1%} |"


def say(line: str) -> None:
    """Print a line of the table as soon as it is known."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main() -> None:
    """Measure all of them in turn, round by round, and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rates", type=int, nargs=2, default=(200, 20), help="of the room of 11 and that of 51")
    given = parser.parse_args()
    say("| relay | fan-out | each a second | datagrams per CPU second | each costs | lost |\n|---|---|---|---|---|---|")
    for work in (Work(11, given.rates[0]), Work(51, given.rates[1])):
        found: dict[str, list[Measured]] = {name: [] for name in CONTENDERS}
        for _ in range(given.rounds):
            for name, contender in CONTENDERS.items():
                async with contender(work) as served:
                    found[name].append(await measured(served, work, given.seconds))
        for name, several in found.items():
            say(row(name, work, min(several, key=lambda one: one.processor_seconds / max(1, one.arrived))))


if __name__ == "__main__":
    anyio.run(main)
