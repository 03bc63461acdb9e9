"""How soon honest sandboxes are heard while another of the same loop does what no sandbox of ours does.

``make bench-rogues``, or ``python -m benchmarks.rogues [ROUNDS]``. Two honest sandboxes are asked a hundred questions a
second each. Meanwhile ten times a second a rogue is set loose that was born and loaded before; each is asked as often,
until it is ended for what it does. All kinds take turns, and nobody at all, and one that does nothing wrong but to end.

The time of an answer counts from when its question was due: a relay that is kept busy and asks late is not forgiven.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from benchmarks.relaying.command import say, wait_for_quiet
from benchmarks.relaying.table import drawn, spread
from benchmarks.sandboxes import LOGIN, Asker
from sandbox.ears import Ears
from sandbox.errors import ScriptError
from sandbox.nursery import Nursery
from sandbox.reports import Death, LogLine
from session.answers import Answer
from session.callbacks import OnMessage
from session.effects import Ask
from session.values import AskId, PeerId, value
from tests.sandbox.rogue import Rogues

#: What a rogue does once it has been asked; None is nobody.
KINDS = {
    "nobody": None,
    "answers, and ends": "answer(1); sys.exit()",
    "floods with log lines": "while True: send(Kind.LOG, ['info', 'x' * 2000, 0])",
    "floods with bytes": "while True: relay.send(bytes((5, 1)) + bytes(65534))",
    "reads nothing": "nap()",
    "answers twice": "answer(1); answer(1)",
    "answers what it was not asked": "answer(7)",
}
BEGINS = "send(Kind.LOADED, LOADED)\nrelay.recv(1 << 20)\n"
QUESTION = OnMessage(PeerId(1), 1, b"x" * 1024, True)
HONEST = 2
BEAT_SECONDS = 0.01 / HONEST
#: So many beats lie between one rogue and the next.
LOOSE_EVERY = 20
ROGUES = 30
#: A sleep ends up to a millisecond late; so much before a beat is waited out awake.
AWAKE_SECONDS = 0.0015
DRAIN_SECONDS = 5.0
ROUNDS = 7
HEADINGS = ("the rogue", "p50 ms", "spread", "p99 ms", "spread", "worst ms", "how they ended")


class Honest(Asker):
    """Is asked in time, and remembers how long each answer took, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self._due: deque[float] = deque()

    def put(self, due: float) -> None:
        """Put a question that was due at this time of the performance counter."""
        self._last += 1
        self._due.append(due)
        self.sandbox.ask([Ask(AskId(self._last), LOGIN, 0.0)])

    def answered(self, answers: Sequence[Answer]) -> None:
        """It answers in the order of the questions."""
        now = time.perf_counter()
        self.milliseconds += [1000 * (now - self._due.popleft()) for _ in answers]
        super().answered(answers)

    async def drained(self) -> list[float]:
        """Wait for what is open; give the times, and begin anew."""
        async with asyncio.timeout(DRAIN_SECONDS):
            while self._due:
                self._answered.clear()
                await self._answered.wait()
        found, self.milliseconds = self.milliseconds, []
        return found


class Rogue(Asker):
    """Is asked, whatever it says, until it is ended. ``ended`` says how."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = "lives"

    def put(self) -> None:
        """Put a question."""
        self._last += 1
        self.sandbox.ask([Ask(AskId(self._last), QUESTION, 0.0)])

    def logged(self, line: LogLine) -> None:
        """Nobody reads it."""

    def raised(self, error: ScriptError) -> None:
        """Nobody reads it."""

    def died(self, death: Death) -> None:
        """As was to be."""
        self.ended = death.outcome.value


@value
class Round:
    """The honest ones' times in milliseconds, and how many rogues ended how."""

    p50: float
    p99: float
    worst: float
    ended: Counter[str]


@asynccontextmanager
async def _loaded(ears: Ears, does: str | None) -> AsyncIterator[list[Rogue]]:
    """Have rogues born and loaded, who wait for their first question."""
    rogues = [Rogue() for _ in range(ROGUES if does else 0)]
    try:
        for rogue in rogues:
            await rogue.load(Rogues(f"{BEGINS}{does}", ears))
        yield rogues
    finally:
        for rogue in rogues:
            rogue.sandbox.close()


async def _until(due: float) -> None:
    await asyncio.sleep(max(0.0, due - time.perf_counter() - AWAKE_SECONDS))
    while time.perf_counter() < due:  # noqa: ASYNC110 - an event of the clock's would be as late as the sleep
        await asyncio.sleep(0)


async def measured(ears: Ears, honest: Sequence[Honest], does: str | None) -> Round:
    """Measure the honest ones beside rogues that do this. All are asked, then heard, as in a turn of the relay."""
    async with _loaded(ears, does) as rogues:
        began = time.perf_counter()
        for number in range(ROGUES * LOOSE_EVERY):
            await _until(due := began + number * BEAT_SECONDS)
            honest[number % HONEST].put(due)
            for rogue in rogues[: 1 + number // LOOSE_EVERY] if number % HONEST else ():
                rogue.put()
            ears.gather()
        times = sorted([each for one in honest for each in await one.drained()])
        ended = Counter(rogue.ended for rogue in rogues)
    return Round(times[len(times) // 2], times[len(times) * 99 // 100], times[-1], ended)


def row(name: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    """Give a row of the table: medians over the rounds, with the least and the greatest."""
    p50, p99 = spread([one.p50 for one in rounds]), spread([one.p99 for one in rounds])
    ended = sum((one.ended for one in rounds), Counter[str]())
    how = ", ".join(f"{number} {outcome}" for outcome, number in ended.most_common())
    worst = max(one.worst for one in rounds)
    return name, f"{p50.median:.2f}", p50.text, f"{p99.median:.2f}", p99.text, f"{worst:.1f}", how


async def everything(rounds: int) -> dict[str, list[Round]]:
    """Measure all kinds in turn, in each round from the other end."""
    ears = Ears()
    nursery = await Nursery.start(ears)
    honest = [Honest() for _ in range(HONEST)]
    found: dict[str, list[Round]] = {name: [] for name in KINDS}
    try:
        for one in honest:
            await one.load(nursery)
        for number in range(rounds):
            wait_for_quiet()
            for name in KINDS if number % 2 else reversed(KINDS):
                found[name].append(await measured(ears, honest, KINDS[name]))
                say(f"round {number + 1}/{rounds}  {name}  p99 {found[name][-1].p99:.2f} ms")
    finally:
        for one in honest:
            one.sandbox.close()
        nursery.close()
        ears.close()
    return found


if __name__ == "__main__":
    every = asyncio.run(everything(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
    print(drawn(HEADINGS, [row(name, rounds) for name, rounds in every.items()]))  # noqa: T201
