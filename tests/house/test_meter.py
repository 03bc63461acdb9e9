"""The meter: each answer counts for its own callback, also where answers come in other pieces than the questions."""

from collections.abc import Sequence

from relay.counts import Counts
from runtime.meter import Meter
from runtime.metric_table import BATCH_SIZES, INPUT_WAIT, SCRIPT_TIME
from runtime.tally import Tally
from sandbox.errors import ScriptError
from sandbox.reports import Death, LogLine
from session.answers import Answer
from session.callbacks import Callback, GameSessionFacts, OnMessage, OnTick
from session.effects import Ask
from session.values import AskId, GameSessionId, PeerId

FACTS = GameSessionFacts(GameSessionId("one"), "one", "tag", 3, 8)
TICK = OnTick(0.1)
MESSAGE = OnMessage(PeerId(1), 1, b"", True)


class Ends:
    """Both ends: a sandbox that keeps what it is asked, and an audience that keeps what it is told."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.answers: list[Answer] = []
        self.closed = False

    def ask(self, asks: Sequence[Ask]) -> None:
        self.asked += asks

    def close(self) -> None:
        self.closed = True

    def answered(self, answers: Sequence[Answer]) -> None:
        self.answers += answers

    def logged(self, line: LogLine) -> None:
        raise AssertionError("nothing is logged here")

    def raised(self, error: ScriptError) -> None:
        raise AssertionError("nothing raises here")

    def died(self, death: Death) -> None:
        raise AssertionError("nothing dies here")


def asks(first: int, *callbacks: Callback) -> list[Ask]:
    return [Ask(AskId(number), callback, 0.0) for number, callback in enumerate(callbacks, first)]


def answers(*numbers: int) -> list[Answer]:
    return [Answer(AskId(number), verdict=True) for number in numbers]


def test_answers_are_counted_for_what_was_asked() -> None:
    tally, ends = Tally(), Ends()
    meter = Meter(tally, FACTS, ends)
    meter.sandbox = ends
    meter.ask(asks(1, MESSAGE, TICK, MESSAGE))
    meter.ask(asks(4, TICK))
    meter.answered(answers(1))
    meter.answered(answers(2, 3, 4))
    meter.ask(asks(5, MESSAGE))
    meter.answered(answers(5))
    meter.close()
    assert [ask.ask for ask in ends.asked] == [answer.ask for answer in ends.answers] == [1, 2, 3, 4, 5]
    assert ends.closed
    told = {(name, labels): numbers for name, labels, numbers in tally.taken(Counts(), 0).series}
    times = [sum(told[SCRIPT_TIME.name, ("tag", 3, name)][:-1]) for name in ("on_message", "on_tick")]
    assert times == [3, 2]
    assert sum(told[INPUT_WAIT.name, ()][:-1]) == 5
    assert told[BATCH_SIZES.name, ()][-1] == 5
    assert sum(told[BATCH_SIZES.name, ()][:-1]) == 3
