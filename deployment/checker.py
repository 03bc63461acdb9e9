"""What a deployment needs of whoever knows whether a script may run."""

from dataclasses import dataclass
from typing import Protocol

from deployment.source import ScriptSource


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a script; `line` and `column` count from 1, and 0 means that there is none."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    source_line: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check has found: faults keep a script out, warnings do not."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the script may be deployed."""
        return not self.faults


class CheckFailed(Exception):
    """The check itself could not be made (no sandbox, for instance), which says nothing about the script."""


class Checker(Protocol):
    """Says whether a script would be accepted; the sandbox fills this place."""

    async def check(self, source: ScriptSource) -> Checked:
        """Everything that is wrong with the script; raises `CheckFailed`, or an `OSError`, if that cannot be told."""
        ...
