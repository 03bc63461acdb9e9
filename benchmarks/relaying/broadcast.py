"""The library ``websockets`` as it comes: ``broadcast`` to the others of the room, which is the path of the request."""

import asyncio
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: defaultdict[str, set[ServerConnection]] = defaultdict(set)


async def relay(player: ServerConnection) -> None:
    """Pass on what one player says, for as long as it stays."""
    assert player.request is not None
    room = rooms[player.request.path]
    room.add(player)
    try:
        async for payload in player:
            broadcast(room - {player}, payload)
    finally:
        room.discard(player)


async def main(port: int) -> None:
    """Serve until killed."""
    async with serve(relay, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main(int(sys.argv[1])))
    else:
        uvloop.run(main(int(sys.argv[1])))
