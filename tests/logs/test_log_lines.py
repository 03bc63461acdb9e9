"""Any line of a log comes back from its file as it was, and people can read it there."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.log_lines import LEVELS, Line, decoded, encoded

TEXTS = st.text(st.characters() | st.sampled_from("\n\r\t \\x1bu\x85\u2028\ud800"), max_size=60)
#: To the millisecond, from 1970 to 2100.
TIMES = st.integers(0, 4_102_444_800_000).map(lambda milliseconds: milliseconds / 1000)
LINES = st.builds(Line, st.integers(1, 10**17), TIMES, st.sampled_from(LEVELS), TEXTS)


@settings(max_examples=1_000)
@given(lines=st.lists(LINES, max_size=5))
@example(lines=[Line(1, 0.0, "info", ""), Line(2, 0.001, "info", "\n"), Line(3, 1.0, "debug", "    x\n  y\n\n")])
@example(lines=[Line(1, 0.0, "info", "a\n2026-01-31T12:00:20.123Z 17 error not a line of its own")])
@example(lines=[Line(1, 0.0, "info", "\\n \\x41 \\\\ \U0010ffff\ue000\udfff")])
def test_any_text_comes_back_as_it_was(lines: list[Line]) -> None:
    assert list(decoded(b"".join(map(encoded, lines)))) == lines


@given(line=LINES)
def test_what_is_written_steers_no_terminal(line: Line) -> None:
    written = encoded(line).decode()
    assert written.endswith("\n")
    assert all(letter.isprintable() or letter in "\n\t" for letter in written)


def test_people_can_read_it() -> None:
    line = Line(17, 1_769_860_820.123, "error", "shop.py:9: KeyError: 'shild'\n    code(\"ä\")\x1b[31m")
    assert encoded(line).decode() == (
        "2026-01-31T12:00:20.123Z 17 error shop.py:9: KeyError: 'shild'\n        code(\"ä\")\\x1b[31m\n"
    )


@given(data=st.binary() | st.text().map(str.encode) | st.lists(LINES, min_size=1).map(lambda all: encoded(all[0])[1:]))
def test_garbage_is_passed_over(data: bytes) -> None:
    line = Line(1, 1.0, "info", "after the garbage")
    assert list(decoded(data + b"\n" + encoded(line)))[-1] == line


def test_dates_that_there_are_not_are_no_lines() -> None:
    assert list(decoded(b"2026-13-31T12:00:20.123Z 17 error x\n")) == []


def test_a_line_that_was_cut_off_is_none() -> None:
    assert list(decoded(encoded(Line(1, 1.0, "info", "whole")) + b"2026-01-31T12:00:20.123Z 2 info cut o")) == [
        Line(1, 1.0, "info", "whole")
    ]
