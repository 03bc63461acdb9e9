"""Pools: the tickets that wait, as the process that searches knows them. What is in this file runs there.

The desk sends what has come and gone, so that a search among ten thousand tickets does not begin with sending them
all. Answers name tickets and players by their ids.
"""

import os
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Matches, PotentialMatch, Tally, Ticket
from matchmaking.ruleset import RuleSet

if TYPE_CHECKING:
    from matchmaking.insight.explaining import Explanation

#: Players go first: that of scripts, which is less than the relay's.
NICENESS = 5
_RULE_SETS = 64


# Frozen for real, unlike the house's own values: what crosses to another process is to be the same class there.
@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as it is to be: its name, the serial of its state, its rule set's text, and the slots to keep free."""

    name: str
    serial: int
    rule_set: str
    additional_players: int


#: The tickets of a match, the players of each team, and how often each rule passed and failed, all by their ids.
FoundMatch = tuple[tuple[str, ...], dict[str, tuple[str, ...]], tuple[tuple[str, int, int], ...]]
#: Part of what a search found; the tallies are of tickets that were not matched.
Found = tuple[list[FoundMatch], list[tuple[str, tuple[tuple[str, int, int], ...]]]]

_pools: dict[str, tuple[int, dict[str, Ticket]]] = {}


def change(name: str, serials: tuple[int, int], gone: tuple[str, ...], come: tuple[Ticket, ...]) -> bool:
    """Bring a pool from one state to the next; from 0 it begins anew. False: it is in no such state."""
    _be_nice()
    before, after = serials
    serial, tickets = _pools.get(name, (0, {})) if before else (0, {})
    if serial != before:
        return False
    for ticket_id in gone:
        tickets.pop(ticket_id, None)
    tickets.update((ticket.ticket_id, ticket) for ticket in come)
    _pools[name] = after, tickets
    return True


def search(pool: Pool, now: float, seed: int, at_once: int) -> list[bytes] | None:
    """Search in a pool; None: it is not in that state.

    What was found comes in pieces of about so many players or tickets each, and in bytes, of which each becomes a
    `Found` in a turn of its own.
    """
    from matchmaking.matching import form_matches  # With numpy, which the desk, where this is only named, never loads.

    tickets = _tickets(pool)
    if tickets is None:
        return None
    matches = form_matches(rule_set_of(pool.rule_set), tickets, now, random.Random(seed), _choices(pool))
    return [pickle.dumps(piece) for piece in _pieces(matches, at_once)]


def explain_ticket(pool: Pool, ticket_id: str, now: float, seed: int) -> "Explanation | None":
    """Say why a ticket waits; None: the pool is not in that state, or has no such ticket."""
    from matchmaking.insight.explaining import explain

    tickets = _tickets(pool) or []
    found = next((ticket for ticket in tickets if ticket.ticket_id == ticket_id), None)
    if found is None:
        return None
    return explain(rule_set_of(pool.rule_set), found, tickets, now, random.Random(seed), _choices(pool))


@lru_cache(_RULE_SETS)
def rule_set_of(text: str) -> RuleSet:
    """A rule set; its text was looked through when it was made."""
    return parse_rule_set(text)


def _tickets(pool: Pool) -> list[Ticket] | None:
    serial, tickets = _pools.get(pool.name, (0, {}))
    return sorted(tickets.values(), key=lambda one: (one.since, one.ticket_id)) if serial == pool.serial else None


def _choices(pool: Pool) -> Choices:
    return Choices(additional_players=pool.additional_players) if pool.additional_players else DEFAULT_CHOICES


def _pieces(matches: Matches, at_once: int) -> Iterator[Found]:
    some: list[FoundMatch] = []
    players = 0
    for match in matches.matches:
        some.append(_found(match))
        players += sum(map(len, match.teams.values()))
        if players >= at_once:
            yield some, []
            some, players = [], 0
    yield some, []
    tallies = [(ticket, _counts(found)) for ticket, found in matches.tallies.items()]
    for start in range(0, len(tallies), at_once):
        yield [], tallies[start : start + at_once]


def _found(match: PotentialMatch) -> FoundMatch:
    teams = {name: tuple(player.player_id for player in players) for name, players in match.teams.items()}
    return tuple(ticket.ticket_id for ticket in match.tickets), teams, _counts(match.tallies)


def _counts(tallies: Sequence[Tally]) -> tuple[tuple[str, int, int], ...]:
    return tuple((one.rule, one.passed, one.failed) for one in tallies)


@cache
def _be_nice() -> None:
    os.nice(NICENESS)
