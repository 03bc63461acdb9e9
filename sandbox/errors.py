"""Errors of a script: an exception that left a callback, as its author is told of it."""

from collections.abc import Callable, Mapping
from types import FunctionType

from sandbox.policy import describe
from sandbox.texts import sendable
from session.values import value


@value
class ScriptError:
    """An exception that left a callback or a timer; ``line`` is 0 where no line of the script is to blame."""

    callback: str
    file: str
    line: int
    source_line: str
    text: str
    occasion: str

    def __repr__(self) -> str:
        # In one line: pytest shows what an assertion was about so.
        occasion = f" ({self.occasion})" if self.occasion else ""
        source = f" | {self.source_line}" if self.source_line else ""
        return f"{self.file}:{self.line}: in {self.callback}{occasion}: {self.text}{source}"


def script_error(
    callback: str,
    function: Callable[..., object] | None,
    error: BaseException,
    occasion: str,
    sources: Mapping[str, str],
) -> ScriptError:
    """Say what left a callback, and where; ``function`` is what was called, if it is known. Never raises."""
    raised = describe(error, sources)
    where: tuple[str, int, str] = raised.file, raised.line, raised.source_line
    if not raised.line and isinstance(function, FunctionType):  # It was never entered: it takes other arguments.
        where = function.__code__.co_filename, function.__code__.co_firstlineno, ""
    text = f"{raised.type_name}: {raised.text}" if raised.text else raised.type_name
    return ScriptError(callback, *where, sendable(text), sendable(occasion))
