"""Each callback fails in each way: how it ended, what the heart makes of it, and what the author reads."""

import os
import signal
from collections.abc import Mapping
from dataclasses import replace

import pytest

from sandbox.frames import Kind
from sandbox.limits import MIB, Limits
from sandbox.nursery import Nursery
from sandbox.reports import Death
from session.answers import Answer, Outcome
from session.callbacks import (
    IF_SCRIPT_FAILS,
    NAMES,
    Callback,
    GameSessionFacts,
    OnGameSessionUpdated,
    OnHealthCheck,
    OnMessage,
    OnPlayerConnect,
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
from session.fifo import Clock, Entry, Fifo
from session.peer import Peer
from session.values import EVERYBODY, GameSessionId, GroupId, PeerId, PlayerId, PlayerSessionId
from tests.sandbox.playing import UNHURRIED, Game, loaded, login, playing

pytestmark = pytest.mark.anyio

ANN = PeerId(1)
FACTS = GameSessionFacts(GameSessionId("gs-1"), "arena", "tag", 3, 16)
QUESTIONS: dict[type[Callback], Callback] = {
    type(question): question
    for question in (
        OnStartGameSession(FACTS),
        OnGameSessionUpdated("arena", 8, (("map", "dust"),)),
        login(2, "bob"),
        OnPlayerDisconnect(ANN),
        OnPlayerJoinGroup(ANN, GroupId(5)),
        OnPlayerLeaveGroup(ANN, GroupId(5)),
        OnMessage(ANN, 7, b"hello", True),
        OnSendToPlayer(ANN, 7, b"hello", True, ANN),
        OnSendToGroup(ANN, 7, b"hello", True, EVERYBODY),
        OnTick(0.1),
        OnTimer(),
        OnHealthCheck(),
        OnProcessTerminate(),
        OnSnapshot(),
        OnRestore(FACTS, b"{}", (PlayerFacts(ANN, PlayerId("ann"), PlayerSessionId("psess-1"), ""),), (), True),
    )
}
SHORT = Limits(
    load_wall_seconds=0.3,
    call_wall_seconds=0.3,
    load_cpu_milliseconds=50,
    callback_cpu_milliseconds=50,
    tick_cpu_milliseconds=50,
    memory_bytes=256 * MIB,
)
#: To fill the memory, or to dig deep enough for a crash, takes its time.
LONG = replace(UNHURRIED, memory_bytes=256 * MIB)

#: What each failure comes to, and the line that does it.
FAILURES: Mapping[str, tuple[Outcome, str]] = {
    "raise": (Outcome.RAISED, "raise ValueError('no')"),
    "raise what is no Exception": (Outcome.RAISED, "raise way_out('no')"),
    "endless loop": (Outcome.EXCEEDED_CPU, "while True: pass"),
    "endless loop in C": (Outcome.EXCEEDED_TIME, "sum(range(10**12))"),
    "memory at once": (Outcome.EXCEEDED_MEMORY, "'x' * 10**10"),
    "memory bit by bit": (Outcome.EXCEEDED_MEMORY, "[bytearray(10**6) for _ in range(10**4)]"),
    "crash of the interpreter": (Outcome.CRASHED, "hash(deep)"),
}
SOURCE = """
from harena import session

deep = ()
way_out = None

class Door:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        global way_out
        way_out = kind  # GeneratorExit, for a corridor that is closed.

def corridor():
    with Door():
        yield

walk = corridor()
next(walk)
walk.close()

def dig():
    global deep
    for _ in range(10**6):
        deep = (deep,)

def on_player_accepted(player):
    session.after(0.5, timer)

def {name}(*args):
    {digging}
    if args and getattr(args[0], "player", None) and args[0].player.player_id == "ann":
        return True
    {line}

{others}
"""


def heart_verdict(question: Callback, answers: list[Answer], outcome: Outcome) -> bool:
    """What the heart's queue makes of an answer, or of none."""
    fifo = Fifo()
    fifo.wait(Entry(Peer(), Clock(), question, None))
    if answers:
        [answer] = answers
        fifo.answered(Answer(fifo.last_ask, answer.verdict, outcome=answer.outcome))
    else:
        fifo.fail(outcome)
    entry = fifo.ready()
    assert entry is not None
    assert entry.answer is not None
    return entry.answer.verdict


def failing(question: type[Callback], failure: str) -> str:
    _, line = FAILURES[failure]
    name = NAMES[question]
    others = "def timer(): pass" if name != "timer" else ""
    return SOURCE.format(name=name, line=line, others=others, digging="dig()" if "deep" in line else "pass")


async def asked(game: Game, question: Callback) -> list[Answer]:
    """Let a player in, then ask; the answers, without those to the login."""
    await game.enter("ann")
    return await game.ask_all(question, now=1.0)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_failure_of_every_callback_is_closed_as_the_table_says(
    nursery: Nursery, question: type[Callback], failure: str
) -> None:
    outcome, line = FAILURES[failure]
    async with playing(nursery, failing(question, failure), SHORT if "loop" in failure else LONG) as game:
        answers = await asked(game, QUESTIONS[question])
        if outcome is Outcome.RAISED:
            [error] = game.heard.errors
            assert error.callback == NAMES[question].replace("timer", "timer timer")
            found: tuple[str, int, str] = error.file, error.line, error.source_line
            # What cannot fail, has happened: a departure, or one timer of several.
            assert answers[0].outcome is (Outcome.OK if question in (OnPlayerDisconnect, OnTimer) else Outcome.RAISED)
        else:
            death = await game.death()
            assert (death.outcome, death.callback) == (outcome, NAMES[question])
            found = death.file, death.line, death.source_line
            assert not answers
        assert found[0] == "main.py"
        assert found[2] == line
        assert heart_verdict(QUESTIONS[question], answers, outcome) is IF_SCRIPT_FAILS[question]


@pytest.mark.parametrize("failure", [name for name, (ended, _) in FAILURES.items() if ended is not Outcome.RAISED])
async def test_a_script_that_fails_while_it_is_loaded(nursery: Nursery, failure: str) -> None:
    outcome, line = FAILURES[failure]
    dug = "deep = ()\nfor _ in range(10**6): deep = (deep,)\n"
    source = f"{dug if 'deep' in line else ''}x = 1\n{line}\n"
    death = await loaded(nursery, source, SHORT if "loop" in failure else LONG)
    assert isinstance(death, Death)
    assert (death.outcome, death.callback) == (outcome, "")
    assert (death.file, death.source_line) == ("main.py", line)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGTERM])
