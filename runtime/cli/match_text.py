"""What `harena match` has to say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchmaking.faults import Fault
from matchmaking.insight.report import Report, RuleReport, Spread
from matchmaking.linting import Remark
from runtime.cli.printing import Cell


@dataclass(frozen=True, slots=True)
class Linted:
    """A rule set's file, looked through; ``usable``: it is valid, and something can match by it."""

    path: str
    usable: bool
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()


def linted_lines(found: Sequence[Linted]) -> Iterator[str]:
    """Every fault and remark, each behind its file, and what it comes to."""
    for linted in found:
        yield from (f"{linted.path}: {each}" for each in (*linted.faults, *linted.remarks))
    usable, remarks = sum(linted.usable for linted in found), sum(len(linted.remarks) for linted in found)
    what = "1 rule set" if len(found) == 1 else f"{len(found)} rule sets"
    yield f"{what}: {usable} usable, {remarks} remark{'' if remarks == 1 else 's'}"


def report_lines(report: Report) -> Iterator[str]:
    """A report in lines, all but its rules."""
    out = [f"{report.timed_out} timed out"] + ([f"{report.cancelled} cancelled"] if report.cancelled else [])
    yield f"{report.tickets} tickets of {report.players} players: {report.match_rate:.1%} matched, {', '.join(out)}"
    if report.matched:
        yield f"waits        {_spread(report.waits, 's')}"
        average = report.players_in_a_match.average
        yield f"matches      {report.matches}, {report.full_matches} of them full; {average:.1f} players on average"
    for quality in report.quality:
        yield f"{quality.attribute:<12} between teams: {_spread(quality.between_teams)}"
        yield f"{'':<12} between players: {_spread(quality.between_players)}"
    if report.latency_ms:
        yield f"latency      {_spread(report.latency_ms, 'ms')}"
    for why, count in report.never:
        yield f"never        {count} tickets: {why}"


def rule_rows(report: Report) -> list[tuple[Cell, ...]]:
    """The rules, those that hurt most first."""
    return [_row(rule) for rule in report.rules]


def _row(rule: RuleReport) -> tuple[Cell, ...]:
    return (rule.rule, rule.to_blame_for, rule.failed, rule.passed)


def _spread(spread: Spread, unit: str = "") -> str:
    unit = f" {unit}" if unit else ""
    told = (
        ("median", spread.median),
        ("90 % up to", spread.p90),
        ("at most", spread.most),
        ("average", spread.average),
    )
    return ", ".join(f"{name} {number:.1f}{unit}" for name, number in told)
