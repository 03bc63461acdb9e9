"""The command as a process: exit codes, usage, and what it does with a bug of ours."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from runtime.cli.refusal import ExitCode, Refusal
from runtime.cli.running import guarded
from tests.command.conftest import COMMAND, Harena


def process(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "COLUMNS": "100", **environment}
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=env, timeout=60, check=False)


def test_the_version_is_the_distributions() -> None:
    ended = process("--version")
    assert (ended.returncode, ended.stdout) == (0, f"harena {version('harena')}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["status", "--nonsense"],
        ["status", "--http-port", "http"],
        ["status", "--http-port", "70000"],
        ["script", "versions"],
        ["script", "rollback", "chat", "0"],
        ["session", "logs", "a", "-n", "0"],
        ["validate"],
        ["dev", "/nowhere/at/all"],
        ["dev", __file__],
        ["dev", "--port", "-1"],
    ],
)
def test_wrong_usage_is_2(harena: Harena, arguments: list[str]) -> None:
    ended = harena(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Usage: harena" in ended.err


def test_wrong_usage_of_a_process_is_2_without_a_traceback() -> None:
    ended = process("status", HARENA_HTTP_PORT="no port")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_help_is_light() -> None:
    heavy = ["anyio", "deployment", "desk", "http", "sandbox", "session", "starlette", "uvicorn"]
    check = f"""
import sys
from runtime.cli.running import run
assert run(["--help"]) == 0
print(*(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stderr == "\n"


def test_piped_output_has_no_colour() -> None:
    assert "\x1b" not in process("--help").stdout


def test_a_refusal_is_its_sentence_its_hint_and_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise Refusal("it is\x1b closed", "come back tomorrow", ExitCode.NOT_REACHED)

    assert guarded(refuse, debug=True) == 3
    assert capsys.readouterr().err == "error: it is\ufffd closed\nhint: come back tomorrow\n"


def buggy() -> None:
    raise ZeroDivisionError("of all things")


def test_a_bug_is_a_line_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(buggy, debug=False) == 1
    assert capsys.readouterr().err == (
        "error: this is a bug in harena: ZeroDivisionError: of all things\n"
        "hint: set HARENA_DEBUG=1 to see where it happened\n"
    )


def test_a_bug_has_a_traceback_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(buggy, debug=True) == 1
    assert re.search(r"Traceback .*in buggy.*this is a bug", capsys.readouterr().err, re.DOTALL)


def test_an_interrupt_is_130() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert guarded(interrupted, debug=False) == 130


def test_a_reader_who_has_seen_enough_is_no_bug() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [*COMMAND, "--version"], stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_second_server_on_the_same_port_is_refused_in_a_sentence(harena: Harena, served: int, tmp_path: Path) -> None:
    ended = harena("dev", "--http-port", str(served), "--port", "0", "--data", tmp_path / "data")
    assert (ended.code, ended.out) == (1, "")
    assert f"127.0.0.1:{served}" in ended.err
    assert "hint: `harena status`" in ended.err


def test_dev_tells_what_is_wrong_with_its_secrets(harena: Harena, tmp_path: Path) -> None:
    file = tmp_path / "secrets.toml"
    file.write_text('[secrets.tag]\nkey = "abc"\nother = {env = "NOWHERE_TO_BE_FOUND"}\n')
    ended = harena("dev", "--secrets", file, "--data", tmp_path / "data")
    assert (ended.code, ended.out) == (2, "")
    assert f"{file}:2: secrets.tag.key: a secret has at least 4 characters" in ended.err
    assert f"{file}:3: secrets.tag.other: the environment variable NOWHERE_TO_BE_FOUND is not set" in ended.err
    assert "abc" not in ended.err
    assert harena("dev", "--secrets", tmp_path / "gone.toml").code == 2
