"""What a search for matches costs: seconds of CPU time for one search of a whole pool, and how much of it is matched.

``python -m benchmarks.matchmaking`` prints the median of some rounds, each with a population of its own, and their
spread. All tickets are of one player, with a skill of N(1500, 200); a team's average may be 50 from the match's. Goals
are what another implementation of the rule language needs for the same on an idle machine of this kind.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaking.matching import form_matches
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Player, Ticket
from matchmaking.ruleset import RuleSet

ROUNDS = 5
SKILL = "players.attributes[skill]"
FAIR = {
    "name": "fair",
    "type": "distance",
    "measurements": [f"avg(teams[*].{SKILL})"],
    "referenceValue": f"avg(flatten(teams[*].{SKILL}))",
    "maxDistance": 50,
}
NEAR = {"name": "near", "type": "latency", "maxLatency": 100}
REGIONS = ("us-east-1", "eu-west-1", "ap-northeast-1")


@dataclass(frozen=True, slots=True)
class Work:
    """A pool and its matches. ``goal_seconds`` and ``goal_matched`` (a share) are to be reached, if there are any."""

    name: str
    team: int
    tickets: int
    rules: tuple[dict[str, object], ...] = (FAIR,)
    goal_seconds: float | None = None
    goal_matched: float | None = None


WORKS = (
    Work("2v2", 2, 100, goal_matched=0.80),
    Work("2v2", 2, 1_000, goal_seconds=0.032, goal_matched=0.97),
    Work("2v2", 2, 5_000, goal_seconds=0.63, goal_matched=0.99),
    Work("2v2", 2, 10_000, goal_seconds=1.75, goal_matched=0.999),
    Work("2v2", 2, 20_000, goal_seconds=4.94, goal_matched=0.998),
    Work("5v5", 5, 100, goal_matched=0.60),
    Work("5v5", 5, 1_000, goal_seconds=0.023, goal_matched=0.99),
    Work("5v5", 5, 5_000, goal_seconds=0.30, goal_matched=0.998),
    Work("5v5", 5, 10_000, goal_seconds=0.61, goal_matched=0.98),
    Work("5v5", 5, 20_000, goal_seconds=2.24, goal_matched=0.999),
    Work("2v2, latency", 2, 1_000, (FAIR, NEAR), goal_matched=0.85),
    Work("5v5, latency", 5, 1_000, (FAIR, NEAR), goal_matched=0.85),
    Work("2v2, latency", 2, 10_000, (FAIR, NEAR), goal_matched=0.85),
    Work("100v100, balanced", 100, 10_000, (), goal_seconds=2.0, goal_matched=0.98),
    Work("100v100, balanced, latency", 100, 10_000, (NEAR,), goal_seconds=2.0, goal_matched=0.85),
)


def rule_set(work: Work) -> RuleSet:
    """Make the rule set of a work: two teams, red and blue."""
    algorithm = {"strategy": "balanced", "balancedAttribute": "skill"} if work.team > 20 else {}
    return parse_rule_set(
        json.dumps(
            {
                "ruleLanguageVersion": "1.0",
                "playerAttributes": [{"name": "skill", "type": "number"}],
                "algorithm": algorithm,
                "teams": [{"name": name, "minPlayers": work.team, "maxPlayers": work.team} for name in ("red", "blue")],
                "rules": list(work.rules),
            }
        )
    )


def population(work: Work, rng: random.Random) -> list[Ticket]:
    """Make tickets of one player each, a millisecond apart."""
    with_latency = NEAR in work.rules

    def player(number: int) -> Player:
        latency = {region: rng.uniform(20, 169) for region in REGIONS} if with_latency else {}
        return Player(f"player-{number}", {"skill": rng.gauss(1500, 200)}, latency)

    return [Ticket(f"ticket-{number}", (player(number),), number / 1000) for number in range(work.tickets)]


def rounds(work: Work, count: int) -> Iterator[tuple[float, float]]:
    """Search, each time in another population: CPU seconds, and the share of tickets that is matched."""
    rules = rule_set(work)
    for number in range(count):
        tickets = population(work, random.Random(number))
        before = time.process_time()
        found = form_matches(rules, tickets, work.tickets / 1000, random.Random(number))
        seconds = time.process_time() - before
        yield seconds, sum(len(match.tickets) for match in found.matches) / work.tickets


def line(work: Work, measured: list[tuple[float, float]]) -> str:
    """Draw a work's line, with what it has missed."""
    seconds, matched = [each for each, _ in measured], [each for _, each in measured]
    middle, least = statistics.median(seconds), min(matched)
    late = work.goal_seconds is not None and middle > work.goal_seconds
    few = work.goal_matched is not None and least < work.goal_matched
    goal = f"{work.goal_seconds:g} s" if work.goal_seconds else ""
    return (
        f"{work.name:<28}{work.tickets:>7,}{middle:>9.3f} s  {min(seconds):.3f}-{max(seconds):.3f}"
        f"{work.tickets / middle:>12,.0f}{least:>10.1%}  {goal:>8}{'  late' if late else ''}{'  few' if few else ''}"
    )


def main() -> None:
    """Print a line for each work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="populations of each work (5)")
    options = parser.parse_args()
    print(f"{'match':<28}{'tickets':>7}{'median':>11}  {'spread':<11}{'tickets/s':>12}{'matched':>10}  {'goal':>8}")  # noqa: T201
    for work in WORKS:
        print(line(work, list(rounds(work, options.rounds))))  # noqa: T201


if __name__ == "__main__":
    main()
