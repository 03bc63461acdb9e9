"""The budget of processor time: who overspends is ended from within, and says where and by how much."""

import math
import os
import re
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sandbox.budget import Budget
from sandbox.deaths import last_words
from sandbox.limits import DEFAULTS, Limits
from sandbox.nursery import Nursery
from sandbox.reports import Death
from session.answers import Outcome
from session.callbacks import OnHealthCheck, OnMessage, OnPlayerDisconnect, OnTick
from session.values import NO_ASK, PeerId
from tests.sandbox.playing import PATIENCE_SECONDS, UNHURRIED, loaded, playing

pytestmark = pytest.mark.anyio

ANN = PeerId(1)
#: A busy machine may take its time.
PATIENT = replace(DEFAULTS, load_wall_seconds=60.0, call_wall_seconds=60.0)
USED = re.compile(r"it used (\d+) of (\d+) ms of processor time( in 10 s)?")


def overspent(death: Death, outcome: Outcome, allowed: int) -> None:
    """It says that more was used than this, and not less."""
    match = USED.fullmatch(death.text)
    assert match, death
    assert death.outcome is outcome
    assert int(match[1]) >= int(match[2]) == allowed
    assert bool(match[3]) is (outcome is Outcome.EXCEEDED_CPU_SHARE)


LOOPS = {
    "a loop": "while True: pass",
    "a loop that swallows all": "while True:\n        try:\n            while True: pass\n        finally: continue",
    "a loop that prints": "while True: print('x' * 2000)",
    "a loop in C that comes back": "while True: sum(range(10**7))",
    "a number without end": "9 ** 9 ** 9",
    "a regex": "re.match('(a+)+$', 'a' * 50 + 'b')",
    "a generator that does not end": "next(corridor())",
}
SOURCE = """
import re

def corridor():
    try:
        yield 1
    finally:
        while True: pass

def {name}(given):
    {loop}
"""


@pytest.mark.parametrize("loop", LOOPS)
async def test_a_call_that_overspends_ends_with_line_and_figures(nursery: Nursery, loop: str) -> None:
    async with playing(nursery, SOURCE.format(name="on_player_disconnect", loop=LOOPS[loop]), PATIENT) as game:
        await game.enter("ann")
        game.put(OnPlayerDisconnect(ANN))
        death = await game.death()
        overspent(death, Outcome.EXCEEDED_CPU, DEFAULTS.callback_cpu_milliseconds)
        assert (death.callback, death.file) == ("on_player_disconnect", "main.py")
        assert death.line > 4
        assert death.source_line


async def test_the_first_c_function_of_a_call_counts_as_well(nursery: Nursery) -> None:
    source = "def on_health_check():\n    sum(range(3 * 10**7))\n    return True\n"
    async with playing(nursery, source, PATIENT) as game:
        game.put(OnHealthCheck())
        overspent(await game.death(), Outcome.EXCEEDED_CPU, DEFAULTS.callback_cpu_milliseconds)


async def test_what_was_before_a_call_is_not_charged_to_it(nursery: Nursery) -> None:
    """To decode a long batch takes longer than one of its calls may."""
    source = "def on_message(message):\n    pass\n"
    limits = replace(PATIENT, callback_cpu_milliseconds=10, cpu_percent=100)
    async with playing(nursery, source, limits) as game:
        await game.enter("ann")
        for _ in range(2):
            await game.ask_all(*[OnMessage(ANN, 1, b"x", True)] * 20_000)
            assert not game.heard.deaths


def test_what_the_kernel_did_not_tell_of_is_not_charged_to_the_next_call() -> None:
    """Short calls may miss every tick of the kernel's clock: then no signal comes for a long time of the processor."""
    ended: list[Outcome] = []
    budget = Budget(lambda outcome, *_: ended.append(outcome))
    budget.share(math.inf)
    budget.begin(math.inf)
    until = time.thread_time() + 0.1
    while time.thread_time() < until:
        pass
    budget.begin(0.05)
    budget.look()
    assert ended == []


