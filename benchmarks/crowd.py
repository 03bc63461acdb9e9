"""Players who notice: real clients that send numbered messages, and miss none that is lost, late or out of order."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import anyio

from harena import Client
from relay.client_events import GroupMembership, Message

#: Answers each message to the server, lets every other pass, and counts the seconds.
CROWD_SCRIPT = """
from harena import session

configuration = {"tick_hz": 10, "idle_seconds": 2}
ticks = 0


def on_message(message):
    session.send(message.sender, message.op_code, message.payload)


def on_send_to_group(message):
    return message.op_code == 2


def on_tick(dt):
    global ticks
    ticks += 1
    if ticks % 10 == 0:
        session.broadcast(3, str(ticks // 10))
"""

ECHO, TALK, COUNT = 1, 2, 3
PLAYERS = 3
#: Between one player's two messages, one to the server and one to the others, and the next two.
PAUSE_SECONDS = 0.2
#: How long the last messages may take.
LAST_SECONDS = 30.0


class Witness:
    """One player. ``faults`` are in sentences; ``latencies`` in seconds, from the sending to the hearing."""

    def __init__(self, client: Client, name: str) -> None:
        self.sent = 0
        self.faults: list[str] = []
        self.latencies: list[float] = []
        self._client = client
        self._name = name
        #: The last number heard, by op code and sender.
        self._heard: Counter[tuple[int, int]] = Counter()
        self._stirred = anyio.Event()

    @property
    def peer_id(self) -> int:
        """As which the others hear it."""
        return self._client.peer_id

    async def speak(self, over: anyio.Event) -> None:
        """Send until it is over."""
        while not over.is_set():
            self.sent += 1
            await self._client.send(ECHO, f"{self.sent} {time.monotonic()}")
            await self._client.send(TALK, f"{self.sent} {time.monotonic()}", group=-1)
            await anyio.sleep(PAUSE_SECONDS)

    async def hear(self) -> None:
        """Check what comes, until cancelled."""
        async for event in self._client:
            assert not isinstance(event, GroupMembership), "nobody joins a group"
            self._check(event)
        self.faults.append(f"{self._name} was disconnected: {self._client.closed}")

    async def heard(self, others: Sequence["Witness"]) -> None:
        """Wait until it has heard all that it and the others have sent, or say what is missing."""
        owed = {(ECHO, -1): self.sent, **{(TALK, other.peer_id): other.sent for other in others}}
        with anyio.move_on_after(LAST_SECONDS):
            while any(self._heard[key] < number for key, number in owed.items()):
                await self._stirred.wait()
            return
        missing = {key: number - self._heard[key] for key, number in owed.items()}
        self.faults.append(f"{self._name} has not heard the last messages, by op code and sender: {missing}")

    def _check(self, message: Message) -> None:
        number, _, sent_at = message.text.partition(" ")
        key = message.op_code, int(message.sender)
        if message.op_code == COUNT and key not in self._heard:
            self._heard[key] = int(number) - 1  # It came into a game that ran.
        if int(number) != self._heard[key] + 1:
            self.faults.append(f"{self._name} heard {number} after {self._heard[key]} of {key}")
        self._heard[key] = int(number)
        if sent_at:
            self.latencies.append(time.monotonic() - float(sent_at))
        self._stirred.set()
        self._stirred = anyio.Event()


class Crowd:
    """The witnesses of some game sessions, by room."""

    def __init__(self, rooms: Sequence[Sequence[Witness]]) -> None:
        self._rooms = rooms

    @property
    def _all(self) -> list[Witness]:
        return [witness for room in self._rooms for witness in room]

    @property
    def faults(self) -> list[str]:
        """What should not have happened."""
        return [fault for witness in self._all for fault in witness.faults]

    @property
    def sent(self) -> int:
        """Messages so far."""
        return 2 * sum(witness.sent for witness in self._all)

    def taken_latencies(self) -> list[float]:
        """Give the latencies since this was last asked, in seconds, shortest first."""
        taken: list[float] = []
        for witness in self._all:
            taken += witness.latencies
            witness.latencies = []
        return sorted(taken)

    async def _heard_all(self) -> None:
        async with anyio.create_task_group() as tasks:
            for room in self._rooms:
                for witness in room:
                    tasks.start_soon(witness.heard, [other for other in room if other is not witness])


@asynccontextmanager
async def crowd(url: str, logins: Sequence[str]) -> AsyncIterator[Crowd]:
    """Let players into a game session of ``CROWD_SCRIPT`` for each login, and have them talk until the end.

    They stop talking when the context is left; then each waits until it has heard everything.
    """
    async with AsyncExitStack() as stack:
        rooms = []
        for login in logins:
            clients = [await stack.enter_async_context(Client.connect(url, login, fast=False)) for _ in range(PLAYERS)]
            rooms.append([Witness(client, f"{login} peer {client.peer_id}") for client in clients])
        gathered, over = Crowd(rooms), anyio.Event()
        async with anyio.create_task_group() as hearing:
            async with anyio.create_task_group() as speaking:
                for witness in (witness for room in rooms for witness in room):
                    hearing.start_soon(witness.hear)
                    speaking.start_soon(witness.speak, over)
                yield gathered
                over.set()
            await gathered._heard_all()
            hearing.cancel_scope.cancel()
