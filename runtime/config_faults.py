"""Faults of a configuration: where each is, and what to write instead."""

from session.values import value


@value
class ConfigFault:
    """One fault. ``place`` is a file, an environment variable or an option; a ``line`` of 0 is not known."""

    place: str
    line: int
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.place}:{self.line}" if self.line else self.place
        what = f"{where}: {self.key}: {self.message}" if self.key else f"{where}: {self.message}"
        return f"{what} ({self.hint})" if self.hint else what


class Misconfigured(Exception):
    """The configuration is faulty; these are all of its faults."""

    def __init__(self, faults: tuple[ConfigFault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
