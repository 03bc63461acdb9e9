"""`session show`, `session logs --follow`, `script prune` and `script diff`, with a real server over HTTP."""

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from typing import cast

import pytest

from desk.game_log import LogLine
from desk.house import FileView, GameSessionDetail, LogView, PruneView, SourceView
from desk.insight import KEPT_ACTIVATIONS
from desk.view_json import view_untrusted
from runtime.cli.diff_text import diff_text, file_diffs
from runtime.cli.script_prune import _spans, prune
from runtime.cli.show_text import show_text
from runtime.cli.status_text import screen_text
from tests.command.conftest import COMMAND, Harena
from tests.desk.house import DETAIL, ENDED, NOW, RUNNING, SmallHouse


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def chat(harena: Harena, served: int, tmp_path: Path) -> Path:
    """Four versions of a script."""
    path = tmp_path / "chat.py"
    for number in range(1, 5):
        path.write_text(f"first = 1\nx = {number}\n")
        assert harena("script", "deploy", path).code == 0
    return path


@pytest.mark.usefixtures("served")
class TestShow:
    """`harena session show`."""

    def test_everything_is_said(self, harena: Harena) -> None:
        lines = harena("session", "show", "aa1").out.splitlines()
        assert lines[0] == "game session aa11bb"
        assert "script       chat v1" in lines
        assert "state        running" in lines
        assert "max players  8, or fewer if its configuration says so" in lines
        assert "property     map = dust" in lines
        assert "property     mode = ctf" in lines
        assert "data         a long night" in lines
        assert 'matchmaker   {"teams": []}' in lines
        assert "waiting      7 of 10,000 inputs" in lines
        assert "memory       3.0 of 64 MiB" in lines
        assert "errors       1,234 of its script" in lines
        assert any(line.startswith("ann        1  3, 5    psess-a") for line in lines)
        assert lines[-2:] == ["    3  ann", "    5  ann, bob"]

    def test_long_data_are_cut(self) -> None:
        shown = show_text(replace(DETAIL, data="x" * 199 + "\ny and more"), NOW)
        assert f"data         {'x' * 199}...\n" in shown

    def test_one_that_has_ended(self, harena: Harena) -> None:
        out = harena("session", "show", "aa2").out
        assert "script   none: a plain relay\n" in out
        assert "ended    2027-01-15 07:59:30: nobody was there\n" in out
        assert "lived for 1 min 0 s" in out
        assert "waiting" not in out

    def test_as_json(self, harena: Harena) -> None:
        assert view_untrusted(GameSessionDetail, json.loads(harena("session", "show", "aa1", "--json").out)) == DETAIL


