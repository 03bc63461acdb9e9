"""What the search is given and what it finds: players, tickets, potential matches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matchmaking.ruleset import AttributeValue


@dataclass(frozen=True, slots=True)
class Player:
    """One player of a ticket. ``latency_ms`` by location; ``team`` only of those who play already (backfill)."""

    player_id: str
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    latency_ms: Mapping[str, float] = field(default_factory=dict)
    team: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Players who wait together; a backfill ticket holds those who play already, each with the team."""

    ticket_id: str
    players: tuple[Player, ...]
    since: float
    backfill: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule passed and failed while a ticket was looked after (ruleEvaluationMetrics)."""

    rule: str
    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class PotentialMatch:
    """Tickets that may play together.

    ``teams`` has every team of the rule set by its name, in their order, also one without players. ``tickets`` are in
    the order in which they joined, the anchor first. ``locations`` are those that are open to all of them, the fastest
    on average first; none, if they told no latencies in common and no rule demands it.
    """

    tickets: tuple[Ticket, ...]
    teams: Mapping[str, tuple[Player, ...]]
    locations: tuple[str, ...] = ()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Matches:
    """What one search found. ``tallies`` are of the tickets that stay in the pool, by ticket id."""

    matches: tuple[PotentialMatch, ...]
    tallies: Mapping[str, tuple[Tally, ...]] = field(default_factory=dict)
