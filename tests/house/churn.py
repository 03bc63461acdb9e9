"""Players who come and go, break rules and bring their scripts to grief, each counting what it says and hears."""

import random
from collections import Counter
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import anyio

from benchmarks.lean_player import Counted, LeanPlayer, lean_player
from benchmarks.relaying import ours
from benchmarks.relaying.work import Work
from session.farewells import CloseCode

KICK, LOOP, CRASH, RAISE = 2, 3, 4, 5

#: Deployed anew again and again. ``%d`` is the version.
CHURN = """
from harena import session

configuration = {"max_players": 60, "idle_seconds": 5}
VERSION = %d


def on_player_connect(connect):
    return connect.payload != b"no"


def on_send_to_group(message):
    return True


def on_message(message):
    session.kick(message.sender)
"""

#: Nobody can go on from this, unless there is a snapshot.
FATAL = """
def on_send_to_group(message):
    return True


def on_message(message):
    if message.op_code == 5:
        raise ValueError("as wanted")
    while message.op_code == 3:
        pass
    nested = iter(())
    for _ in range(200_000):
        nested = filter(None, nested)
    list(nested)
"""

MORTAL = f"""{FATAL}

def on_snapshot():
    return "still here"


def on_restore(state):
    pass
"""

ROOMS, CHURNING = 4, 24
TALK_SECONDS, STAY_SECONDS = 0.2, 6.0
#: Of so many who come one is refused, and one is thrown out.
REFUSED_OF, KICKED_OF = 20, 10
MORTAL_ROOMS, MORTAL_PLAYERS = 4, 3
#: A game session survives two deaths in a minute, not three.
DEATH_SECONDS, RAISE_SECONDS = 35.0, 5.0
FATAL_SECONDS, SILENT_SECONDS, DEPLOY_SECONDS = 6.0, 20.0, 4.0


def write_scripts(folder: Path, work: Work) -> Path:
    """Write all scripts into a folder of their own, that of the load's included; give it."""
    scripts = folder / "scripts"
    scripts.mkdir()
    sources = {"relay": ours.source(ours.FILTER, work.flush_milliseconds), "fatal": FATAL, "mortal": MORTAL}
    for name, source in {**sources, "churn": CHURN % 0}.items():
        (scripts / f"{name}.py").write_text(source)
    return scripts


class Churn:
    """All of them. Read its counts when ``run`` has ended, which is soon after ``over`` is set."""

    def __init__(self, port: int, scripts: Path) -> None:
        self.over = anyio.Event()
        self.counted = Counted()
        self.logins = self.deployed = self.raised = 0
        #: How often a script was made to die, by the outcome; a loop ends by whichever clock is the first.
        self.deaths: Counter[str] = Counter()
        #: Why the server closed connections.
        self.closed: Counter[CloseCode] = Counter()
        self.ended = anyio.Event()
        self._port = port
        self._scripts = scripts
        self._random = random.Random(1)

    async def run(self) -> None:
        """Come and go until it is over."""
        async with anyio.create_task_group() as tasks:
            for _ in range(CHURNING):
                tasks.start_soon(self._come_and_go)
            for room in range(MORTAL_ROOMS):
                tasks.start_soon(self._die_and_go_on, room)
            tasks.start_soon(self._die_for_good)
            tasks.start_soon(self._fall_silent)
            tasks.start_soon(self._deploy)
        self.ended.set()

    @property
    def summary(self) -> str:
        """What has happened, in a line."""
        counted = self.counted
        said = f"{counted.packets_said} packets said, {counted.packets_heard} heard, {self.logins} logins"
        said += f", {counted.late_closes} late closes"
        return f"{said}, {self.deployed} versions, {self.raised} exceptions, {self.deaths}, {self.closed}"

    async def _come_and_go(self) -> None:
        while not self.over.is_set():
            stay, number = self._random.uniform(1, STAY_SECONDS), self.logins + 1
            async with self._player("churn", self._random.randrange(ROOMS)) as player:
                if await self._enter(player, b"no" if number % REFUSED_OF == 1 else b""):
                    await self._talk(player, stay)
                    if number % KICKED_OF == 0:
                        await player.tell_server(KICK)
                        await player.over.wait()
            self._gone(player)

    async def _die_and_go_on(self, room: int) -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(MORTAL_PLAYERS):
                tasks.start_soon(self._live_on, room, number)

    async def _live_on(self, room: int, number: int) -> None:
        """Stay to the end; the first of a room kills its sandbox, the second raises exceptions."""
        async with self._player("mortal", room) as player:
            await self._enter(player)
            async with anyio.create_task_group() as tasks:
                if number == 0:
                    tasks.start_soon(self._kill, player, (LOOP, CRASH)[room % 2], room * 2.0)
                elif number == 1:
                    tasks.start_soon(self._raise, player)
                await self._talk(player, None)
        self._gone(player)

    async def _kill(self, player: LeanPlayer, op_code: int, first_seconds: float) -> None:
        await self._rest(2.0 + first_seconds)
        while not self.over.is_set():
            self._count_death(op_code)
            await player.tell_server(op_code)
            await self._rest(DEATH_SECONDS)

    async def _raise(self, player: LeanPlayer) -> None:
        while not self.over.is_set():
            self.raised += 1
            await player.tell_server(RAISE)
            await self._rest(RAISE_SECONDS)

    async def _die_for_good(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            op_code = (LOOP, CRASH)[number % 2]
            async with self._player("fatal", number) as player:
                if await self._enter(player):
                    self._count_death(op_code)
                    await player.tell_server(op_code)
                    await player.over.wait()
            self._gone(player)
            await self._rest(FATAL_SECONDS)

    async def _fall_silent(self) -> None:
        """Answer no ping, until the server has had enough; and again after a while."""
        while not self.over.is_set():
            async with self._player("churn", 0, answers_pings=False) as player:
                if await self._enter(player):
                    await player.over.wait()
            self._gone(player)
            await self._rest(SILENT_SECONDS)

    async def _deploy(self) -> None:
        while not self.over.is_set():
            await self._rest(DEPLOY_SECONDS)
            self.deployed += 1
            (self._scripts / "churn.py").write_text(CHURN % self.deployed)

    # What they have in common.

    def _player(self, script: str, room: int, answers_pings: bool = True) -> AbstractAsyncContextManager[LeanPlayer]:
        self.logins += 1
        name = f"{script}/room-{room}/player-{self.logins}"
        return lean_player(self._port, name, self.counted, answers_pings)

    async def _enter(self, player: LeanPlayer, payload: bytes = b"") -> bool:
        """Log in; that this fails is a fault, but for those whom the script does not want."""
        entered = await player.log_in(player.name, payload)
        # A game session that is empty may end while somebody is on the way in.
        if not entered and payload != b"no" and player.close_code != CloseCode.GAME_SESSION_ENDED:
            closed = f"{player.close_code} {player.close_reason}"
            self.counted.faults.append(f"{player.name} was not let in: {closed}")
        return entered

    async def _talk(self, player: LeanPlayer, seconds: float | None) -> None:
        with anyio.move_on_after(seconds):
            while not self.over.is_set() and not player.over.is_set():
                await player.talk()
                await self._rest(TALK_SECONDS)

    async def _rest(self, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self.over.wait()

    def _count_death(self, op_code: int) -> None:
        self.deaths["exceeded" if op_code == LOOP else "crashed"] += 1

    def _gone(self, player: LeanPlayer) -> None:
        if player.close_code in set(CloseCode):
            self.closed[CloseCode(player.close_code)] += 1
