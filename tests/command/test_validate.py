"""`harena validate`, with real sandboxes."""

import json
import re
from pathlib import Path

from tests.command.conftest import Harena

GOOD = "def on_message(message):\n    return True\n"
BAD = "import os\n"


def test_good_and_bad_scripts_of_every_kind(harena: Harena, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "quiz").mkdir()
    (tmp_path / "quiz" / "main.py").write_text(GOOD + "x = = 1\n")
    ended = harena("validate", tmp_path, tmp_path / "missing.py")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert f"ok       {tmp_path}/good.py" in lines
    assert f"refused  {tmp_path}/bad.py (1 fault)" in lines
    assert f"refused  {tmp_path}/missing.py (there is no file or folder {tmp_path}/missing.py)" in lines
    assert any(line.startswith(f"{tmp_path}/bad.py:1:1: the module 'os' is not available") for line in lines)
    assert any(line.startswith(f"{tmp_path}/quiz/main.py:3:") for line in lines)
    assert lines[-1] == "4 scripts: 1 accepted, 3 refused"


def test_all_good_is_0(harena: Harena, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    ended = harena("validate", tmp_path / "good.py")
    assert ended.code == 0
    assert ended.out == f"ok       {tmp_path}/good.py\n1 script: 1 accepted, 0 refused\n"


def test_a_loop_is_refused_with_its_line_and_what_it_used(harena: Harena, tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text("n = 0\nwhile True:\n    n += 1\n")
    ended = harena("validate", tmp_path / "loop.py")
    assert ended.code == 1
    assert re.search(r"loop\.py:[23]:0?:? ?.*\(exceeded_cpu\): it used \d+ of 500 ms of processor time", ended.out)


def test_json(harena: Harena, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    ended = harena("validate", "--json", tmp_path / "bad.py")
    (verdict,) = json.loads(ended.out)
    assert ended.code == 1
    assert (verdict["script"], verdict["ok"], verdict["faults"][0]["line"]) == ("bad", False, 1)
