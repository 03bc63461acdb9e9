"""Why not? What keeps a ticket from its match, measured against those who wait with it.

A rule is put to the ticket and each of the others, as far as that can be judged of two alone: a rule about averages can
only be judged of a whole match. So one whole match is put together as well, of those who suit the ticket best.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.insight.expanding import NextStep, next_steps
from matchmaking.insight.pairing import Alone, Line, Pair, pairs
from matchmaking.line import why_never
from matchmaking.loosening import thresholds
from matchmaking.matching import form_matches
from matchmaking.pool import Tally, Ticket
from matchmaking.ruleset import RuleSet

#: So many of those who wait are looked at, the next in line: enough to see what is wrong, and no long search.
MOST_CANDIDATES = 400
#: And so many line-ups are tried in each search.
MOST_TRIES = 20_000
#: So many moments in the future are tried to find when the ticket would be matched.
MOST_MOMENTS = 8

#: What refuses two parties that are too large for one match, in place of a rule's name.
NO_ROOM = "team sizes"


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many of the candidates a rule refused to let play with the ticket."""

    rule: str
    refused: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that a line-up does not satisfy: by how much, in the rule's own measure, and what was measured.

    ``measured`` and ``against`` are what the rule looked at, as text; either may be empty.
    """

    rule: str
    by: float
    measured: str
    against: str


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """The line-up that came nearest to a match: its other tickets, by id, and the rules that it misses.

    ``players_short`` is how many players it lacks for the smallest match.
    """

    tickets: tuple[str, ...]
    missed: tuple[Missed, ...]
    players_short: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a ticket waits; times are in seconds.

    ``never`` is why it can not match at all, whoever comes. ``alone`` has the rules that it misses without any other.
    ``tallies`` count what the search tried with it.
    ``matched_in`` is when it would be matched if nobody else came; None: not with those who wait now.
    """

    ticket: str
    age: float
    candidates: int
    never: str = ""
    alone: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    suitable: int = 0
    tallies: tuple[Tally, ...] = ()
    nearest: NearestMiss | None = None
    next_steps: tuple[NextStep, ...] = ()
    matched_in: float | None = None


def explain(
    rule_set: RuleSet,
    ticket: Ticket,
    pool: Sequence[Ticket],
    now: float,
    rng: random.Random,
    choices: Choices = DEFAULT_CHOICES,
) -> Explanation:
    """Say why a ticket that waits in this pool has no match yet. ``now`` and ``since`` are seconds of one clock."""
    choices = replace(choices, tries_per_search=min(choices.tries_per_search, MOST_TRIES))
    others = [other for other in pool if other.ticket_id != ticket.ticket_id]
    explanation = Explanation(ticket.ticket_id, now - ticket.since, len(others))
    never = why_never(rule_set, ticket)
    if never:
        return replace(explanation, never=never)
    some = _nearest_in_line(ticket, others)
    line = Line(rule_set, ticket, some, now, choices)
    paired = pairs(line)
    tallies, matched_in = _searched(rule_set, [ticket, *some], now, rng, choices)
    return replace(
        explanation,
        alone=Alone(rule_set, choices).misses(ticket, now),
        refusals=_refusals(paired),
        suitable=sum(pair.fits and not pair.missed for pair in paired),
        tallies=tallies,
        nearest=_nearest(line, paired),
        next_steps=next_steps(rule_set, now - ticket.since),
        matched_in=matched_in,
    )


def _nearest_in_line(ticket: Ticket, others: Iterable[Ticket]) -> list[Ticket]:
    near = sorted(others, key=lambda other: (abs(other.since - ticket.since), other.ticket_id))
    return near[:MOST_CANDIDATES]


def _refusals(paired: Sequence[Pair]) -> tuple[Refusal, ...]:
    counts = Counter(demand.name for pair in paired for demand in pair.missed)
    counts[NO_ROOM] = sum(not pair.fits for pair in paired)
    return tuple(Refusal(rule, refused) for rule, refused in counts.most_common() if refused)


def _nearest(line: Line, paired: Sequence[Pair]) -> NearestMiss | None:
    build, terms = line.best_build(paired)
    if build is None:
        return None
    tickets = tuple(entry.ticket.ticket_id for entry in build.entries() if entry is not line.anchor)
    if build.left:
        return NearestMiss(tickets, (), build.left)
    missed = [(demand, demand.miss(build.lineup)) for demand in terms.demands]
    told = [
        Missed(demand.name, by, *(shown(each) for each in demand.measured(build.lineup))) for demand, by in missed if by
    ]
    return NearestMiss(tickets, tuple(told), 0)


def _searched(
    rule_set: RuleSet, tickets: Sequence[Ticket], now: float, rng: random.Random, choices: Choices
) -> tuple[tuple[Tally, ...], float | None]:
    """Search now, and at the moments at which something expands; give what was tried now, and when it was found."""
    ticket_id = tickets[0].ticket_id
    tallies: tuple[Tally, ...] = ()
    for at in [now, *_moments(rule_set, tickets, now)]:
        matches = form_matches(rule_set, tickets, at, rng, choices)
        if any(each.ticket_id == ticket_id for match in matches.matches for each in match.tickets):
            return tallies, at - now
        if at == now:
            tallies = matches.tallies.get(ticket_id, ())
    return tallies, None


def _moments(rule_set: RuleSet, tickets: Sequence[Ticket], now: float) -> list[float]:
    """The moments at which most can have changed: when all of the tickets, or this one, have reached a step."""
    ages = thresholds(rule_set)
    newest = max(ticket.since for ticket in tickets)
    moments = {since + age for since in (tickets[0].since, newest) for age in ages}
    return sorted(moment for moment in moments if moment > now)[:MOST_MOMENTS]


def shown(value: object) -> str:
    """Write what was measured: numbers short, lists within bounds."""
    match value:
        case None:
            return ""
        case float() | int():
            return f"{value:.6g}"
        case dict():
            return ", ".join(f"{key} {shown(each)}" for key, each in value.items())
        case list() | tuple() | set() | frozenset():
            several = [shown(each) for each in value]
            return ", ".join(each for each in several[:12]) + (f" and {len(several) - 12} more" if several[12:] else "")
    return str(value)
