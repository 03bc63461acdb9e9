"""A bare relay of datagrams, for comparison: what comes from one goes to all others, and that is all.

``python -m benchmarks.bare_udp asyncio|uvloop`` says its port and relays until it is ended. It knows nobody, numbers
nothing, parses nothing and asks no one.
"""

import asyncio
import sys
from typing import cast

import anyio


class Bare(asyncio.DatagramProtocol):
    """Everybody who has spoken hears what the others say."""

    def __init__(self) -> None:
        self._here: set[tuple[str, int]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """There is a socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Pass a datagram on."""
        self._here.add(addr)
        for other in self._here:
            if other != addr:
                self._transport.sendto(data, other)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Bare, local_addr=("127.0.0.1", 0))
    sys.stdout.write(f"{transport.get_extra_info('sockname')[1]}\n")
    sys.stdout.flush()
    await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(_serve, backend_options={"use_uvloop": sys.argv[1] == "uvloop"})
