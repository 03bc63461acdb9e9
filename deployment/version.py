"""One immutable version of a script."""

import math
from dataclasses import dataclass

from deployment.source import ScriptName, is_digest, script_name

MAX_ORIGIN_CHARACTERS = 100
MAX_NOTE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class ScriptVersion:
    """A script's content under its number; raises `ValueError` when made with fields out of bounds.

    `number` counts from 1 within the script, `created` is in Unix seconds, `origin` says where the content came from.
    """

    script: ScriptName
    number: int
    digest: str
    created: float
    origin: str
    note: str

    def __post_init__(self) -> None:
        script_name(self.script)
        if self.number < 1:
            raise ValueError(f"version {self.number}: versions count from 1")
        if not is_digest(self.digest):
            raise ValueError("a version's digest is 64 lower-case hexadecimal digits")
        if not math.isfinite(self.created):
            raise ValueError("a version was created at no time")
        _at_most(self.origin, MAX_ORIGIN_CHARACTERS, "origin")
        _at_most(self.note, MAX_NOTE_CHARACTERS, "note")


def _at_most(text: str, characters: int, what: str) -> None:
    if len(text) > characters:
        raise ValueError(f"a version's {what} has at most {characters:,} characters, not {len(text):,}")
