"""A bare relay of datagrams by DTLS, for comparison: what comes from one is sealed for all others, and that is all.

``python -m benchmarks.bare_dtls`` says its port and its authority, as JSON, and relays until it is ended: asyncio's
datagrams and pyOpenSSL, and nothing around them. It asks nobody for a cookie, sends nothing again, knows no names,
numbers nothing, parses nothing and asks no one.
"""

import asyncio
import json
import sys
import time
from typing import cast

import anyio
from OpenSSL import SSL

from relay.dtls.contexts import server_context
from relay.dtls.limits import MTU_BYTES
from runtime.tls.certificates import Pair, new_authority, new_leaf

Address = tuple[str, int]

_MAX_BYTES = 16 * 1024
#: What a record adds to a packet, and some room.
_RECORD_BYTES = 64


class Bare(asyncio.DatagramProtocol):
    """Everybody who has spoken hears what the others say."""

    def __init__(self, context: SSL.Context) -> None:
        self._context = context
        self._peers: dict[Address, SSL.Connection] = {}
        self._here: dict[Address, SSL.Connection] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass a packet on, or let a handshake go on."""
        peer = self._peers.get(addr) or self._begin(addr)
        peer.bio_write(data)
        try:
            packet = peer.recv(_MAX_BYTES)
        except SSL.WantReadError:
            self._answer(peer, addr)
            return
        self._here[addr] = peer
        for other, connection in self._here.items():
            if connection is not peer:
                connection.send(packet)
                self._transport.sendto(connection.bio_read(len(packet) + _RECORD_BYTES), other)

    def _begin(self, address: Address) -> SSL.Connection:
        peer = self._peers[address] = SSL.Connection(self._context, None)
        peer.set_ciphertext_mtu(MTU_BYTES)
        peer.set_accept_state()
        return peer

    def _answer(self, peer: SSL.Connection, address: Address) -> None:
        """Send a flight of the handshake, which fits one datagram."""
        try:
            self._transport.sendto(peer.bio_read(_MAX_BYTES), address)
        except SSL.WantReadError:
            pass


def _certificate() -> tuple[Pair, Pair]:
    """Make an authority, and a certificate below it."""
    authority = new_authority("a bare relay", time.time())
    return authority, new_leaf(authority, ("127.0.0.1",), time.time())


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    authority, leaf = _certificate()
    context = server_context(leaf.chain, leaf.key)
    transport, _ = await loop.create_datagram_endpoint(lambda: Bare(context), local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    sys.stdout.write(f"{json.dumps({'port': port, 'ca': authority.chain.decode()})}\n")
    sys.stdout.flush()
    await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(_serve)
