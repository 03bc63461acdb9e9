"""The one function that the keeper of tickets calls: which of these tickets may play together, now?"""

import gc
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from matchmaking.batch import Batch, Found, Scores
from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.large import LargeSearch
from matchmaking.latency import fastest_first
from matchmaking.line import line_of
from matchmaking.lineup import Columns, Entry
from matchmaking.pool import Matches, Player, PotentialMatch, Tally, Ticket
from matchmaking.ruleset import Batching, RuleSet, is_large
from matchmaking.search import Budget, ExhaustiveSearch
from matchmaking.terms import terms_of


def form_matches(
    rule_set: RuleSet,
    tickets: Sequence[Ticket],
    now: float,
    rng: random.Random,
    choices: Choices = DEFAULT_CHOICES,
) -> Matches:
    """Form as many matches as the tickets allow; ``now`` and the tickets' ``since`` are seconds of one clock.

    No ticket is in two matches, and a ticket that can never match hinders nobody. The same tickets, time and seed give
    the same matches.
    """
    with _undisturbed():
        return _formed(rule_set, tickets, now, rng, choices)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold off the collector of cycles: a search makes none, and would have it look at all tickets again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _formed(rule_set: RuleSet, tickets: Sequence[Ticket], now: float, rng: random.Random, choices: Choices) -> Matches:
    columns = Columns()
    terms = terms_of(rule_set, columns, choices)
    line = line_of(rule_set, tickets, now, columns)
    budget = Budget(choices.tries_per_search, choices.min_tries_per_ticket, choices.max_tries_per_ticket)
    if is_large(rule_set):
        found, waiting = _searched(LargeSearch(Batch(terms, line)))
    else:
        found, waiting = [], []
        batches = _batches(rule_set, line, choices.sorted_batch_tickets)
        for batch in batches:
            more, left = _searched(ExhaustiveSearch(Batch(terms, batch), budget, rng))
            found, waiting = found + more, waiting + left
        if len(batches) > 1:
            rest = sorted((entry for entry, _ in waiting), key=_number)
            more, waiting = _searched(ExhaustiveSearch(Batch(terms, rest), budget, rng))
            found += more
    tallies = {entry.ticket.ticket_id: _tallies(scores) for entry, scores in waiting}
    return Matches(tuple(_potential_match(each) for each in found), tallies)


def _searched(search: ExhaustiveSearch | LargeSearch) -> tuple[list[Found], list[tuple[Entry, Scores]]]:
    return list(search.matches()), search.set_aside


def _number(entry: Entry) -> int:
    return entry.number


def _batches(rule_set: RuleSet, line: list[Entry], size: int) -> list[list[Entry]]:
    """Cut the line into batches of similar tickets, if the rule set wants them sorted."""
    algorithm = rule_set.algorithm
    if algorithm.batching is not Batching.SORTED or len(line) <= size:
        return [line]
    defaults = {attribute.name: attribute.default for attribute in rule_set.attributes}

    def key(entry: Entry) -> list[Any]:
        attributes = entry.ticket.players[0].attributes
        return [_sortable(attributes.get(name, defaults[name])) for name in algorithm.sort_by_attributes]

    similar = sorted(line, key=key)
    return [sorted(similar[start : start + size], key=_number) for start in range(0, len(line), size)]


def _sortable(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, Mapping) else value


def _tallies(scores: Scores) -> tuple[Tally, ...]:
    passed, failed = scores.passed, scores.failed
    return tuple([Tally(name, passed.get(name, 0), failed.get(name, 0)) for name in {**passed, **failed}])


def _potential_match(found: Found) -> PotentialMatch:
    build, terms, backfill = found.build, found.terms, found.build.backfill
    teams: dict[str, tuple[Player, ...]] = {}
    for name, seats in zip(terms.team_names, build.seats, strict=True):
        teams[name] = tuple(
            [
                player
                for entry in seats
                for player in entry.ticket.players
                if entry is not backfill or player.team == name
            ]
        )
    others = [entry.ticket for entry in build.entries() if entry is not found.anchor]
    players = list(chain.from_iterable(teams.values()))
    told = terms.locations(build.lineup) if players[0].latency_ms else ()
    locations = fastest_first(told, players) if told else ()
    return PotentialMatch((found.anchor.ticket, *others), teams, locations, _tallies(found.scores))