def test_nor_is_it_where_others_have_the_processor_meanwhile() -> None:
    """A call that is short itself may take long: then there was time enough for all that was not told of."""
    ended: list[Outcome] = []
    budget = Budget(lambda outcome, *_: ended.append(outcome))
    budget.share(math.inf)
    budget.begin(math.inf)
    until = time.thread_time() + 0.1
    while time.thread_time() < until:
        pass
    budget.begin(0.05)
    threading.Event().wait(0.2)  # As long as others take it; nothing else shows that time has passed.
    budget.look()
    assert ended == []


@pytest.fixture
def armed() -> Iterator[tuple[Budget, list[Outcome]]]:
    """A budget that watches this process, and what it has ended."""
    ended: list[Outcome] = []
    budget = Budget(lambda outcome, *_: ended.append(outcome))
    budget.arm()
    budget.share(math.inf)
    signal.setitimer(signal.ITIMER_PROF, 0)  # No look but the test's own.
    yield budget, ended
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def use(seconds: float, work: Callable[[], object]) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        work()


def test_once_a_call_is_forgiven_what_its_process_was_charged_for_others(
    armed: tuple[Budget, list[Outcome]],
) -> None:
    """Stands for a host that stops the machine: the kernel works for this process, and none of it is the script's."""
    budget, ended = armed
    for expected in ([], [Outcome.EXCEEDED_CPU]):
        budget.begin(0.05)
        use(0.2, lambda: os.urandom(1_000_000))
        budget.look()
        assert ended == expected


def test_what_a_script_uses_itself_is_not_forgiven(armed: tuple[Budget, list[Outcome]]) -> None:
    budget, ended = armed
    budget.begin(0.05)
    use(0.2, lambda: sum(range(10_000)))
    budget.look()
    assert ended == [Outcome.EXCEEDED_CPU]


async def test_a_tick_has_a_budget_of_its_own(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE.format(name="on_tick", loop=LOOPS["a loop"]), PATIENT) as game:
        game.put(OnTick(0.1))
        overspent(await game.death(), Outcome.EXCEEDED_CPU, DEFAULTS.tick_cpu_milliseconds)


async def test_what_it_said_last_is_heard_although_it_was_asked_more(nursery: Nursery) -> None:
    """The kernel tells of questions that nobody will read before it hands out what the sandbox said."""
    source = SOURCE.format(name="on_player_disconnect", loop="print('begun')\n    " + LOOPS["a loop"])
    async with playing(nursery, source, PATIENT) as game:
        await game.enter("ann")
        game.put(OnPlayerDisconnect(ANN))
        await game.heard.until(lambda: "begun" in game.texts)
        game.put(OnHealthCheck())
        gone = os.pidfd_open(game.sandbox.pid)
        assert select.select([gone], [], [], PATIENCE_SECONDS)[0], "nobody listens until it has ended"
        os.close(gone)
        overspent(await game.death(), Outcome.EXCEEDED_CPU, DEFAULTS.callback_cpu_milliseconds)


async def test_to_load_has_a_budget_of_its_own(nursery: Nursery) -> None:
    death = await loaded(nursery, "x = 1\nwhile True: pass\n", replace(PATIENT, load_cpu_milliseconds=50))
    assert isinstance(death, Death)
    overspent(death, Outcome.EXCEEDED_CPU, 50)
    assert (death.callback, death.file, death.line) == ("", "main.py", 2)


async def test_a_long_script_has_the_time_that_it_takes_to_read_it(nursery: Nursery) -> None:
    helpers = "\n".join(f"def helper_{n}(a, b=2):\n    return [a * {n} + b for _ in range(3)]" for n in range(1500))
    limits = replace(DEFAULTS, load_wall_seconds=0.1, load_cpu_milliseconds=50)
    assert not isinstance(await loaded(nursery, helpers, limits), Death)


