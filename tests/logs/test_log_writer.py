"""Between the event loop and the disk: nothing waits, what is kept is bounded, and trouble is said once."""

from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from desk.memory import Missed
from runtime import log_writer
from runtime.game_log import ENDED_LOG_LINES, LOG_LINES, GameLog
from runtime.log_files import LogFiles, LogLimits
from runtime.log_lines import Line, encoded
from runtime.log_writer import LogWriter

pytestmark = pytest.mark.anyio


def line(number: int, text: str = "text") -> Line:
    return Line(number, 1.0, "info", text)


@pytest.fixture
def files(tmp_path: Path) -> LogFiles:
    return LogFiles(tmp_path / "logs", LogLimits())


async def test_lines_are_written_in_order_without_being_asked(files: LogFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_writer, "FLUSH_SECONDS", 0.0)
    writer = LogWriter(files)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(writer.run)
        for number in (1, 2, 3):
            writer.write("x", line(number))
        with anyio.fail_after(20):
            while len(await writer.lines("x")) < 3:
                await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    assert files.lines("x") == [line(1), line(2), line(3)]


async def test_a_full_disk_is_said_once_until_it_has_room(files: LogFiles, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    writer = LogWriter(files)
    with capture_logs() as said:
        for number in (1, 2):
            writer.write("x", line(number))
            await writer.flush()
        assert await writer.lines("x") == []
        assert await writer.known() == []
        assert len(said) == 1
        assert said[0]["log_level"] == "error"
        (tmp_path / "logs").unlink()
        writer.write("x", line(3))
        await writer.flush()
        (tmp_path / "logs" / "x.log").unlink()
        (tmp_path / "logs" / "x.log").mkdir()
        writer.write("x", line(4))
        await writer.flush()
    assert len(said) == 2


async def test_one_game_sessions_trouble_is_not_anothers(files: LogFiles, tmp_path: Path) -> None:
    (tmp_path / "logs" / "a.log").mkdir(parents=True)
    writer = LogWriter(files)
    writer.write("a", line(1))
    writer.write("b", line(1))
    with capture_logs():
        await writer.flush()
    assert files.lines("b") == [line(1)]


async def test_what_waits_for_the_disk_is_bounded(files: LogFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_writer, "MAX_UNWRITTEN_BYTES", 2 * len(encoded(line(1))))
    writer = LogWriter(files)
    for number in (1, 2, 3):
        writer.write("x", line(number))
    await writer.flush()
    writer.write("x", line(4))
    await writer.flush()
    assert [one.number for one in files.lines("x")] == [1, 2, 4]


async def test_a_log_is_what_the_disk_has_and_then_what_memory_has(files: LogFiles) -> None:
    writer = LogWriter(files)
    log = GameLog("x", writer)
    many = LOG_LINES + 50
    for number in range(many):
        log.add("info", str(number))
    assert [one.text for one in await log.lines()] == [str(number) for number in range(many)]
    log.over("everybody has gone")
    (*before, last) = await log.lines()
    assert len(before) == many
    assert last.text == "the game session has ended: everybody has gone"
    # Another server finds the same.
    again = LogWriter(LogFiles(files._directory, LogLimits()))
    assert await again.lines("x") == await log.lines()
    assert await again.known() == ["x"]


async def test_of_a_game_session_that_has_ended_little_stays_in_memory(files: LogFiles) -> None:
    log = GameLog("x", LogWriter(files))
    follower = log.memory.subscribe(0)
    for number in range(LOG_LINES):
        log.add("info", str(number))
    log.over("everybody has gone")
    assert len(log.memory.recent(LOG_LINES)) == ENDED_LOG_LINES
    # Who follows is told what it has missed, and then the rest.
    told = [item async for item in follower]
    assert told[0] == Missed(1, LOG_LINES + 1 - ENDED_LOG_LINES)
    assert len(told) == 1 + ENDED_LOG_LINES
