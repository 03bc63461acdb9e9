"""The log of one game session at the desk: its newest lines in memory, all that is kept of it on the disk."""

import time

from desk.game_log import LogLine
from desk.memory import Memory
from runtime.log_lines import Line
from runtime.log_writer import LogWriter

#: Lines of its log that are kept in memory of each game session; the oldest go first.
LOG_LINES = 1000
#: The same once a game session has ended, for those who still follow it: so many that have ended are remembered.
ENDED_LOG_LINES = 100


class GameLog:
    """Numbers lines, remembers the newest, tells followers, and has them written."""

    def __init__(self, game_session: str, writer: LogWriter) -> None:
        self._game_session = game_session
        self._writer = writer
        self.memory: Memory[LogLine] = Memory(LOG_LINES, _now)

    def add(self, level: str, text: str) -> None:
        """A line was written."""
        numbered = self.memory.publish(LogLine(level, text))
        self._writer.write(self._game_session, Line(numbered.number, numbered.time, level, text))

    async def go_on(self) -> None:
        """It was begun by an earlier server: number on from the last line that was written."""
        self.memory.begin_after(await self._writer.last_number(self._game_session))

    def over(self, reason: str) -> None:
        """The game session has ended: the last line says why."""
        self.add("info", f"the game session has ended: {reason}")
        self.memory.close()
        self.memory.shrink(ENDED_LOG_LINES)
        self._writer.over(self._game_session)

    async def lines(self) -> list[Line]:
        """All that is kept, oldest line first."""
        written = await self._writer.lines(self._game_session)
        recent = [Line(one.number, one.time, one.event.level, one.event.text) for one in self.memory.recent(LOG_LINES)]
        first = recent[0].number if recent else 1
        return [*(line for line in written if line.number < first), *recent]


def _now() -> float:
    """The time as it is written to the disk: to the millisecond."""
    return round(time.time(), 3)
