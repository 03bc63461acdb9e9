"""How a command says no."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the exit code of the command means."""

    YES = 0
    NO = 1
    USAGE = 2
    NOT_REACHED = 3


class Refusal(Exception):
    """What was asked cannot be had: a sentence for a human, the way out, and the exit code."""

    def __init__(self, sentence: str, hint: str = "", exit_code: ExitCode = ExitCode.NO) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.exit_code = exit_code
