"""What `harena match simulate` has to say."""

from collections.abc import Iterator

from matchmaking.insight.report import Report, RuleReport, Spread
from runtime.cli.printing import Cell


def report_lines(report: Report) -> Iterator[str]:
    """A report in lines, all but its rules."""
    out = [f"{report.timed_out} timed out"] + ([f"{report.cancelled} cancelled"] if report.cancelled else [])
    yield f"{report.tickets} tickets of {report.players} players: {report.match_rate:.1%} matched, {', '.join(out)}"
    yield f"waits        {_spread(report.waits, 's')}"
    size = report.players_in_a_match
    yield f"matches      {report.matches}, {report.full_matches} of them full; {size.average:.1f} players on average"
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
