"""What a sandbox costs: its birth, its memory, its idling, and what the walls around it add.

``python -m benchmarks.sandboxes [--births N] [--sandboxes N] [--json FILE]``. Goals: 4 ms from the request to the first
answer of a small script; 4 MB of memory each at a thousand sandboxes, 3 on Python 3.13; no processor while idle; the
kernel's layers add 5 % to a round trip; the policy lets a typical callback take 1.15 times as long.
"""

import argparse
import asyncio
import json
import platform
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from benchmarks.policy_cost import policy_ratios
from benchmarks.relaying.command import say
from benchmarks.relaying.processes import cpu_seconds
from sandbox.ears import Ears
from sandbox.errors import ScriptError
from sandbox.host import Birthplace, Sandbox
from sandbox.jail.layers import titles
from sandbox.limits import DEFAULTS
from sandbox.nursery import Ended, Newborn, Nursery
from sandbox.orders import Script
from sandbox.reports import Death, Loaded, LogLine
from sandbox.spares import Spares
from session.answers import Answer
from session.callbacks import GameSessionFacts, OnPlayerConnect, OnStartGameSession
from session.effects import Ask
from session.values import AskId, GameSessionId, PeerId, PlayerId, PlayerSessionId

FACTS = GameSessionFacts(GameSessionId("gs-1"), "small", "small", 1, 16)
SMALL = Script({"main.py": b"def on_player_connect(connect):\n    return True\n"}, "main.py", 7, 1e9, FACTS)
LOGIN = OnPlayerConnect(PeerId(1), PlayerId("ann"), PlayerSessionId("psess-1"), "", b"")
ZYGOTES = {"with layers": ("sandbox.zygote",), "without": ("benchmarks.bare_zygote",)}
#: The other two wait for their birth.
SPARE = "a spare"
ROUND_TRIPS = 400
IDLE_SECONDS = 2.0
#: A spare has mostly been there for longer when it is wanted, and has rehearsed.
SETTLED_SECONDS = 0.2

Figures = dict[str, dict[str, float]]


class Asker:
    """A loaded script, to which one question is put after another."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(DEFAULTS, self)
        self._last = 0
        self._answered = asyncio.Event()

    async def load(self, nursery: Birthplace) -> "Asker":
        """Have it born and loaded."""
        result = await self.sandbox.load(nursery, SMALL)
        if not isinstance(result, Loaded):
            raise RuntimeError(f"the script was not loaded: {result}")
        return self

    async def ask(self, question: OnStartGameSession | OnPlayerConnect) -> None:
        """Put a question, and wait for the answer."""
        self._last += 1
        self._answered.clear()
        self.sandbox.ask([Ask(AskId(self._last), question, 0.0)])
        await self._answered.wait()

    def answered(self, answers: Sequence[Answer]) -> None:
        """The script has ruled."""
        self._answered.set()

    def logged(self, line: LogLine) -> None:
        """It has nothing to say."""
        raise RuntimeError(line.text)

    def raised(self, error: ScriptError) -> None:
        """It raises nothing."""
        raise RuntimeError(str(error))

    def died(self, death: Death) -> None:
        """It lives as long as it is wanted."""
        raise RuntimeError(str(death))


class Rehearsing:
    """A birthplace whose children rehearse, as spares do; nobody waits for it."""

    def __init__(self, nursery: Nursery) -> None:
        self.ears = nursery.ears
        self._nursery = nursery

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Give a child."""
        return await self._nursery.spawn(memory_bytes, ended, rehearsing=True)


@asynccontextmanager
async def nursery(zygote: Sequence[str]) -> AsyncIterator[Nursery]:
    """Start a zygote, and end it."""
    ears = Ears()
    started = await Nursery.start(ears, zygote)
    try:
        yield started
    finally:
        started.close()
        ears.close()


async def birth(place: Birthplace) -> list[float]:
    """Give the seconds from the request until a script was loaded, and until it had answered."""
    began, asker = time.perf_counter(), Asker()
    await asker.load(place)
    loaded = time.perf_counter()
    await asker.ask(OnStartGameSession(FACTS))
    answered = time.perf_counter()
    asker.sandbox.close()
    return [loaded - began, answered - began]