async def test_a_sandbox_that_is_killed_from_outside(nursery: Nursery, number: signal.Signals) -> None:
    source = "def on_tick(dt):\n    print('begun')\n    while True: pass\n"
    async with playing(nursery, source) as game:
        game.put(OnTick(0.1))
        await game.heard.until(lambda: bool(game.texts))
        os.kill(game.sandbox.pid, number)
        death = await game.death()
        assert (death.outcome, death.callback) == (Outcome.CRASHED, "on_tick")
        assert death.text == f"the interpreter crashed: {signal.strsignal(number)} (signal {number.value})"
        # The kernel's own ends leave no time for a word.
        speaks = number in (signal.SIGSEGV, signal.SIGABRT)
        assert (death.line > 1, bool(death.source_line)) == (speaks, speaks)


async def test_a_sandbox_that_breaks_by_itself_says_what_broke(nursery: Nursery) -> None:
    async with playing(nursery, "def on_tick(dt): pass") as game:
        game.sandbox._send(Kind.ASK, [["no", "ask"]])
        death = await game.death()
        assert (death.outcome, death.file) == (Outcome.CRASHED, "")
        assert death.text.startswith("the sandbox broke: ")


async def test_what_was_answered_before_a_death_counts(nursery: Nursery) -> None:
    source = """
    def on_message(message):
        if message.op_code == 3:
            while True: pass
    """
    async with playing(nursery, source, SHORT) as game:
        await game.enter("ann")
        game.put(*(OnMessage(ANN, op_code, b"", True) for op_code in (1, 2, 3, 4)))
        death = await game.death()
        assert (death.outcome, death.callback, death.line) == (Outcome.EXCEEDED_CPU, "on_message", 4)
        assert [answer.ask for answer in game.heard.answers] == [1, 2, 3]


async def test_each_question_of_a_batch_has_its_own_time(nursery: Nursery) -> None:
    source = """
    def on_tick(dt):
        n = 0
        while n < 100000:
            n += 1
    """
    limits = Limits(call_wall_seconds=0.3, tick_cpu_milliseconds=60, callback_cpu_milliseconds=60, cpu_percent=100)
    async with playing(nursery, source, limits) as game:
        answers = await game.ask_all(*[OnTick(0.1)] * 120)
        assert len(answers) == 120


async def test_a_script_may_catch_its_own_memory_error_and_go_on(nursery: Nursery) -> None:
    source = """
    def on_tick(dt):
        try:
            "x" * 10**10
        except MemoryError:
            print("caught")
    """
    async with playing(nursery, source) as game:
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.OK
        assert game.texts == ["caught"]


async def test_a_swallowed_exception_does_not_stop_the_clock(nursery: Nursery) -> None:
    source = """
    def on_tick(dt):
        while True:
            try:
                raise ValueError
            except Exception:
                continue
            finally:
                pass
    """
    async with playing(nursery, source, SHORT) as game:
        game.put(OnTick(0.1))
        assert (await game.death()).outcome is Outcome.EXCEEDED_CPU


def test_every_question_is_tried() -> None:
    assert set(QUESTIONS) == set(NAMES) == set(IF_SCRIPT_FAILS)
    assert isinstance(QUESTIONS[OnPlayerConnect], OnPlayerConnect)


async def test_a_script_that_prints_without_end_disturbs_nobody(nursery: Nursery) -> None:
    flood = "def on_tick(dt):\n    while True: print('x' * 2000)\n"
    async with playing(nursery, flood, UNHURRIED) as loud, playing(nursery, "") as calm:
        loud.put(OnTick(0.1))
        await loud.heard.until(lambda: bool(loud.texts))
        await calm.enter("ann")
        for _ in range(200):
            assert (await calm.say(1)).verdict
        assert not loud.heard.deaths, "the other one was asked 200 questions while it printed"
        os.kill(loud.sandbox.pid, signal.SIGKILL)
        await loud.death()
        assert len(loud.texts) < 1000