class TestLogs:
    """`harena session logs`."""

    @pytest.mark.usefixtures("served")
    def test_a_level(self, harena: Harena) -> None:
        assert "ann is in" not in harena("session", "logs", "aa1", "--level", "warning").out
        assert "Traceback" in harena("session", "logs", "aa1", "--level", "error").out
        assert harena("session", "logs", "aa1", "--level", "critical").out == ""
        assert harena("session", "logs", "aa1", "--level", "loud").code == 2

    def test_what_is_not_kept_is_said(self, harena: Harena, house: SmallHouse, served: int) -> None:
        house.logs["aa11bb"] = [LogView(0.0, "info", "a", 4), LogView(0.0, "info", "b", 6)]
        assert harena("session", "logs", "aa1").out == (
            "(3 lines are not kept)\n"
            "1970-01-01 00:00:00  info     a\n"
            "(1 line is not kept)\n"
            "1970-01-01 00:00:00  info     b\n"
        )
        assert harena("session", "logs", "aa1", "-n", "1").out == "1970-01-01 00:00:00  info     b\n"

    def test_follow_prints_each_line_once_and_ends_with_the_game_session(
        self, harena: Harena, house: SmallHouse, served: int
    ) -> None:
        command = [*COMMAND, "session", "logs", "aa1", "--follow", "--json", "--http-port", str(served)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
            assert following.stdout is not None
            numbers = [json.loads(following.stdout.readline())["number"] for _ in range(2)]
            for text in ("c", "d"):
                house.call(partial(house.live.publish, LogLine("info", text)))
                numbers.append(json.loads(following.stdout.readline())["number"])
            house.over = "everybody has gone"
            house.call(house.live.close)
            assert json.loads(following.stdout.readline()) == {"event": "Ended", "reason": "everybody has gone"}
            assert following.wait(timeout=20) == 0
        assert numbers == [1, 2, 3, 4]

    def test_follow_says_why_it_ends_where_that_is_filtered_out(
        self, harena: Harena, house: SmallHouse, served: int
    ) -> None:
        house.over = "everybody has gone"
        house.call(house.live.close)
        ended = harena("session", "logs", "aa1", "--follow", "--level", "error")
        assert ended.code == 0
        assert ended.out.splitlines()[-1] == "the game session has ended: everybody has gone"

    def test_follow_goes_by_the_whole_id_lest_it_follows_another(
        self, harena: Harena, house: SmallHouse, served: int
    ) -> None:
        house.over = "everybody has gone"
        house.call(house.live.close)
        assert harena("session", "logs", RUNNING.id[:3], "--follow").code == 0
        assert house.followed == [RUNNING.id]

    def test_follow_of_what_is_no_log(self, harena: Harena, house: SmallHouse, served: int) -> None:
        house.call(lambda: house.live.publish(LogLine(cast(str, 7), "seven")))
        ended = harena("session", "logs", "aa1", "--follow")
        assert ended.code == 3
        assert "is no Harena server, or one of another version" in ended.err

    def test_a_server_that_stops_first(self, harena: Harena, house: SmallHouse, served: int) -> None:
        house.call(house.live.close)
        ended = harena("session", "logs", "aa1", "--follow")
        assert ended.code == 3
        assert "the server has stopped before" in ended.err


class TestPrune:
    """`harena script prune`."""

    @pytest.mark.usefixtures("chat")
    def test_dry_run_then_for_real(self, harena: Harena) -> None:
        dry = harena("script", "prune", "chat", "--keep", "1", "--dry-run").out
        assert dry.startswith("chat: 2 versions would be removed (v2-v3), 2 kept, ")
        assert harena("script", "versions", "chat").out.count("\n") == 5
        assert harena("script", "prune", "--keep", "1").out.startswith("chat: 2 versions removed (v2-v3), 2 kept, ")
        assert harena("script", "versions", "chat").out.count("\n") == 3
        assert harena("script", "prune").out == "there is nothing to remove\n"
        view = view_untrusted(PruneView, json.loads(harena("script", "prune", "--json").out))
        assert [one.kept for one in view.scripts] == [2]

    @pytest.mark.usefixtures("served")
    def test_a_script_that_there_is_not(self, harena: Harena) -> None:
        assert harena("script", "prune", "nope").code == 1

    def test_the_command_and_the_api_keep_as_many(self) -> None:
        assert signature(prune).parameters["keep"].default == KEPT_ACTIVATIONS

    def test_spans(self) -> None:
        assert _spans((9, 1, 2, 3, 5, 10)) == "v1-v3, v5, v9-v10"


class TestDiff:
    """`harena script diff`."""

    @pytest.mark.usefixtures("chat")
    def test_which_versions_are_compared(self, harena: Harena) -> None:
        def compared(*arguments: str) -> tuple[int, int]:
            view = json.loads(harena("script", "diff", "chat", *arguments, "--json").out)
            return view["a"], view["b"]

        assert compared() == (3, 4)
        assert compared("1") == (1, 4)
        assert compared("2", "1") == (2, 1)
        harena("script", "rollback", "chat", "2")
        assert compared() == (2, 4)

    @pytest.mark.usefixtures("chat")
    def test_it_is_a_unified_diff(self, harena: Harena) -> None:
        assert harena("script", "diff", "chat").out == (
            "--- v3/chat.py\n+++ v4/chat.py\n@@ -1,2 +1,2 @@\n first = 1\n-x = 3\n+x = 4\n"
        )
        assert harena("script", "diff", "chat", "2", "2").out == "chat: v2 and v2 hold the same files\n"

    @pytest.mark.usefixtures("chat")
    def test_a_version_that_there_is_not(self, harena: Harena) -> None:
        ended = harena("script", "diff", "chat", "7")
        assert (ended.code, ended.out) == (1, "")

    def test_only_one_version(self, harena: Harena, served: int, tmp_path: Path) -> None:
        (tmp_path / "tag.py").write_text("x = 1")
        harena("script", "deploy", tmp_path / "tag.py")
        ended = harena("script", "diff", "tag")
        assert ended.code == 1
        assert "only one version" in ended.err

    def test_files_come_and_go(self) -> None:
        old = SourceView("x", 1, "main.py", (FileView("gone.py", "a\n"), FileView("main.py", "x")))
        new = SourceView("x", 2, "main.py", (FileView("main.py", "x\n"), FileView("new.py", "\x1b[31m\n")))
        gone, main, added = file_diffs(old, new)
        assert (gone.change, gone.lines) == ("removed", ("--- v1/gone.py", "+++ /dev/null", "@@ -1 +0,0 @@", "-a"))
        assert main.lines[3:] == ("-x", "\\ No newline at end of file", "+x")
        assert (added.path, added.change) == ("new.py", "added")
        assert file_diffs(old, old) == ()

    def test_colours_and_no_escape_of_a_script(self) -> None:
        from runtime.cli.diff_text import ScriptDiff

        old = SourceView("x", 1, "main.py", (FileView("main.py", ""),))
        new = SourceView("x", 2, "main.py", (FileView("main.py", "\x1b[31m\n"),))
        text = diff_text(ScriptDiff("x", 1, 2, file_diffs(old, new)))
        assert "\x1b" not in text.plain
        assert {str(span.style) for span in text.spans} == {"bold", "cyan", "green"}


class TestStatus:
    """`harena status --follow` on a terminal."""

    def test_a_screen_holds_what_fits(self, house: SmallHouse) -> None:
        view = house.status()
        whole = screen_text(view, [ENDED, RUNNING], 50).plain.splitlines()
        assert [line.split()[0] for line in whole[-2:]] == [RUNNING.id, ENDED.id]
        for lines in (10, 16, 17):
            text = screen_text(view, [ENDED, RUNNING] * 9, lines).plain
            assert len(text.splitlines()) <= max(lines, 13)
            assert text.splitlines()[-1].endswith("more: `harena session list`")

    def test_it_is_one_screen_until_ctrl_c(self, served: int) -> None:
        ours, theirs = pty.openpty()
        environment = os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
        command = [*COMMAND, "status", "--follow", "--http-port", str(served)]
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as following:
            os.close(theirs)
            seen = b""
            while b"GAME SESSION " not in seen or RUNNING.id.encode() not in seen:
                seen += os.read(ours, 4096)
            following.send_signal(signal.SIGINT)
            assert following.wait(timeout=20) == 0
        os.close(ours)
