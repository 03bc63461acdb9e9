"""A script may want less than the server allows it; more it cannot have."""

from dataclasses import replace

import pytest

from sandbox.limits import CONFIGURABLE, DEFAULTS, MIB, Limits
from sandbox.nursery import Nursery
from session.answers import Outcome
from session.callbacks import OnTick
from session.configuration import BOUNDS, Configuration
from tests.sandbox.playing import playing

pytestmark = pytest.mark.anyio

#: Each limit with what a script wants, and a call that goes beyond it.
BEYOND = {
    "call_wall_seconds": (0.3, "sum(range(10**12))"),
    "tick_cpu_milliseconds": (30, "while True: pass"),
    "cpu_percent": (1, "sum(range(10**8))"),
    "memory_bytes": (8 * MIB, "bytes(12_000_000)"),
    "commands_per_call": (3, "for _ in range(4): session.broadcast(1)"),
    "message_bytes_per_second": (4096, "for _ in range(4): session.broadcast(1, b'x' * 1024)"),
    "timers": (2, "for _ in range(3): session.after(60, print)"),
}
#: How a sandbox ends that goes beyond one of these; beyond the others, the call fails.
DEADLY = {
    "call_wall_seconds": Outcome.EXCEEDED_TIME,
    "tick_cpu_milliseconds": Outcome.EXCEEDED_CPU,
    "cpu_percent": Outcome.EXCEEDED_CPU_SHARE,
    "memory_bytes": Outcome.EXCEEDED_MEMORY,
}
#: The server's, where the limits of time allow more than the calls above take.
ROOMY = replace(DEFAULTS, tick_cpu_milliseconds=60_000, callback_cpu_milliseconds=60_000, cpu_percent=100)


def script(line: str, **configuration: float) -> str:
    return f"from harena import session\nconfiguration = {configuration}\ndef on_tick(dt):\n    {line}\n"


def test_every_limit_that_can_be_lowered_is_a_key() -> None:
    assert set(CONFIGURABLE) == {*Limits.__match_args__} - {"load_wall_seconds", "load_cpu_milliseconds"}
    assert set(CONFIGURABLE) <= {*Configuration.__match_args__} & {*BOUNDS}


@pytest.mark.parametrize("name", BEYOND)
async def test_beyond_its_own_limit_a_script_fails_as_beyond_the_servers(nursery: Nursery, name: str) -> None:
    wanted, line = BEYOND[name]
    server = DEFAULTS if name == "call_wall_seconds" else ROOMY
    async with playing(nursery, script(line, **{name: wanted}), server) as game:
        assert getattr(game.sandbox.limits, name) == wanted
        game.put(OnTick(0.1))
        await game.heard.until(lambda: bool(game.heard.deaths or game.heard.errors))
        if name in DEADLY:
            assert game.heard.deaths[0].outcome is DEADLY[name]
        else:
            said = wanted // 1024 if "bytes" in name else wanted
            assert f" {said} " in game.heard.errors[0].text


@pytest.mark.parametrize("name", [*BEYOND.keys() - DEADLY.keys(), "memory_bytes"])
async def test_the_same_call_is_within_the_servers(nursery: Nursery, name: str) -> None:
    async with playing(nursery, script(BEYOND[name][1], **{name: BOUNDS[name][1]})) as game:
        assert game.sandbox.limits == DEFAULTS
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.OK


async def test_lines_beyond_its_own_limit_are_dropped(nursery: Nursery) -> None:
    async with playing(nursery, script("for n in range(10): print(n)", log_lines_per_second=3)) as game:
        await game.ask(OnTick(0.1))
        assert game.texts == ["0", "1", "2"]
