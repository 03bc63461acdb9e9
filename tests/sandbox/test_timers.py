"""Timers of a script, driven by the times that its questions carry."""

import pytest

from sandbox.limits import Limits
from sandbox.nursery import Nursery
from session.answers import Outcome
from session.callbacks import OnTick
from tests.sandbox.playing import playing

pytestmark = pytest.mark.anyio

AFTER = """
from harena import session, Timer

def on_player_accepted(player):
    timer = session.after(2, print, "later", player)
    print(timer, isinstance(timer, Timer))
"""


async def test_a_call_after_some_time(nursery: Nursery) -> None:
    async with playing(nursery, AFTER) as game:
        assert (await game.enter("ann", now=1.0)).wake_at == 3.0
        assert (await game.wake(2.9)).wake_at == 3.0
        assert (await game.wake(3.0)).wake_at is None
        await game.wake(9.0)
        assert game.texts == ["<timer> True", "later <player ann, peer 1>"]


async def test_a_call_again_and_again_skips_what_was_missed(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_accepted(player):
        session.every(1, beat)

    def beat():
        print(session.now())
    """
    async with playing(nursery, source) as game:
        wakes = [(await game.enter("ann")).wake_at]
        for now in (1.0, 2.5, 7.25):
            wakes.append((await game.wake(now)).wake_at)
        assert game.texts == ["1.0", "2.5", "7.25"]
        assert wakes == [1.0, 2.0, 3.0, 8.0]


async def test_many_due_at_once_run_in_the_order_of_their_times(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_accepted(player):
        for seconds in (3, 1, 2, 1.5, 1):
            session.after(seconds, print, seconds)
        session.every(0.75, print, "every")
    """
    async with playing(nursery, source) as game:
        assert (await game.enter("ann")).wake_at == 0.75
        answer = await game.wake(2.0)
        assert game.texts == ["every", "1", "1", "1.5", "2"]
        assert answer.wake_at == 2.25


@pytest.mark.parametrize("way", ["first.cancel()", "timers[0].cancel()", "timers[0].cancel(); timers[0].cancel()"])
async def test_a_timer_cancelled_by_another_does_not_run(nursery: Nursery, way: str) -> None:
    source = f"""
    from harena import session

    timers = []

    def on_player_accepted(player):
        global first
        session.after(1, stop)
        first = session.after(2, print, "never")
        timers.append(first)

    def stop():
        {way}
        print(first)
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        assert (await game.wake(5.0)).wake_at is None
        assert game.texts == ["<cancelled timer>"]


async def test_a_timer_may_cancel_itself_and_set_another(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_accepted(player):
        global timer
        timer = session.every(1, beat)

    def beat():
        print("beat", session.now())
        timer.cancel()
        session.after(0, print, "soon")
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        assert (await game.wake(1.0)).wake_at == pytest.approx(1.01), "not at once: it would never rest"
        assert (await game.wake(1.5)).wake_at is None
        assert game.texts == ["beat 1.0", "soon"]


async def test_a_timer_that_fails_is_no_other_timers_business(nursery: Nursery) -> None:
    source = """
    from harena import session

    class Beat:
        def __call__(self):
            raise KeyError("beat")

    def fails(player):
        return 1 // 0

    def yields():
        yield 1

    def on_player_accepted(player):
        session.after(1, fails, player)
        session.every(1, Beat())
        session.after(1, lambda: [][1])
        session.after(1, yields)
        session.after(1, print, "runs")
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        answer = await game.wake(1.0)
        assert (answer.outcome, answer.verdict, answer.wake_at) == (Outcome.OK, True, 2.0)
        assert [(error.callback, error.source_line, error.occasion) for error in game.heard.errors] == [
            ("timer fails", "return 1 // 0", "player ann"),
            ("timer Beat", 'raise KeyError("beat")', ""),
            ("timer <lambda>", "session.after(1, lambda: [][1])", ""),
        ]
        assert game.texts == [
            "timer yields contains yield, so that calling it runs nothing: a callback uses return",
            "runs",
        ]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("session.after('1', print)", "TypeError: seconds are a number, not a str"),
        ("session.after(True, print)", "TypeError: seconds are a number, not a bool"),
        ("session.after(-1, print)", "ValueError: seconds lie between 0 and a year: -1 does not"),
        ("session.after(float('nan'), print)", "ValueError: seconds lie between 0 and a year: nan does not"),
        ("session.after(1e9, print)", "ValueError: seconds lie between 0 and a year: 1000000000.0 does not"),
        ("session.every(0.001, print)", "ValueError: seconds lie between 0.01 and a year: 0.001 does not"),
        ("session.after(1, 'print')", "TypeError: a timer calls a function, not a str"),
        ("session.after(1, print())", "TypeError: a timer calls a function, not a NoneType: write f, not f()"),
        ("[session.after(1, print) for n in range(11)]", "ValueError: a script may run 10 timers at a time"),
    ],
)
async def test_what_is_no_timer_is_told_at_its_line(nursery: Nursery, call: str, text: str) -> None:
    source = f"from harena import session\n\ndef on_player_accepted(player):\n    {call}\n"
    async with playing(nursery, source, Limits(timers=10)) as game:
        assert (await game.enter("ann")).verdict
        [error] = game.heard.errors
        assert (error.text, error.callback, error.line) == (text, "on_player_accepted", 4)


async def test_cancelled_timers_make_room(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_tick(dt):
        for _ in range(10):
            session.after(1, print).cancel()
        session.after(5, print, dt)
    """
    async with playing(nursery, source, Limits(timers=11)) as game:
        answers = await game.ask_all(*[OnTick(0.5)] * 11)
        assert [answer.outcome for answer in answers] == [Outcome.OK] * 11
        assert answers[-1].wake_at == 5.0


async def test_time_stands_still_within_a_call(nursery: Nursery) -> None:
    source = """
    import time
    from datetime import datetime
    from harena import session

    def on_tick(dt):
        before = time.time(), time.monotonic(), session.now(), datetime.now()
        sum(n for n in range(20000))
        print(before == (time.time(), time.monotonic(), session.now(), datetime.now()), *before[::2])
    """
    async with playing(nursery, source) as game:
        await game.ask(OnTick(0.1), now=12.5)
        assert game.texts == ["True 1000000012.5 12.5"]
