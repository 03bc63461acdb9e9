"""A network between clients and a server that loses, repeats, delays and reorders datagrams, or takes none at all."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from random import Random
from typing import cast

from relay.acceptor import Address
from relay.fast.bad_line import REORDERED_SECONDS, BadLine


class _End(asyncio.DatagramProtocol):
    """One socket of the network."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self.received = received

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.received(data, addr)

    def error_received(self, exc: Exception) -> None:
        pass


class BadNetwork:
    """Stands at a port of its own, and has a socket towards the server for each client."""

    def __init__(self, line: BadLine, seed: int, blocked: int = 0) -> None:
        self.line = line
        self.chance = Random(seed)
        #: So many clients, the first that speak, get nothing through.
        self.blocked = blocked
        #: Nothing comes back from the server.
        self.one_way = False
        self.server_port = 0
        self.port = 0
        self.clients: dict[Address, asyncio.Task[_End]] = {}
        self._loop = asyncio.get_running_loop()

    async def open(self) -> None:
        self._door = await self._socket(self._from_client, 0)
        self.port = self._door.transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for task in self.clients.values():
            if task.done():
                task.result().transport.close()
            else:
                task.cancel()
        self._door.transport.close()

    async def _socket(self, received: Callable[[bytes, Address], None], port: int) -> _End:
        local = ("127.0.0.1", port)
        _, end = await self._loop.create_datagram_endpoint(lambda: _End(received), local_addr=local)
        return end

    def _from_client(self, data: bytes, client: Address) -> None:
        if client not in self.clients:
            back = partial(self._from_server, client)
            self.clients[client] = self._loop.create_task(self._socket(lambda data, _: back(data), 0))
        if list(self.clients).index(client) >= self.blocked:
            self._later(self._to_server, client, data)

    def _to_server(self, client: Address, data: bytes) -> None:
        task = self.clients[client]
        if task.done() and not task.cancelled():
            task.result().transport.sendto(data, ("127.0.0.1", self.server_port))

    def _from_server(self, client: Address, data: bytes) -> None:
        if self.one_way:
            return
        self._later(self._to_client, client, data)

    def _later(self, pass_on: Callable[[Address, bytes], None], client: Address, data: bytes) -> None:
        for late in self.line.copies(self.chance):
            seconds = self.line.delay(self.chance) + REORDERED_SECONDS * late
            self._loop.call_later(seconds, pass_on, client, data)

    def _to_client(self, client: Address, data: bytes) -> None:
        if not self._door.transport.is_closing():
            self._door.transport.sendto(data, client)


@asynccontextmanager
async def bad_network(line: BadLine, seed: int, blocked: int = 0) -> AsyncGenerator[BadNetwork, None]:
    network = BadNetwork(line, seed, blocked)
    await network.open()
    try:
        yield network
    finally:
        network.close()
