"""Tables and durations: the exact text, piped."""

import json

import pytest

from desk.house import LogView
from runtime.cli.printing import plain_table, print_json, shown_duration


def test_a_piped_table_is_whole_however_long_its_lines() -> None:
    long = "x" * 500
    assert plain_table(("NAME", ">N", "NOTE"), [("a", 1, long), ("bcd", 1_000, "")]) == (
        f"NAME     N  NOTE\na        1  {long}\nbcd   1000\n"
    )


def test_what_strangers_write_stays_in_its_cell() -> None:
    assert plain_table(("A",), [("\x1b[31m[red]x\n:smile:",)]) == "A\n\ufffd[31m[red]x\ufffd:smile:\n"


def test_a_table_without_headings_has_no_empty_line() -> None:
    assert plain_table(("", ""), [("up for", "1 s")]) == "up for  1 s\n"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3_725.5, "1 h 2 min"),
        (90_000, "1 d 1 h"),
        (864_000, "10 d 0 h"),
    ],
)
def test_a_duration_is_said_in_two_units(seconds: float, shown: str) -> None:
    assert shown_duration(seconds) == shown


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    print_json((LogView(1.0, "info", "ü\udcff\x1b"),))
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == [{"time": 1.0, "level": "info", "text": "ü\udcff\x1b", "number": 0}]
