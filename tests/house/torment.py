"""Ten hostile scripts, and the players who wake them again and again. A process of its own, so that what these players
suffer is not taken for what the others do:

``python -m tests.house.torment URL`` goes on until its standard input is closed, then prints as JSON how the game
sessions ended, and how often.
"""

import json
import os
import sys
from collections import Counter

import anyio
from anyio import to_thread

from harena import Client
from relay.client import ConnectionFailed, LoginRefused

COMMON = """
from harena import session

configuration = {"idle_seconds": 1, "tick_hz": %d}
"""

HOSTILE: dict[str, tuple[int, str]] = {
    "loop": (
        0,
        """
def on_message(message):
    while True:
        pass
""",
    ),
    "memory_bomb": (
        0,
        """
def on_message(message):
    hoard = []
    while True:
        hoard.append(bytes(100_000))
""",
    ),
    "crash": (
        0,
        """
def crash():
    nested = iter(())
    for _ in range(200_000):
        nested = filter(None, nested)
    list(nested)

def on_message(message):
    crash()

def on_snapshot():
    return "doomed"

def on_restore(state):
    session.after(0.1, crash)
""",
    ),
    "recursion": (
        0,
        """
def deeper(n):
    return deeper(n + 1) + 1

def on_message(message):
    session.every(0.01, deeper, 0)
    deeper(0)
""",
    ),
    "message_flood": (
        60,
        """
def on_tick(dt):
    for _ in range(900):
        session.broadcast(1, "x" * 900)
""",
    ),
    "log_flood": (
        60,
        """
def on_tick(dt):
    for number in range(1000):
        print(number, "x" * 2000)
""",
    ),
    "timers_bomb": (
        0,
        """
def nothing():
    pass

def on_message(message):
    while True:
        session.every(0.01, nothing)
""",
    ),
    "huge_replies": (
        0,
        """
def on_message(message):
    for _ in range(28):
        session.send(message.sender, 1, "x" * 32_000)
""",
    ),
    "slow_ticks": (
        60,
        """
def on_tick(dt):
    sum(range(10_000_000))
""",
    ),
    "exceptions": (
        60,
        """
def on_player_accepted(player):
    session.every(0.1, on_player_accepted, player)
    raise ValueError("accepted")

def on_message(message):
    {}["message"]

def on_send_to_group(message):
    return [][0]

def on_tick(dt):
    1 / 0

def on_player_disconnect(player):
    raise RuntimeError("gone")
""",
    ),
}

#: These the server has to end. The players of the others leave, and the game sessions end when they are idle.
ENDED = ("loop", "memory_bomb", "crash")

#: A player begins a game session so often at most.
PACE_SECONDS = 0.2
#: So long a player stays where the game session goes on.
STAY_SECONDS = 2.0
#: Nothing may take so long: neither a login nor a disconnection that is due.
STUCK_SECONDS = 60.0

Outcomes = dict[str, Counter[str]]


def hostile_scripts() -> dict[str, str]:
    """Give the sources by name."""
    return {name: COMMON % tick_hz + source for name, (tick_hz, source) in HOSTILE.items()}


async def torment(url: str, name: str, outcomes: Counter[str]) -> None:
    """Begin one game session after another, until cancelled."""
    number = 0
    while True:
        number += 1
        with anyio.move_on_after(STUCK_SECONDS) as patience:
            stay = STUCK_SECONDS if name in ENDED else STAY_SECONDS
            outcomes[await suffered(url, f"{name}/room-{number}", stay)] += 1
        if patience.cancelled_caught:
            outcomes["stuck"] += 1
        await anyio.sleep(PACE_SECONDS)


async def suffered(url: str, login: str, stay_seconds: float) -> str:
    """Play one game session, for so long at most; say how it ended for the player."""
    try:
        async with Client.connect(url, login, timeout_seconds=STUCK_SECONDS) as client:
            with anyio.move_on_after(stay_seconds):
                await client.send(1, "go")
                await client.send(1, "go", group=-1)
                async for _ in client:
                    pass
                return f"closed {client.closed.code}" if client.closed else "closed"
            return "left"
    except LoginRefused as refused:
        return f"refused: {refused.reason}"
    except ConnectionFailed as failed:
        return f"failed: {failed}"


async def main(url: str) -> None:
    """Torment a server until standard input is closed."""
    outcomes: Outcomes = {name: Counter() for name in HOSTILE}
    async with anyio.create_task_group() as tasks:
        for name in HOSTILE:
            tasks.start_soon(torment, url, name, outcomes[name])
        await to_thread.run_sync(sys.stdin.buffer.read)
        tasks.cancel_scope.cancel()
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    os.nice(19)  # Players are on machines of their own: what they do with their time shall cost the server little.
    anyio.run(main, sys.argv[1])