async def test_many_small_calls_are_more_than_the_share_of_a_core(nursery: Nursery) -> None:
    source = "def on_tick(dt):\n    for _ in range(10_000): pass\n"
    async with playing(nursery, source, replace(PATIENT, cpu_percent=1)) as game:
        while not game.heard.deaths:
            await game.ask_all(*[OnTick(0.1)] * 100)
        overspent(await game.death(), Outcome.EXCEEDED_CPU_SHARE, 100)


@pytest.mark.parametrize(("deep", "limits"), [("", PATIENT), ("    deeper(n + 1)", DEFAULTS)])
async def test_where_no_handler_can_be_called_the_end_of_the_call_is_looked_at(
    nursery: Nursery, deep: str, limits: Limits
) -> None:
    # At the end of the stack the handler itself is one call too many.
    source = f"""
    def deeper(n):
        try:
            deeper(n + 1)
        except RecursionError:
            pass
        for _ in range(3000):
            try:
                len("")
            except RecursionError:
                pass
    {deep}
    def on_health_check():
        for _ in range(50):
            deeper(0)
        return True
    """
    async with playing(nursery, source, limits) as game:
        game.put(OnHealthCheck())
        death = await game.death()
        if deep:  # It does not end within a lifetime; where the signals find room to count in is chance.
            assert death.outcome in (Outcome.EXCEEDED_CPU, Outcome.EXCEEDED_TIME)
        else:
            overspent(death, Outcome.EXCEEDED_CPU, DEFAULTS.callback_cpu_milliseconds)


#: Every seventh answer takes over 100 KiB, and so several packets.
SENDING = """
from harena import session

def on_message(message):
    payload = message.payload * (50 if message.op_code == 7 else 1)
    for _ in range(message.op_code):
        session.send(message.sender, 1, payload)
"""


async def test_wherever_it_ends_what_was_finished_is_whole(nursery: Nursery) -> None:
    limits = replace(PATIENT, cpu_percent=1, message_bytes_per_second=2**30)
    asked = [OnMessage(ANN, 1 + n % 7, b"x" * 300, True) for n in range(3000)]
    for _ in range(4):
        async with playing(nursery, SENDING, limits) as game:
            await game.enter("ann")
            while not game.heard.deaths:
                await game.ask_all(*asked)
            assert game.heard.deaths[0].outcome is Outcome.EXCEEDED_CPU_SHARE
            found = [answer.ask for answer in game.heard.answers]
            assert found == list(range(1, len(found) + 1))
            assert game.heard.deaths[0].ask in (found[-1] + 1, NO_ASK)  # It may have been between two of them.


async def test_the_relay_may_urge_it_at_any_moment(nursery: Nursery) -> None:
    limits = replace(UNHURRIED, message_bytes_per_second=2**30)
    async with playing(nursery, SENDING, limits) as game:
        await game.enter("ann")
        game.put(*[OnMessage(ANN, 1 + n % 7, b"x" * 300, True) for n in range(1500)])
        assert game.sandbox._born
        while len(game.heard.answers) <= 1500:
            last_words(game.sandbox._born.errors)  # Each signal leaves some, and the pipe is not for so many.
            os.kill(game.sandbox.pid, signal.SIGUSR1)
            heard = len(game.heard.answers)
            await game.heard.until(lambda: len(game.heard.answers) > heard or bool(game.heard.deaths))  # noqa: B023
            assert not game.heard.deaths
        assert [answer.ask for answer in game.heard.answers] == list(range(1, 1502))


async def test_who_waits_uses_nothing(nursery: Nursery) -> None:
    source = "def on_health_check():\n    return True\n"
    limits = replace(PATIENT, callback_cpu_milliseconds=10, cpu_percent=1)
    async with playing(nursery, source, limits) as game:
        for _ in range(20):
            assert (await game.ask(OnHealthCheck())).verdict
