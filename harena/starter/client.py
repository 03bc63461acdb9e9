"""A player of NAME: says hello, and prints what it hears until Ctrl+C."""

import argparse
import sys
from contextlib import suppress

import anyio

from harena import Client, ConnectionFailed, GroupMembership

SAY, SAID = 1, 2


async def play(url: str, player: str) -> None:
    """Log in and play; what others do comes as it happens."""
    async with Client.connect(url, f"NAME/main/{player}", "let me in") as client:
        await client.send(SAY, "hello")
        async for event in client:
            if not isinstance(event, GroupMembership) and event.op_code == SAID:
                print("{who}: {what}".format(**event.json()), flush=True)
        print("the end:", client.closed)


def main() -> None:
    """Play until the server or Ctrl+C says otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("player", nargs="?", default="ann", help="who plays")
    parser.add_argument("--url", default="ws://127.0.0.1:1900", help="where the server is")
    given = parser.parse_args()
    try:
        anyio.run(play, given.url, given.player)
    except ConnectionFailed as error:
        sys.exit(str(error))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
