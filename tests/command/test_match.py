"""`harena match`: without any server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command.conftest import Harena

RULES = {
    "ruleLanguageVersion": "1.0",
    "playerAttributes": [{"name": "skill", "type": "number"}],
    "teams": [{"name": name, "minPlayers": 1, "maxPlayers": 1} for name in ("red", "blue")],
    "rules": [{"name": "Near", "type": "batchDistance", "batchAttribute": "skill", "maxDistance": 100}],
}
PEOPLE = {"seconds": 20, "ticketsPerSecond": 2, "attributes": {"skill": {"normal": [1500, 100]}}}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rules, people = tmp_path / "duel.json", tmp_path / "people.json"
    rules.write_text(json.dumps(RULES))
    people.write_text(json.dumps(PEOPLE))
    return rules, people


def test_a_report_for_people(harena: Harena, files: tuple[Path, Path]) -> None:
    rules, people = files
    ended = harena("match", "simulate", rules, "--population", people)
    assert ended.code == 0
    assert ended.err == ""
    lines = ended.out.splitlines()
    assert " matched, " in lines[0]
    assert [line.split(" ")[0] for line in lines[1:4]] == ["waits", "matches", "skill"]
    heading = lines.index("") + 1
    assert lines[heading].split() == ["rule", "to", "blame", "for", "failed", "passed"]
    assert "Near" in {line.split(" ")[0] for line in lines[heading + 1 :]}


def test_a_report_for_programs_and_the_same_for_the_same_seed(harena: Harena, files: tuple[Path, Path]) -> None:
    rules, people = files
    asked = ("match", "simulate", rules, "--population", people, "--acceptance-timeout", "5", "--json")
    ended = harena(*asked)
    summed_up = json.loads(ended.out)
    assert summed_up["tickets"] == summed_up["matched"] + summed_up["timed_out"]
    assert "Near" in {rule["rule"] for rule in summed_up["rules"]}
    assert harena(*asked).out == ended.out
    assert harena(*asked, "--seed", "2").out != ended.out


def test_a_picture(harena: Harena, files: tuple[Path, Path], tmp_path: Path) -> None:
    rules, people = files
    picture = tmp_path / "picture.png"
    assert harena("match", "simulate", rules, "--population", people, "--plot", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be(harena: Harena, files: tuple[Path, Path], tmp_path: Path) -> None:
    rules, people = files
    asked = ("match", "simulate", rules, "--population", people, "--plot")
    wrong = harena(*asked, tmp_path / "picture.jpg")
    assert (wrong.code, "does not end in .png" in wrong.err) == (2, True)
    nowhere = harena(*asked, tmp_path / "nowhere" / "picture.png")
    assert (nowhere.code, f"there is no folder {tmp_path}/nowhere" in nowhere.err) == (1, True)


def test_a_picture_shows_attributes_as_they_are_called(harena: Harena, tmp_path: Path) -> None:
    r"""Also where matplotlib would read `\foo` as a formula, hide the name, or warn of letters that it cannot draw."""
    names = ["$\\foo$", "_hidden", "技能"]
    attributes = [{"name": name, "type": "number", "default": 1} for name in names]
    rules, people, picture = tmp_path / "rules.json", tmp_path / "people.json", tmp_path / "picture.png"
    rules.write_text(json.dumps({**RULES, "playerAttributes": attributes, "rules": []}))
    people.write_text(json.dumps({"seconds": 5, "ticketsPerSecond": 2}))
    ended = harena("match", "simulate", rules, "--population", people, "--plot", picture)
    assert (ended.code, ended.err) == (0, "")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_report_does_not_get_lost_with_the_picture(harena: Harena, files: tuple[Path, Path]) -> None:
    rules, people = files
    ended = harena("match", "simulate", rules, "--population", people, "--plot", "/proc/picture.png")
    assert (ended.code, " matched, " in ended.out) == (1, True)
    assert ended.err == "error: --plot: /proc/picture.png cannot be written: No such file or directory\n"


def test_of_who_was_never_matched_no_waits_are_told(harena: Harena, files: tuple[Path, Path]) -> None:
    rules, people = files
    people.write_text(json.dumps({"seconds": 5, "ticketsPerSecond": 2}))
    ended = harena("match", "simulate", rules, "--population", people)
    assert [line.split(" ")[0] for line in ended.out.splitlines()[1:3]] == ["never", ""]


def test_files_as_some_editors_write_them_and_such_as_have_no_end(harena: Harena, files: tuple[Path, Path]) -> None:
    rules, _ = files
    rules.write_bytes(b"\xef\xbb\xbf" + rules.read_bytes())
    assert harena("match", "lint", rules).code == 0
    endless = harena("match", "lint", "/dev/zero")
    assert (endless.code, endless.err) == (1, "error: /dev/zero cannot be read: it has more than 1,048,576 bytes\n")


def test_without_matplotlib_the_way_out_is_told(files: tuple[Path, Path]) -> None:
    rules, people = files
    program = "import sys; sys.modules['matplotlib'] = None; from runtime.cli import main; main()"
    asked = [sys.executable, "-c", program, "match", "simulate", str(rules)]
    asked += ["--population", str(people), "--plot", "p.png"]
    ended = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "--plot draws with matplotlib, which is not installed" in ended.stderr
    assert "pip install 'harena[plot]'" in ended.stderr


def test_files_that_cannot_be_used(harena: Harena, files: tuple[Path, Path], tmp_path: Path) -> None:
    rules, people = files
    refused = harena("match", "simulate", people, "--population", people)
    assert refused.code == 1
    assert f"{people}: $.teams: it is missing; " in refused.out
    assert f"{people} is not a valid rule set (2 faults)" in refused.err
    refused = harena("match", "simulate", rules, "--population", rules)
    assert refused.code == 1
    assert f"{rules} is no population: " in refused.err
    missing = harena("match", "simulate", tmp_path / "none.json", "--population", people)
    assert (missing.code, "none.json cannot be read: No such file" in missing.err) == (1, True)


def test_lint(harena: Harena, files: tuple[Path, Path], tmp_path: Path) -> None:
    rules, people = files
    late = {**RULES, "expansions": [{"target": "rules[Near].maxDistance", "steps": [_step(30, 200), _step(90, 300)]}]}
    (tmp_path / "late.json").write_text(json.dumps(late))
    clean = harena("match", "lint", rules)
    assert (clean.code, clean.out) == (0, "1 rule set: 1 usable, 0 remarks\n")
    remarked = harena("match", "lint", tmp_path / "late.json", rules, "--request-timeout", "60")
    assert remarked.code == 0
    assert remarked.out.startswith(f"{tmp_path}/late.json: $.expansions[0].steps[1]")
    assert remarked.out.endswith("2 rule sets: 2 usable, 1 remark\n")
    refused = harena("match", "lint", people, "--json")
    assert refused.code == 1
    (linted,) = json.loads(refused.out)
    assert (linted["usable"], linted["faults"][1]["path"]) == (False, "$.teams")


def _step(wait_seconds: int, value: int) -> dict[str, int]:
    return {"waitTimeSeconds": wait_seconds, "value": value}
