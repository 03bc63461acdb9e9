"""The table: medians with their spread, ratios, and what to doubt."""

import statistics
from collections.abc import Callable, Iterator, Sequence

from benchmarks.relaying.contenders import COLYSEUS, LIMIT
from benchmarks.relaying.work import BUSY_SHARE, KEEPS_UP_SHARE, Measured
from session.values import value

COST = ("CPU-s per 1M", "spread", "Colyseus / this", "this / C")
HEADINGS = ("contender", *COST, "delivered/s", "p50 ms", "p99 ms", "spread", "doubts")


@value
class Spread:
    """A median with the least and the greatest."""

    median: float
    least: float
    greatest: float

    @property
    def text(self) -> str:
        """The ends, short."""
        return f"{self.least:.3g}-{self.greatest:.3g}"


def spread(numbers: Sequence[float]) -> Spread:
    """Give the spread of at least one number."""
    return Spread(statistics.median(numbers), min(numbers), max(numbers))


def of(rounds: Sequence[Measured], what: Callable[[Measured], float]) -> Spread:
    """Give the spread of something over rounds of one contender at one work."""
    return spread([what(each) for each in rounds])


def doubts(rounds: Sequence[Measured], merged: bool) -> str:
    """Give what to doubt in these rounds, "" for nothing."""
    found = []
    if any(each.generator_share > BUSY_SHARE for each in rounds):
        found.append("the generator was the bottleneck")
    if not merged and any(each.delivered < KEEPS_UP_SHARE * each.owed for each in rounds):
        found.append("does not keep up")
    if missing := sum(each.missing for each in rounds):
        found.append(f"{missing:,} missing")
    if disordered := sum(each.disordered for each in rounds):
        found.append(f"{disordered:,} out of order or astray")
    return "; ".join(found)


def ratio(over: Sequence[Measured], under: Sequence[Measured]) -> str:
    """Give how many times more the first cost than the second, by their medians; "-" where one is not there."""
    if not over or not under:
        return "-"
    per_million = of(under, lambda each: each.per_million).median
    return f"{of(over, lambda each: each.per_million).median / per_million:.2f}" if per_million else "-"


def rows(rounds: Sequence[Measured], names: Sequence[str], merged: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Give a row for each contender, in order; all rounds are of one work."""
    by_name = {name: [each for each in rounds if each.contender == name] for name in names}
    colyseus, limit = by_name.get(COLYSEUS, []), by_name.get(LIMIT, [])
    for name, own in by_name.items():
        if not own:
            continue
        cost = of(own, lambda each: each.per_million)
        p99 = of(own, lambda each: each.p99_us / 1000)
        yield (
            name,
            f"{cost.median:.3g}",
            cost.text,
            ratio(colyseus, own),
            ratio(own, limit),
            f"{of(own, lambda each: each.delivered / each.seconds).median:,.0f}",
            f"{of(own, lambda each: each.p50_us / 1000).median:.2f}",
            f"{p99.median:.2f}",
            p99.text,
            doubts(own, name in merged),
        )


def drawn(headings: Sequence[str], found: Sequence[Sequence[str]]) -> str:
    """Draw a table as lines of Markdown."""
    table = (headings, *found)
    widths = [max(len(row[at]) for row in table) for at in range(len(headings))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
