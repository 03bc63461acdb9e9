"""Batches: several answers in one frame. Most say yes or no and nothing else, which takes one byte.

A frame is a list: when the script's next timer is due (seconds of the game session, or None), a byte for each answer in
the order of the questions, and in the same order, as lists, those answers for which a byte is not enough.
"""

import time
from collections.abc import Sequence
from enum import IntEnum

from sandbox.frames import BadFrame
from sandbox.limits import CALL_BYTES, DEFAULTS
from sandbox.rulings import answer_as_plain, answer_untrusted, wake_at_untrusted
from session.answers import Answer, Outcome
from session.values import AskId

#: So long finished answers wait for those of the questions behind them.
FINISHED_SECONDS = 0.005


class _Said(IntEnum):
    NO = 0
    YES = 1
    MORE = 2


class AnswerBatch:
    """Answers that are finished and have not been sent."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self._first_at = 0.0
        self._bytes = 0

    def add(self, answer: Answer) -> None:
        """Add an answer."""
        if not self.answers:
            self._first_at = time.monotonic()
        self.answers.append(answer)
        if not _is_short(answer):
            self._bytes += _size(answer)

    def due(self, now: float) -> bool:
        """Say whether the batch is not to wait, or grow, any longer; ``now`` is that of ``time.monotonic``."""
        return now - self._first_at >= FINISHED_SECONDS or self._bytes >= CALL_BYTES // 8

    def taken(self) -> list[object]:
        """Give the frame's value, and begin anew."""
        answers, self.answers, self._bytes = self.answers, [], 0
        return answers_as_plain(answers)


def answers_as_plain(answers: Sequence[Answer]) -> list[object]:
    """Encode answers, at least one."""
    said = bytes([_Said(answer.verdict) if _is_short(answer) else _Said.MORE for answer in answers])
    return [answers[-1].wake_at, said, [answer_as_plain(answer) for answer in answers if not _is_short(answer)]]


def answers_untrusted(
    plain: object, asked: Sequence[AskId], commands_per_call: int = DEFAULTS.commands_per_call
) -> list[Answer]:
    """Decode answers to the first of those questions, which are in order. Raises BadFrame."""
    match plain:
        case (wake_at, bytes(said), tuple(more)) if 0 < len(said) <= len(asked):
            due, rest = wake_at_untrusted(wake_at), iter(more)
            answers = [
                Answer(ask, word == _Said.YES, wake_at=due)
                if word <= _Said.YES
                else _longer_untrusted(ask, next(rest, None), commands_per_call)
                for ask, word in zip(asked, said, strict=False)
            ]
            if next(rest, None) is None and max(said) <= _Said.MORE:
                return answers
    raise BadFrame("not answers to what it was asked")


def _longer_untrusted(ask: AskId, plain: object, commands_per_call: int) -> Answer:
    answer = answer_untrusted(plain, commands_per_call)
    if answer.ask != ask:
        raise BadFrame("an answer to what it was not asked")
    return answer


def _is_short(answer: Answer) -> bool:
    return (
        not answer.commands
        and answer.payload is None
        and not answer.reason
        and answer.state is None
        and answer.outcome is Outcome.OK
    )


def _size(answer: Answer) -> int:
    """Give about how many bytes an answer takes, never too few by much."""
    sent = sum(64 + sum(len(field) for field in _sized(command)) for command in answer.commands)
    return sent + len(answer.payload or b"") + 4 * len(answer.reason) + len(answer.state or b"")


def _sized(command: object) -> list[bytes | str | tuple[int, ...]]:
    fields = (getattr(command, name) for name in command.__match_args__)  # type: ignore[attr-defined]
    return [field for field in fields if isinstance(field, bytes | str | tuple)]
