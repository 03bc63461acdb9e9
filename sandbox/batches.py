"""Batches: several answers in one frame. Most say yes or no and nothing else, which takes one byte.

A frame is a list: when the script's next timer is due (seconds of the game session, or None), a byte for each answer in
the order of the questions, and in the same order, as lists, those answers for which a byte is not enough.
"""

from collections.abc import Iterable

from sandbox.frames import BadFrame
from sandbox.limits import DEFAULTS, KIB
from sandbox.rulings import answer_as_plain, answer_untrusted, wake_at_untrusted
from sandbox.sizes import answer_bytes
from session.answers import Answer, Outcome
from session.effects import Ask
from session.values import AskId

#: So long finished answers wait for those of the questions behind them.
FINISHED_SECONDS = 0.005
#: As much is said in one frame where it holds more than one answer that takes more than a byte.
BATCH_BYTES = 112 * KIB


#: What a byte says: no, yes, or that the answer is among the longer ones.
NO, YES, MORE = 0, 1, 2
_ANY = bytes((NO, YES, MORE))


class AnswerBatch:
    """Answers that are finished and have not been sent."""

    def __init__(self) -> None:
        self._said = bytearray()
        self._more: list[list[object]] = []
        self._wake_at: float | None = None
        self._first_at = 0.0
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._said)

    def add(self, answer: Answer) -> bool:
        """Add an answer; False says that there is no room for it. One larger than a batch has a frame of its own."""
        if _is_short(answer):
            self._said.append(answer.verdict)
        else:
            plain, size_bytes = answer_as_plain(answer), answer_bytes(answer)  # For which there may be no memory.
            if self._said and self._bytes + size_bytes > BATCH_BYTES:
                return False
            self._more.append(plain)
            self._said.append(MORE)
            self._bytes += size_bytes
        self._wake_at = answer.wake_at
        return True

    def due(self, now: float) -> bool:
        """Say whether the batch is not to wait any longer; ``now`` is that of ``time.monotonic``."""
        if len(self._said) == 1:
            self._first_at = now
        return now - self._first_at >= FINISHED_SECONDS

    def taken(self) -> list[object]:
        """Give the frame's value, and begin anew."""
        value: list[object] = [self._wake_at, bytes(self._said), self._more]
        self._said, self._more, self._bytes = bytearray(), [], 0
        return value


def answers_untrusted(
    plain: object, asked: Iterable[Ask], commands_per_call: int = DEFAULTS.commands_per_call
) -> list[Answer]:
    """Decode answers to the first of those questions, which are in order. Raises BadFrame."""
    match plain:
        case (wake_at, bytes(said), tuple(more)) if said and not said.strip(_ANY) and said.count(MORE) == len(more):
            due, rest = wake_at_untrusted(wake_at), iter(more)
            answers = [
                _longer_untrusted(ask.ask, next(rest), commands_per_call)
                if word == MORE
                else Answer(ask.ask, word == YES, wake_at=due)
                for ask, word in zip(asked, said, strict=False)
            ]
            if len(answers) == len(said):
                return answers
    raise BadFrame("not answers to what it was asked")


def _longer_untrusted(ask: AskId, plain: object, commands_per_call: int) -> Answer:
    answer = answer_untrusted(plain, commands_per_call)
    if answer.ask != ask:
        raise BadFrame("an answer to what it was not asked")
    return answer


def _is_short(answer: Answer) -> bool:
    longer = answer.commands or answer.payload is not None or answer.reason or answer.state is not None
    return not longer and answer.outcome is Outcome.OK
