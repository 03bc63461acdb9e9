"""Answers: what came back from the script, and how its run ended."""

from enum import StrEnum

from session.commands import Command
from session.values import AskId, value


class Outcome(StrEnum):
    """How a run of the script ended: one word for logs, API and author."""

    OK = "ok"
    RAISED = "raised"
    EXCEEDED_TIME = "exceeded_time"
    EXCEEDED_CPU = "exceeded_cpu"
    EXCEEDED_CPU_SHARE = "exceeded_cpu_share"
    EXCEEDED_MEMORY = "exceeded_memory"
    CRASHED = "crashed"
    BAD_FRAME = "bad_frame"


@value
class Answer:
    """The script's ruling on one question.

    ``verdict`` is yes or no; ``payload`` replaces the message's own where a filter rewrote it (else None);
    ``reason`` is what a refused player is told; ``wake_at`` is when the script's next timer is due, in seconds of the
    game session, or None; ``state`` is a snapshot, where one was asked for: a JSON value in UTF-8.
    """

    ask: AskId
    verdict: bool
    payload: bytes | None = None
    reason: str = ""
    commands: tuple[Command, ...] = ()
    wake_at: float | None = None
    outcome: Outcome = Outcome.OK
    state: bytes | None = None
