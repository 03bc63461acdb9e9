"""Faults: why a script is refused, said so that its author can mend it."""

from session.values import value


@value
class Fault:
    """One reason why a script is refused; line and column count from 1, and are 0 when unknown."""

    file: str
    line: int
    column: int
    message: str
    hint: str
    source_line: str
