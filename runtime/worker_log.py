"""The log of one game session on its way from the worker to the desk; repeated script errors are counted here, so that
a flood of them costs the desk nothing."""

import asyncio
from collections.abc import Callable

from runtime.error_counts import ErrorCounts
from runtime.metric_table import DROPPED_LOG_LINES
from runtime.tally import Tally
from runtime.words import LogWritten, SandboxDied
from sandbox.errors import ScriptError
from sandbox.reports import Death, LogLine


class WorkerLog:
    """Writes lines. ``tell`` gives False where a line is dropped because the desk does not keep up."""

    def __init__(self, game_session: str, tell: Callable[[LogWritten | SandboxDied], bool], tally: Tally) -> None:
        self._game_session = game_session
        self._tell = tell
        self._tally = tally
        self._loop = asyncio.get_running_loop()
        self._errors = ErrorCounts()
        self._alarm: asyncio.TimerHandle | None = None
        self.dropped = 0

    @property
    def errors(self) -> int:
        """How many exceptions have left callbacks of the script."""
        return self._errors.total

    def write(self, level: str, text: str) -> None:
        """Write a line."""
        if not self._tell(LogWritten(self._game_session, level, text)):
            self._drop(1)

    def logged(self, line: LogLine) -> None:
        """The script wrote a line."""
        self._drop(line.dropped)
        self.write(line.level, line.text)

    def raised(self, error: ScriptError) -> None:
        """An exception left a callback: its author reads where and why, once."""
        if self._errors.raised(error, self._loop.time()):
            occasion = f" ({error.occasion})" if error.occasion else ""
            where = f"{error.file}:{error.line}: in {error.callback}{occasion}"
            self.write("error", f"{where}: {error.text}{_code(error)}")
        elif self._alarm is None and (summary_at := self._errors.summary_at()) is not None:
            self._alarm = self._loop.call_at(summary_at, self._sum_up)

    def died(self, death: Death) -> None:
        """The sandbox is gone: where, in which callback, why."""
        where = f"{death.file}:{death.line}: " if death.line else ""
        callback = f"in {death.callback}: " if death.callback else ""
        why = f"{where}{callback}{death.outcome.value}: {death.text}"
        self.write("critical", f"{why}{_code(death)}")
        self._tell(SandboxDied(self._game_session, why))

    def close(self) -> None:
        """Write what has been counted and not told."""
        if self._alarm:
            self._alarm.cancel()
            self._sum_up()

    def _drop(self, lines: int) -> None:
        self.dropped += lines
        if lines:
            self._tally.count(DROPPED_LOG_LINES, by=lines)

    def _sum_up(self) -> None:
        self._alarm = None
        if text := self._errors.summary():
            self.write("error", text)


def _code(at: ScriptError | Death) -> str:
    return f"\n    {at.source_line}" if at.source_line else ""
