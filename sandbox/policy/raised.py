"""What a script's author is told about an exception: where in the script, what, and how it came there."""

from collections.abc import Iterator, Mapping
from types import FrameType, TracebackType

from session.values import value

MAX_TEXT_CHARACTERS = 500
MAX_TRACE_LINES = 20
MAX_CAUSES = 5
_MAX_NAME_CHARACTERS = 100
_MAX_SOURCE_LINE_CHARACTERS = 200


@value
class Raised:
    """An exception of a script; file is "" and line 0 when no line of the script is to blame."""

    file: str
    line: int
    source_line: str
    type_name: str
    text: str
    trace: tuple[str, ...]


@value
class _Frame:
    file: str
    line: int
    function: str


def describe(error: BaseException, sources: Mapping[str, str]) -> Raised:
    """Tell what happened, in frames of these files only, innermost last in the trace; never raises.

    The exception is the script's: its `__str__` may raise, loop over itself, or give back a megabyte.
    """
    frames = list(_frames(error, sources))
    innermost = frames[-1] if frames else _Frame("", 0, "")
    trace = [_line(frame, sources) for frame in frames]
    causes = [_cause(cause, sources) for cause in _causes(error)]
    return Raised(
        innermost.file,
        innermost.line,
        _source_line(innermost, sources),
        _type_name(error),
        _text(error),
        (*_shortened(trace, MAX_TRACE_LINES - len(causes)), *causes),
    )


def running_at(frame: FrameType | None, sources: Mapping[str, str]) -> tuple[str, int, str]:
    """Find the innermost line of these files that runs: file, line, source line; "", 0, "" where none does."""
    while frame is not None and frame.f_code.co_filename not in sources:
        frame = frame.f_back
    if frame is None:
        return "", 0, ""
    at = _Frame(frame.f_code.co_filename, frame.f_lineno or 0, "")
    return at.file, at.line, _source_line(at, sources)


def _frames(error: BaseException, sources: Mapping[str, str]) -> Iterator[_Frame]:
    step: TracebackType | None = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename in sources:
            yield _Frame(code.co_filename, step.tb_lineno or 0, code.co_name[:_MAX_NAME_CHARACTERS])
        step = step.tb_next


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if cause is None:
            return
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
        if cause is None or id(cause) in seen:
            return
        seen.add(id(cause))
        yield cause


def _cause(cause: BaseException, sources: Mapping[str, str]) -> str:
    frames = list(_frames(cause, sources))
    where = f" ({frames[-1].file}:{frames[-1].line})" if frames else ""
    return f"caused by {_type_name(cause)}: {_text(cause)[: MAX_TEXT_CHARACTERS // 2]}{where}"


def _line(frame: _Frame, sources: Mapping[str, str]) -> str:
    return f"{frame.file}:{frame.line} in {frame.function}: {_source_line(frame, sources)}"


def _source_line(frame: _Frame, sources: Mapping[str, str]) -> str:
    lines = sources.get(frame.file, "").splitlines()
    text = lines[frame.line - 1] if 0 < frame.line <= len(lines) else ""
    return _sendable(text.strip())[:_MAX_SOURCE_LINE_CHARACTERS]


def _shortened(lines: list[str], most: int) -> list[str]:
    if len(lines) <= most:
        return lines
    head = (most - 1) // 2
    tail = most - 1 - head
    return [*lines[:head], f"... {len(lines) - head - tail} more calls ...", *lines[-tail:]]


def _type_name(error: BaseException) -> str:
    return _sendable(type(error).__qualname__[:_MAX_NAME_CHARACTERS])


def _text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001  # it is the script's own __str__, and this is the last place to stop it
        return "(its text cannot be shown)"
    return _sendable(str.__getitem__(text, slice(0, MAX_TEXT_CHARACTERS)))


def _sendable(text: str) -> str:
    """Without lone surrogates, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
