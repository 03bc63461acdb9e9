"""Faults, written as a compiler does: the exact text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.checker import Fault
from runtime.fault_text import fault_text, printable, printable_lines


@pytest.mark.parametrize(
    ("fault", "folder", "expected"),
    [
        (
            Fault("chat.py", 12, 9, "'open' is not available", "a script has no files", '    x = open("y")'),
            "scripts",
            "scripts/chat.py:12:9: 'open' is not available\n"
            '  12 |     x = open("y")\n'
            "     |         ^\n"
            "     = help: a script has no files",
        ),
        (
            Fault("main.py", 3, 0, "raised ValueError", "", "1 / 0"),
            "",
            "main.py:3: raised ValueError\n  3 | 1 / 0",
        ),
        (
            Fault("chat.py", 0, 0, "no callback", "name one on_message"),
            "",
            "chat.py: no callback\n   = help: name one on_message",
        ),
        (Fault("chat.py", 7, 2, "odd"), "", "chat.py:7:2: odd"),
        (
            Fault("tab.py", 1, 3, "after tab", "", "\tx y"),
            "",
            "tab.py:1:3: after tab\n  1 |     x y\n    |      ^",
        ),
        (
            Fault("wide.py", 1, 6, "after wide letters", "", 'x="幅幅" !'),
            "",
            'wide.py:1:6: after wide letters\n  1 | x="幅幅" !\n    |        ^',
        ),
        (
            Fault("end.py", 1, 40, "beyond the end", "", "x"),
            "",
            "end.py:1:40: beyond the end\n  1 | x\n    |  ^",
        ),
    ],
)
def test_a_fault_is_place_message_line_caret_and_help(fault: Fault, folder: str, expected: str) -> None:
    assert fault_text(fault, folder).plain == expected


def test_a_warning_says_so() -> None:
    assert fault_text(Fault("a.py", 1, 1, "can be missing"), warning=True).plain == "a.py:1:1: warning: can be missing"


@given(st.builds(Fault, st.text(), st.integers(0, 10**6), st.integers(0, 300), st.text(), st.text(), st.text()))
def test_nothing_in_a_fault_steers_the_terminal(fault: Fault) -> None:
    text = fault_text(fault).plain
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) <= 4


@given(st.text())
def test_text_is_made_printable_without_changing_what_is(text: str) -> None:
    assert printable(text).isprintable()
    assert printable(printable(text)) == printable(text)
    assert all(line.isprintable() for line in printable_lines(text))


def test_lines_stay_lines() -> None:
    assert printable_lines("a\n\tb\x1b[31m\n") == ["a", "    b\ufffd[31m"]
    assert printable_lines("") == [""]
