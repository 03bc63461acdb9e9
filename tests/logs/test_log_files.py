"""The files of logs: never more or larger than allowed, and the newest lines are always there."""

import errno
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from runtime.log_files import LogFiles, LogLimits
from runtime.log_lines import Line, encoded

LIMITS = LogLimits(max_log_bytes=400, max_log_files=3)
IDS = st.sampled_from(["chat-1", "chat-2", "tag-1", "tag/../2", "ü", "..", "a%2e.log.1"])


class Logging(RuleBasedStateMachine):
    """Game sessions write, end, and the server is started anew; a list for each remembers what it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.directory = Path(self.folder.name, "logs")
        self.files = LogFiles(self.directory, LIMITS)
        self.number = 0
        self.running: dict[str, list[Line]] = {}
        self.past: set[str] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(game_session=IDS, texts=st.lists(st.text(max_size=15), min_size=1, max_size=12))
    def write(self, game_session: str, texts: list[str]) -> None:
        lines = [Line(self.number + 1 + index, 1.0, "info", text) for index, text in enumerate(texts)]
        self.number += len(lines)
        room = game_session in self.running or len(self.running) < LIMITS.max_log_files
        assert self.files.append(game_session, [encoded(line) for line in lines]) == room
        if room:
            self.past.discard(game_session)
            self.running.setdefault(game_session, []).extend(lines)

    @rule(game_session=IDS)
    def end(self, game_session: str) -> None:
        self.files.over(game_session)
        if self.running.pop(game_session, None) is not None:
            self.past.add(game_session)

    @rule()
    def restart(self) -> None:
        self.files = LogFiles(self.directory, LIMITS)
        self.past |= set(self.running)
        self.running = {}

    @invariant()
    def never_more_than_allowed(self) -> None:
        files = list(self.directory.iterdir()) if self.directory.exists() else []
        assert len({file.name.removesuffix(".1") for file in files}) <= LIMITS.max_log_files
        assert all(file.stat().st_size <= LIMITS.max_log_bytes for file in files)

    @invariant()
    def the_newest_lines_are_there(self) -> None:
        for game_session, written in self.running.items():
            kept = self.files.lines(game_session)
            # What was written in this run stands at the end, whole as far as there was room: the last file's worth.
            newest: list[Line] = []
            size = 0
            for line in reversed(written):
                size += len(encoded(line))
                if size > LIMITS.max_log_bytes:
                    break
                newest.insert(0, line)
            assert kept[len(kept) - len(newest) :] == newest

    @invariant()
    def only_game_sessions_of_ours_are_known(self) -> None:
        assert set(self.files.known()) <= self.past | set(self.running)


TestLogging = Logging.TestCase
TestLogging.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=15), max_size=60))
def test_what_is_kept_is_an_end_of_what_was_written(texts: list[str]) -> None:
    lines = [Line(number, 1.0, "info", text) for number, text in enumerate(texts, 1)]
    with TemporaryDirectory() as folder:
        files = LogFiles(Path(folder), LIMITS)
        for line in lines:
            files.append("one", [encoded(line)])
        at_once = LogFiles(Path(folder), LIMITS)
        at_once.append("two", [encoded(line) for line in lines])
        for game_session in ("one", "two"):
            kept = files.lines(game_session)
            assert kept == lines[len(lines) - len(kept) :]
            assert len(kept) >= min(len(lines), 2)


def test_the_one_that_ended_first_goes_first_after_a_restart_too(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, LIMITS)
    for age, game_session in enumerate(["old", "older", "oldest"]):
        files.append(game_session, [encoded(Line(1, 1.0, "info", game_session))])
        os.utime(tmp_path / f"{game_session}.log", (1000 - age, 1000 - age))
    files = LogFiles(tmp_path, LIMITS)
    files.append("new", [encoded(Line(1, 1.0, "info", "new"))])
    assert files.known() == ["older", "old", "new"]
    assert files.lines("oldest") == []


def test_fewer_may_be_allowed_than_lie_there(tmp_path: Path) -> None:
    for game_session in ("a", "b", "c"):
        LogFiles(tmp_path, LIMITS).append(game_session, [encoded(Line(1, 1.0, "info", "x"))])
    assert len(LogFiles(tmp_path, LogLimits(max_log_files=1)).known()) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_line_that_no_file_holds_is_left_out(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, LIMITS)
    lines = [Line(1, 1.0, "info", "a"), Line(2, 1.0, "info", "b" * 400), Line(3, 1.0, "info", "c")]
    files.append("x", [encoded(line) for line in lines])
    assert files.lines("x") == [lines[0], lines[2]]


def test_an_id_that_is_no_file_name_has_no_file(tmp_path: Path) -> None:
    files = LogFiles(tmp_path, LIMITS)
    assert not files.append("x" * 241, [encoded(Line(1, 1.0, "info", "a"))])
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_log_of_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "folder.log").mkdir()
    files = LogFiles(tmp_path, LIMITS)
    assert files.known() == []
    for number in range(5):
        files.append(f"x-{number}", [encoded(Line(1, 1.0, "info", "a"))])
        files.over(f"x-{number}")
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_half_a_line_is_taken_back_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = LogFiles(tmp_path, LIMITS)
    first, second, third = (encoded(Line(number, 1.0, "info", "text")) for number in (1, 2, 3))
    files.append("x", [first])
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < len(second):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:5])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        files.append("x", [second])
    monkeypatch.undo()
    files.append("x", [third])
    assert (tmp_path / "x.log").read_bytes() == first + third
