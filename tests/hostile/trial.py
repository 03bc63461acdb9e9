"""One hostile script on trial: loaded, asked everything, and watched from outside while a neighbour plays on."""

import asyncio
import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sandbox.host import Sandbox
from sandbox.limits import MIB, Limits
from sandbox.nursery import Nursery
from sandbox.orders import Script
from sandbox.reports import Death, Loaded, LoadRefused
from session.answers import Outcome
from session.callbacks import (
    Callback,
    OnGameSessionUpdated,
    OnHealthCheck,
    OnMessage,
    OnPlayerDisconnect,
    OnPlayerJoinGroup,
    OnPlayerLeaveGroup,
    OnProcessTerminate,
    OnRestore,
    OnSendToGroup,
    OnSendToPlayer,
    OnSnapshot,
    OnStartGameSession,
    OnTick,
    OnTimer,
    PlayerFacts,
)
from session.values import EVERYBODY, GroupId, PeerId, PlayerId, PlayerSessionId, value
from tests.hostile.corpus import Row, source_of
from tests.hostile.neighbour import Neighbour
from tests.sandbox.playing import FACTS, Game, Listener, login

#: What it could show if it got hold of it. A script that shows that it has broken out says one of the words in LOOT.
OWN_SECRETS = {"login_key": "SECRET-of-its-own"}
#: Less time than usual, for the sake of the tests.
LIMITS = Limits(
    load_wall_seconds=2.0, load_cpu_milliseconds=100, callback_cpu_milliseconds=50, tick_cpu_milliseconds=50
)
#: It takes long to build what crashes an interpreter.
LONG = replace(
    LIMITS, load_cpu_milliseconds=3000, callback_cpu_milliseconds=3000, cpu_percent=100, memory_bytes=256 * MIB
)

ANN, BOB = PeerId(1), PeerId(2)
_ANNS = PlayerFacts(ANN, PlayerId("ann"), PlayerSessionId("psess-ann-1"), "")

#: Everything that a script can be asked once two players are in, in the order of a game, with its time.
QUESTIONS: tuple[tuple[float, Callback], ...] = (
    (0.1, OnPlayerJoinGroup(ANN, GroupId(5))),
    (0.1, OnMessage(ANN, 1, b"hello", True)),
    (0.1, OnMessage(ANN, 2, b"x" * 4096, True)),
    (0.1, OnMessage(ANN, 3, b"\xff\xfe", False)),
    (0.1, OnSendToPlayer(ANN, 1, b"hello", True, BOB)),
    (0.1, OnSendToGroup(ANN, 1, b"hello", True, EVERYBODY)),
    (0.2, OnTick(0.05)),
    (0.2, OnTick(0.05)),
    (0.5, OnTimer()),
    (1.0, OnTimer()),
    (1.5, OnTimer()),
    (1.5, OnPlayerLeaveGroup(ANN, GroupId(5))),
    (1.5, OnGameSessionUpdated("arena", 8, (("map", "dust"),))),
    (1.5, OnHealthCheck()),
    (1.5, OnSnapshot()),
    (1.5, OnPlayerDisconnect(BOB)),
    (1.5, OnRestore(FACTS, b'{"turn":"ann"}', (_ANNS,), (), True)),
    (1.5, OnProcessTerminate()),
)


@value
class Verdict:
    """What came of a script: the layers that stood in its way, all that left its sandbox, and what is wrong outside."""

    layers: frozenset[str]
    said: tuple[str, ...]
    outside: tuple[str, ...] = ()


LAYER_OF_DEATH = {
    Outcome.EXCEEDED_CPU: "processor",
    Outcome.EXCEEDED_CPU_SHARE: "processor",
    Outcome.EXCEEDED_MEMORY: "memory",
    Outcome.EXCEEDED_TIME: "watchdog",
    Outcome.CRASHED: "process",
    Outcome.BAD_FRAME: "relay",
}
#: How an error says that a limit of ours has been hit.
_LIMITED = ("at most", "a second, all", "timers at a time", "holds more than")
_RAISED = "loading the script raised "


async def trial(nursery: Nursery, neighbour: Neighbour, row: Row) -> Verdict:
    """Put a script on trial. It is over when all is answered, or its sandbox has ended."""
    heard = Listener()
    sandbox = Sandbox(LONG if row.kind == "native-crash" else LIMITS, heard)
    with closing(sandbox):
        order = Script({"main.py": source_of(row.file)}, "main.py", 7, 1e9, FACTS, OWN_SECRETS, lint=True)
        result, _ = await asyncio.gather(sandbox.load(nursery, order), neighbour.plays_on())
        if not isinstance(result, Loaded):
            return Verdict(_in_the_way(result), _said(heard, result))
        await _play(Game(sandbox, heard, result), neighbour)
        outside = () if heard.deaths else found_outside(sandbox.pid)
    layers = {_layer(error.text) for error in heard.errors}
    layers |= {LAYER_OF_DEATH[death.outcome] for death in heard.deaths}
    layers |= {"limits" for line in heard.lines if line.dropped}
    return Verdict(frozenset(layers or {"nothing"}), _said(heard), outside)


async def _play(game: Game, neighbour: Neighbour) -> None:
    async def asked(question: Callback, now: float) -> bool:
        answers, _ = await asyncio.gather(game.ask_all(question, now=now), neighbour.plays_on())
        return bool(answers) and answers[0].verdict

    await asked(OnStartGameSession(FACTS), 0.0)
    are_in = [not game.heard.deaths and await asked(login(peer, name), 0.0) for peer, name in ((1, "ann"), (2, "bob"))]
    for now, question in QUESTIONS if all(are_in) else ():
        if not game.heard.deaths:
            await asked(question, now)


def found_outside(pid: int) -> tuple[str, ...]:
    """What a sandbox's process has, and should not have: descriptors, threads, children."""
    process = Path(f"/proc/{pid}")
    descriptors = {*os.listdir(process / "fd")} - {"0", "1", "2", "3"}
    threads = {*os.listdir(process / "task")} - {str(pid)}
    children = (process / "task" / str(pid) / "children").read_text().split()
    return tuple(sorted([*descriptors, *threads, *children]))


def _in_the_way(result: LoadRefused | Death) -> frozenset[str]:
    if isinstance(result, Death):
        return frozenset({LAYER_OF_DEATH[result.outcome]})
    texts = (fault.message for fault in result.faults)
    return frozenset(_layer(text.removeprefix(_RAISED)) if _RAISED in text else "validation" for text in texts)


def _said(heard: Listener, result: LoadRefused | Death | None = None) -> tuple[str, ...]:
    """All that has left the sandbox, but for the lines of its source."""
    faults = result.faults if isinstance(result, LoadRefused) else ()
    texts = [*(line.text for line in heard.lines), *(error.text for error in heard.errors)]
    return (*texts, *(fault.message for fault in faults), *map(repr, heard.answers))


def _layer(error: str) -> str:
    if error.startswith("MemoryError"):
        return "memory"
    return "limits" if any(words in error for words in _LIMITED) else "language"
