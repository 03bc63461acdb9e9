"""A simulation summed up: how many were matched, how long they waited, how good it was, and which rules hurt."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaking.insight.simulating import Ended, Simulated
from matchmaking.tickets.life import Status
from matchmaking.tickets.ticket import added

#: What is to blame for a ticket for which no rule ever failed: there were not enough others for a match.
NOBODY_THERE = "(too few players)"


@dataclass(frozen=True, slots=True)
class Spread:
    """Numbers, summed up. All are 0 where there are none."""

    average: float
    median: float
    p90: float
    most: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How even the matches are in one attribute: differences between averages of teams, and between players."""

    attribute: str
    between_teams: Spread
    between_players: Spread


@dataclass(frozen=True, slots=True)
class RuleReport:
    """A rule at work: how often it passed and failed, and for how many unmatched tickets it failed most often."""

    rule: str
    passed: int
    failed: int
    to_blame_for: int


@dataclass(frozen=True, slots=True)
class Report:
    """A simulation summed up. ``match_rate`` is a share of the tickets; waits are in seconds, latencies in ms.

    ``never`` has the reasons for which tickets could not match at all, each with how many there were.
    """

    tickets: int
    players: int
    matched: int
    timed_out: int
    cancelled: int
    match_rate: float
    waits: Spread
    matches: int
    players_in_a_match: Spread
    full_matches: int
    quality: tuple[Quality, ...]
    latency_ms: Spread | None
    rules: tuple[RuleReport, ...]
    never: tuple[tuple[str, int], ...]


def report(simulated: Simulated) -> Report:
    """Sum up a simulation."""
    tickets, matches = simulated.tickets, simulated.matches
    counts = Counter(ticket.status for ticket in tickets)
    latencies = [match.latency_ms for match in matches if match.latency_ms is not None]
    return Report(
        tickets=len(tickets),
        players=sum(ticket.players for ticket in tickets),
        matched=counts[Status.COMPLETED],
        timed_out=counts[Status.TIMED_OUT],
        cancelled=counts[Status.CANCELLED],
        match_rate=counts[Status.COMPLETED] / len(tickets) if tickets else 0.0,
        waits=spread(ticket.waited for ticket in tickets if ticket.status is Status.COMPLETED),
        matches=len(matches),
        players_in_a_match=spread(match.players for match in matches),
        full_matches=sum(match.players == simulated.rule_set.max_players for match in matches),
        quality=_quality(simulated),
        latency_ms=spread(latencies) if latencies else None,
        rules=_rules(tickets),
        never=tuple(Counter(_kind(ticket.never) for ticket in tickets if ticket.never).most_common()),
    )


def spread(numbers: Iterable[float]) -> Spread:
    """Sum up numbers."""
    ordered = sorted(numbers)
    if not ordered:
        return Spread(0.0, 0.0, 0.0, 0.0)
    return Spread(sum(ordered) / len(ordered), _at(ordered, 0.5), _at(ordered, 0.9), float(ordered[-1]))


def _at(ordered: Sequence[float], share: float) -> float:
    return float(ordered[min(int(share * len(ordered)), len(ordered) - 1)])


def _quality(simulated: Simulated) -> tuple[Quality, ...]:
    names = dict.fromkeys(name for match in simulated.matches for name in match.evenness)
    return tuple(
        Quality(
            name,
            spread(match.evenness[name].between_teams for match in simulated.matches),
            spread(match.evenness[name].between_players for match in simulated.matches),
        )
        for name in names
    )


def _rules(tickets: Sequence[Ended]) -> tuple[RuleReport, ...]:
    unmatched = [ticket for ticket in tickets if ticket.status is Status.TIMED_OUT and not ticket.never]
    blamed = Counter(map(_to_blame, unmatched))
    tallies = added(*(ticket.tallies for ticket in tickets))
    rules = [RuleReport(tally.rule, tally.passed, tally.failed, blamed.pop(tally.rule, 0)) for tally in tallies]
    rules += [RuleReport(name, 0, 0, count) for name, count in blamed.items()]
    return tuple(sorted(rules, key=lambda rule: (-rule.to_blame_for, -rule.failed)))


def _to_blame(ticket: Ended) -> str:
    """The rule that a ticket misses alone, or else that failed most often for it, the stricter one where two did."""
    if ticket.alone:
        return ticket.alone[0]
    failing = [tally for tally in ticket.tallies if tally.failed]
    if not failing:
        return NOBODY_THERE
    return max(failing, key=lambda tally: (tally.failed, -tally.passed)).rule


def _kind(never: str) -> str:
    """The reason without the player's own name, so that equal reasons are counted together."""
    words = never.split(" ")
    return " ".join(["a", "player", *words[2:]]) if words[0] == "player" else never
