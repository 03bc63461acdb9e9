"""Script errors: each is told once, and then counted; none is lost, and there are never too many lines."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from runtime.error_counts import MAX_DIFFERENT, SUMMARY_SECONDS, ErrorCounts
from sandbox.errors import ScriptError


def error(text: str = "KeyError: 'x'", line: int = 9, callback: str = "on_message") -> ScriptError:
    return ScriptError(callback, "shop.py", line, "", text, "op code 1 from ann")


def test_the_first_of_its_kind_is_told_and_the_others_are_counted() -> None:
    counts = ErrorCounts()
    assert counts.raised(error("KeyError: 'x'"), 0.0)
    assert counts.summary_at() is None
    assert not counts.raised(error("KeyError: 'y'"), 1.0)
    assert not counts.raised(error("KeyError"), 2.0)
    assert counts.summary_at() == 1.0 + SUMMARY_SECONDS
    assert counts.summary() == "shop.py:9: in on_message: KeyError happened 2 more times"
    assert (counts.summary_at(), counts.summary(), counts.total) == (None, "", 3)
    assert not counts.raised(error(), 100.0)
    assert counts.summary() == "shop.py:9: in on_message: KeyError happened once more"


def test_another_line_type_or_callback_is_another_error() -> None:
    counts = ErrorCounts()
    assert counts.raised(error(), 0.0)
    assert counts.raised(error(line=10), 0.0)
    assert counts.raised(error("ValueError: x"), 0.0)
    assert counts.raised(error(callback="on_tick"), 0.0)


def test_several_are_summed_up_in_one_entry() -> None:
    counts = ErrorCounts()
    for line in (1, 1, 2, 2, 2):
        counts.raised(error(line=line), 0.0)
    assert counts.summary().splitlines() == [
        "shop.py:1: in on_message: KeyError happened once more",
        "shop.py:2: in on_message: KeyError happened 2 more times",
    ]


def test_errors_that_differ_without_end_are_not_told_apart_without_end() -> None:
    counts = ErrorCounts()
    told = [counts.raised(error(line=line), 0.0) for line in range(1, 5 * MAX_DIFFERENT)]
    assert told.count(True) == MAX_DIFFERENT
    assert counts.summary() == f"other errors happened {4 * MAX_DIFFERENT - 1} more times"


@given(
    raised=st.lists(st.tuples(st.integers(1, 300), st.floats(0, 5)), max_size=400),
)
def test_none_is_lost_and_summaries_are_rare(raised: list[tuple[int, float]]) -> None:
    counts, now, told, summaries = ErrorCounts(), 0.0, 0, []
    for line, pause in raised:
        now += pause
        at = counts.summary_at()
        if at is not None and at <= now:
            summaries.append((at, counts.summary()))
        told += counts.raised(error(line=line), now)
    summaries.append((now + SUMMARY_SECONDS, counts.summary()))
    again = [line.rsplit(" happened ", 1)[1] for _, text in summaries for line in text.splitlines()]
    assert told + sum(1 if count == "once more" else int(count.split()[0].replace(",", "")) for count in again) == len(
        raised
    )
    times = [at for at, _ in summaries]
    assert all(after - before >= SUMMARY_SECONDS - 1e-6 for before, after in itertools.pairwise(times))