async def births(number: int) -> Figures:
    """Measure births, in turn with and without layers, and of one who is there already; milliseconds."""
    seconds: dict[str, list[list[float]]] = {name: [] for name in (*ZYGOTES, SPARE)}
    async with AsyncExitStack() as stack:
        places = {name: await stack.enter_async_context(nursery(zygote)) for name, zygote in ZYGOTES.items()}
        say(f"layers that hold: {', '.join(titles(places['with layers'].layers)) or 'none'}")
        spares = Spares(places["with layers"])
        stack.callback(spares.close)
        for _ in range(number):
            for name, place in places.items():
                seconds[name].append(await birth(place))
            await spares.fill(DEFAULTS.memory_bytes)
            await asyncio.sleep(SETTLED_SECONDS)
            seconds[SPARE].append(await birth(spares))
    return {
        f"request -> {what}, {name}": of([1000 * one[at] for one in found])
        for name, found in seconds.items()
        for at, what in enumerate(("loaded", "first answer"))
    }


async def round_trips(rounds: int) -> Figures:
    """Measure questions one by one, in turn with and without layers; microseconds, a median for each round."""
    medians: dict[str, list[float]] = {name: [] for name in ZYGOTES}
    async with AsyncExitStack() as stack:
        askers = {}
        for name, zygote in ZYGOTES.items():
            askers[name] = await Asker().load(await stack.enter_async_context(nursery(zygote)))
            stack.callback(askers[name].sandbox.close)
        for _ in range(rounds):
            for name, asker in askers.items():
                medians[name].append(statistics.median([await round_trip(asker) for _ in range(ROUND_TRIPS)]))
    ratios = [layered / bare for layered, bare in zip(medians["with layers"], medians["without"], strict=True)]
    return {f"round trip, {name}": of(found) for name, found in medians.items()} | {"round trip, ratio": of(ratios)}


async def round_trip(asker: Asker) -> float:
    """Give the microseconds from a question to its answer."""
    began = time.perf_counter()
    await asker.ask(LOGIN)
    return 1e6 * (time.perf_counter() - began)


async def crowd(number: int) -> Figures:
    """Measure so many sandboxes at a time: memory each, in MiB, and processor time in two idle seconds, in ms.

    Once only: of those who have ended, the kernel lets memory go by and by.
    """
    async with AsyncExitStack() as stack:
        place = Rehearsing(await stack.enter_async_context(nursery(ZYGOTES["with layers"])))
        before, askers = available_mib(), []
        for _ in range(number):
            askers.append(await Asker().load(place))
            stack.callback(askers[-1].sandbox.close)
            await askers[-1].ask(OnStartGameSession(FACTS))
        each = (before - available_mib()) / number
        pids = [asker.sandbox.pid for asker in askers]
        used = sum(map(cpu_seconds, pids))
        await asyncio.sleep(IDLE_SECONDS)
        idle = (sum(map(cpu_seconds, pids)) - used) * 1000
    return {f"MiB each, {number} sandboxes": of([each]), f"ms used in {IDLE_SECONDS:g} s, all idle": of([idle])}


def available_mib() -> float:
    """Give the memory that the machine has left."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("MemAvailable")).split()[1]) / 1024


def of(found: Sequence[float]) -> dict[str, float]:
    """Give the median, and the spread without the outermost tenths."""
    ordered = sorted(found)
    cut = len(ordered) // 10
    return {"median": statistics.median(ordered), "p10": ordered[cut], "p90": ordered[-1 - cut]}


async def everything(births_wanted: int, sandboxes: int) -> Figures:
    """Measure one after the other."""
    return {**await births(births_wanted), **await round_trips(15), **await crowd(sandboxes)}


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description="What a sandbox costs.")
    parser.add_argument("--births", type=int, default=100, help="of each kind (%(default)s)")
    parser.add_argument("--sandboxes", type=int, default=1000, help="at a time (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    asked = parser.parse_args()
    say(f"Python {platform.python_version()}, Linux {platform.release()}")
    policy = {f"policy / plain, {name}": of(found) for name, found in policy_ratios().items()}
    figures = asyncio.run(everything(asked.births, asked.sandboxes)) | policy
    for name, figure in figures.items():
        say(f"{name:42} {figure['median']:8.2f}  ({figure['p10']:.2f} to {figure['p90']:.2f})")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
