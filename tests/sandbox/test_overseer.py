"""The share of the processor is watched from outside, too: who has escaped can switch off what watches within."""

import re
from dataclasses import replace

import pytest

from sandbox.ears import Ears
from sandbox.limits import DEFAULTS
from sandbox.nursery import Nursery
from sandbox.reports import Death
from session.answers import Outcome
from session.callbacks import OnHealthCheck
from tests.sandbox import deaf
from tests.sandbox.playing import playing
from tests.sandbox.rogue import Rogues

pytestmark = pytest.mark.anyio

#: What it may use of a core is all that ends it.
LIMITS = replace(DEFAULTS, load_wall_seconds=60.0, call_wall_seconds=60.0, cpu_percent=1)
WINDOW_SECONDS = 0.2
SEEN = re.compile(r"it used \d+\.\d s of processor time in \d+\.\d s, seen from outside")


def seen_from_outside(death: Death) -> bool:
    return death.outcome is Outcome.EXCEEDED_CPU_SHARE and SEEN.fullmatch(death.text) is not None


async def test_who_burns_without_being_asked_is_ended_and_who_waits_is_not() -> None:
    burning, waiting = (Rogues(f"send(Kind.LOADED, LOADED)\n{then}") for then in ("while True: pass", "nap()"))
    async with (
        playing(waiting, "", LIMITS, window_seconds=WINDOW_SECONDS) as other,
        playing(burning, "", LIMITS, window_seconds=WINDOW_SECONDS) as game,
    ):
        assert seen_from_outside(await game.death())
        assert not other.heard.deaths


async def test_who_does_not_hear_the_budgets_signal_is_ended() -> None:
    ears = Ears()
    nursery = await Nursery.start(ears, (deaf.__name__,))
    try:
        source = "def on_health_check():\n    while True: pass\n"
        async with playing(nursery, source, LIMITS, window_seconds=WINDOW_SECONDS) as game:
            game.put(OnHealthCheck())
            death = await game.death()
            assert seen_from_outside(death)
            assert death.callback == "on_health_check"
    finally:
        nursery.close()
        ears.close()
