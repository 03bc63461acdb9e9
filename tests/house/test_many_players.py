"""Three hundred real clients in thirty game sessions, a message a second each: none lost, none disconnected.

Twelve seconds long; ``make soak`` has them play for ``SOAK_SECONDS``, at most a minute.
"""

import os
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest

from harena import Client
from tests.house.running import running

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(300)]

GAME_SESSIONS, PLAYERS = 30, 10
SECONDS = min(60, int(os.environ.get("SOAK_SECONDS", "12")))

FILTER = """
def on_send_to_group(message):
    return message.op_code == 1
"""


class Player:
    """One client: it sends its number and the second, and remembers whom it heard."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.heard: list[str] = []

    async def speak(self) -> None:
        for second in range(SECONDS):
            await self.client.send(1, f"{self.client.peer_id} {second}", group=-1)
            await anyio.sleep(1)  # The load itself: a message a second.

    async def hear(self) -> None:
        async for event in self.client:
            self.heard.append(event.text)  # type: ignore[union-attr]  # nobody joins a group here
            if len(self.heard) == (PLAYERS - 1) * SECONDS:
                return
        pytest.fail(f"disconnected: {self.client.closed}")


async def test_many_players(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "filter.py").write_text(FILTER)
    async with running(tmp_path, scripts) as house, AsyncExitStack() as stack:
        rooms: list[list[Player]] = []
        for room in range(GAME_SESSIONS):
            login = f"filter/room-{room}"
            rooms.append([Player(await stack.enter_async_context(house.player(login))) for _ in range(PLAYERS)])
        with anyio.fail_after(SECONDS + 60):
            async with anyio.create_task_group() as tasks:
                for player in (player for room in rooms for player in room):
                    tasks.start_soon(player.hear)
                    tasks.start_soon(player.speak)
        for players in rooms:
            for player in players:
                others = [other.client.peer_id for other in players if other is not player]
                expected = [f"{other} {second}" for other in others for second in range(SECONDS)]
                assert sorted(player.heard) == sorted(expected)
                assert player.client.closed is None
