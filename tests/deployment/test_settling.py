"""A change counts once it has been quiet: told without a clock and without a file."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from deployment.folder import Entry, Look, Stamp
from deployment.settling import Due, Settling, Timing
from deployment.source import PathKey, ScriptName

CHAT = PathKey("chat.py")
TIMING = Timing(settle_seconds=1.0, give_up_seconds=10.0)


def entry(age: int, key: PathKey = CHAT) -> Entry:
    return Entry(key, ScriptName(key.removesuffix(".py")), key, (Stamp(key, 1, 1, 1, age, age),))


def look(*entries: Entry, complete: bool = True) -> Look:
    return Look({entry.key: entry for entry in entries}, set(), complete)


def test_a_change_counts_after_the_quiet() -> None:
    settling = Settling(TIMING)
    assert settling.looked(0.0, look(entry(1))) == []
    assert settling.wake_at() == 1.0
    assert settling.looked(0.9, look(entry(1))) == []
    (due,) = settling.looked(1.0, look(entry(1)))
    assert due == Due(CHAT, entry(1))
    settling.told(due)
    assert settling.looked(2.0, look(entry(1))) == []
    assert settling.wake_at() is None


def test_what_comes_in_pieces_needs_twice_the_quiet() -> None:
    settling = Settling(TIMING)
    settling.looked(0.0, look(entry(1)))
    settling.looked(0.5, look(entry(2)))
    assert settling.looked(2.4, look(entry(2))) == []
    assert settling.looked(2.5, look(entry(2))) == [Due(CHAT, entry(2))]


def test_what_has_come_and_gone_was_never_there() -> None:
    settling = Settling(TIMING)
    settling.looked(0.0, look(entry(1)))
    assert settling.looked(9.0, look()) == []
    assert settling.quiet


def test_a_deletion_counts_after_the_same_quiet() -> None:
    settling = Settling(TIMING)
    settling.told(Due(CHAT, entry(1)))
    assert settling.looked(0.0, look()) == []
    (due,) = settling.looked(1.0, look())
    assert due == Due(CHAT, None)
    settling.told(due)
    assert settling.looked(5.0, look()) == []


def test_a_file_replaced_in_time_was_not_deleted() -> None:
    settling = Settling(TIMING)
    settling.told(Due(CHAT, entry(1)))
    settling.looked(0.0, look())
    settling.looked(0.5, look(entry(2)))
    assert settling.looked(9.0, look(entry(2))) == [Due(CHAT, entry(2))]


def test_what_an_earlier_run_knew_is_told_anew_or_as_gone() -> None:
    settling = Settling(TIMING, [CHAT, PathKey("tag.py")])
    settling.looked(0.0, look(entry(1)))
    assert settling.looked(1.0, look(entry(1))) == [Due(CHAT, entry(1)), Due(PathKey("tag.py"), None)]


def test_a_look_that_saw_only_a_part_proves_no_absence() -> None:
    settling = Settling(TIMING, [CHAT])
    settling.looked(0.0, look(complete=False))
    assert settling.looked(5.0, look(complete=False)) == []
    settling.looked(6.0, look())
    assert settling.looked(7.0, look()) == [Due(CHAT, None)]


def test_a_wait_without_end_is_explained_once() -> None:
    settling = Settling(TIMING)
    settling.looked(0.0, look(entry(1)))
    (due,) = settling.looked(2.0, look(entry(1)))
    settling.postponed(due, 2.0, "open for writing")
    assert not settling.quiet
    assert settling.overdue(9.9) == []
    assert settling.overdue(10.0) == [(CHAT, "open for writing")]
    assert settling.overdue(11.0) == []
    assert settling.quiet
    assert settling.looked(12.0, look(entry(1))) == [due]


@given(st.lists(st.tuples(st.floats(0.01, 3.0), st.sampled_from([None, 1, 2, 3])), max_size=30))
def test_nothing_counts_that_was_not_seen_unchanged_for_long_enough(steps: list[tuple[float, int | None]]) -> None:
    settling, now, unchanged_since, before = Settling(TIMING), 0.0, 0.0, None
    for pause, age in steps:
        now += pause
        if age != before:
            unchanged_since, before = now, age
        for due in settling.looked(now, look() if age is None else look(entry(age))):
            assert due.entry == (None if age is None else entry(age))
            assert now - unchanged_since > TIMING.settle_seconds - 1e-9
            settling.told(due)


@given(st.lists(st.sampled_from([None, 1, 2, 3]), max_size=10), st.sampled_from([None, 1, 2, 3]))
def test_in_the_end_the_last_state_is_told_once(ages: list[int | None], last: int | None) -> None:
    settling, told = Settling(TIMING), []
    for turn, age in enumerate([*ages, last, last, last, last]):
        for due in settling.looked(turn * 2.0, look() if age is None else look(entry(age))):
            told.append(due.entry)
            settling.told(due)
    assert settling.quiet
    assert (told[-1] if told else None) == (None if last is None else entry(last))
    assert all(before != after for before, after in pairwise(told))
