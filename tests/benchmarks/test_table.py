"""The arithmetic of the benchmark's table, and what it doubts."""

from dataclasses import replace

from benchmarks.relaying.options import chosen_rounds, chosen_works, parser
from benchmarks.relaying.table import doubts, drawn, ratio, rows, spread
from benchmarks.relaying.work import Measured, Work

ROUND = Measured(
    contender="harena",
    work="1x50@20 64B",
    processor_seconds=0.1,
    seconds=2.0,
    delivered=100_000,
    owed=100_000,
    missing=0,
    disordered=0,
    p50_us=5000,
    p99_us=11000,
    generator_share=0.2,
    late_us=80,
)


def cost(contender: str, processor_seconds: float) -> Measured:
    return replace(ROUND, contender=contender, processor_seconds=processor_seconds)


def test_the_cost_is_for_a_million() -> None:
    assert ROUND.per_million == 1.0
    assert replace(ROUND, delivered=0).per_million == float("inf")


def test_a_spread_is_the_median_with_both_ends() -> None:
    found = spread([3.0, 1.0, 2.0, 9.0])
    assert (found.median, found.least, found.greatest) == (2.5, 1.0, 9.0)
    assert found.text == "1-9"


def test_ratios_are_of_medians_and_both_ways_say_what_they_are() -> None:
    rounds = [cost("harena", 0.1), cost("harena", 0.5), cost("harena", 0.1), cost("colyseus", 0.6), cost("limit", 0.05)]
    found = {row[0]: row for row in rows(rounds, ["limit", "harena", "colyseus", "ws"], frozenset())}
    assert list(found) == ["limit", "harena", "colyseus"]
    assert found["harena"][1:6] == ("1", "1-5", "6.00", "2.00", "50,000")
    assert found["harena"][6:9] == ("5.00", "11.00", "11-11")


def test_without_the_other_there_is_no_ratio() -> None:
    assert ratio([], [ROUND]) == "-"
    assert ratio([ROUND], [replace(ROUND, processor_seconds=0.0)]) == "-"


def test_doubts_are_told() -> None:
    assert doubts([ROUND], merged=False) == ""
    assert doubts([ROUND, replace(ROUND, generator_share=0.95)], merged=False) == "the generator was the bottleneck"
    late = replace(ROUND, delivered=90_000, missing=1_234, disordered=1)
    assert doubts([late], merged=False) == "does not keep up; 1,234 missing; 1 out of order or astray"
    assert doubts([replace(ROUND, delivered=1)], merged=True) == ""


def test_a_table_is_drawn_in_columns() -> None:
    assert drawn(("a", "bcd"), [("long", "1")]) == "| a    | bcd |\n| ---- | --- |\n| long | 1   |"


def test_quick_is_the_two_works_with_goals() -> None:
    given = parser().parse_args(["--quick"])
    assert [work.name for work in chosen_works(given)] == ["1x50@20 64B", "20x10@20 64B"]
    assert chosen_rounds(given) == 3


def test_all_work_is_rooms_rates_and_payloads_and_one_that_never_waits() -> None:
    found = chosen_works(parser().parse_args([]))
    assert len({work.name for work in found}) == len(found) == 3 * 2 * 2 + 1
    assert "1x50@20 64B flush 0" in {work.name for work in found}
    assert {work.flush_milliseconds for work in found if not work.rate} == {0}


def test_rooms_can_be_chosen() -> None:
    given = parser().parse_args(["--rooms", "10", "--flush-ms", "5", "--seconds", "1"])
    assert chosen_works(given)[0] == Work(20, 10, 20, 64, 5, 1.0)


def test_a_work_can_be_chosen_by_its_name() -> None:
    given = parser().parse_args(["--work", "1x50@20 64B flush 0"])
    assert [work.name for work in chosen_works(given)] == ["1x50@20 64B flush 0"]
    assert chosen_works(parser().parse_args(["--rooms", "10", "--work", "1x50@20 64B"])) == []
