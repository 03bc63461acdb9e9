"""What holds of every search, whatever the rule set and whoever waits. The judge is naive.py."""

import gc
import json
import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.choices import DEFAULT_CHOICES
from matchmaking.matching import form_matches
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Matches, Player, Ticket
from tests.matchmaking.naive import Teams, broken
from tests.matchmaking.populations import population, rule_set_by_chance, teams_of
from tests.matchmaking.world import RULE_SETS, Json, rule_set, ticket

SEEDS = st.integers(0, 2**32)


def search(rules: Json, tickets: list[Json], now: float) -> Matches:
    return form_matches(rule_set(rules), [ticket(each) for each in tickets], now, random.Random(1))


def assert_promises(rules: Json, tickets: list[Json], now: float) -> Matches:
    """No ticket is in two matches, all members of one are in one team, and every match satisfies every rule."""
    found = search(rules, tickets, now)
    by_id = {each["ticketId"]: each for each in tickets}
    matched = [each.ticket_id for match in found.matches for each in match.tickets]
    assert len(set(matched)) == len(matched)
    assert set(found.tallies) <= set(by_id) - set(matched)
    for match in found.matches:
        at = [each.since for each in match.tickets]
        oldest = rules.get("algorithm", {}).get("expansionAgeSelection") == "oldest"
        teams = teams_of(match, by_id)
        assert broken(rules, teams, now - (min(at) if oldest else max(at))) == []
        assert sum(each.backfill for each in match.tickets) <= 1
    return found


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.integers(1, 20), st.sampled_from([6, 15]))
def test_matches_satisfy_rules_made_by_chance(seed: int, count: int, now: float) -> None:
    rng = random.Random(seed)
    rules = rule_set_by_chance(rng)
    assert_promises(rules, population(rules, rng, count, apart=rng.choice([0.1, 0.7])), now)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_what_can_be_matched_in_a_small_pool_is_matched(seed: int) -> None:
    """If any match of the tickets satisfies all rules, one is found."""
    rng = random.Random(seed)
    rules = rule_set_by_chance(rng)
    tickets = population(rules, rng, 4, most=2, apart=rng.choice([0.3, 4]))
    if not assert_promises(rules, tickets, 12).matches:
        for seating in product(["red", "blue", ""], repeat=len(tickets)):
            if any(seating):
                assert not is_match(rules, tickets, seating, 12), seating


def is_match(rules: Json, tickets: list[Json], seating: tuple[str, ...], now: float) -> bool:
    teams: Teams = {"red": [], "blue": []}
    for each, team in zip(tickets, seating, strict=True):
        if team:
            teams[team].append(each["players"])
    at = [each["at"] for each, team in zip(tickets, seating, strict=True) if team]
    oldest = rules["algorithm"]["expansionAgeSelection"] == "oldest"
    return broken(rules, teams, now - (min(at) if oldest else max(at))) == []


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_every_published_rule_set_matches_a_population(path: Path) -> None:
    rules = json.loads(path.read_text())
    large = parse_rule_set(json.dumps(rules)).max_players > 40
    found = assert_promises(rules, population(rules, random.Random(5), 1200 if large else 80), 300)
    assert found.matches


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 30), st.sampled_from(RULE_SETS[:6]))
def test_the_same_search_finds_the_same(seed: int, count: int, path: Path) -> None:
    rules = json.loads(path.read_text())
    tickets = population(rules, random.Random(seed), count)
    assert search(rules, tickets, 20) == search(rules, tickets, 20)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.integers(1, 3))
def test_of_equal_tickets_the_oldest_match(ages: list[float], size: int) -> None:
    rules: Json = {
        "ruleLanguageVersion": "1.0",
        "teams": [{"name": "a", "minPlayers": size, "maxPlayers": size, "quantity": 2}],
    }
    tickets = [Ticket(f"t{at}", (Player(f"p{at}"),), age) for at, age in enumerate(ages)]
    found = form_matches(rule_set(rules), tickets, 100, random.Random(1))
    matched = [each.since for match in found.matches for each in match.tickets]
    assert sorted(matched) == sorted(ages)[: len(ages) - len(ages) % (2 * size)]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_backfill_keeps_everybody_in_their_team(seed: int, there: int) -> None:
    rng = random.Random(seed)
    rules = rule_set_by_chance(rng)
    tickets = population(rules, rng, 8)
    for at in range(there):
        for player in tickets[at]["players"]:
            player["team"] = rng.choice(["red", "blue"])
        tickets[at]["backfill"] = True
    found = assert_promises(rules, tickets, 12)
    for match in found.matches:
        assert not all(each.backfill for each in match.tickets)
        for name, players in match.teams.items():
            assert {player.team for player in players} <= {name, ""}


def test_a_search_that_may_try_little_still_ends_and_is_right() -> None:
    rng = random.Random(3)
    rules = rule_set_by_chance(rng)
    tickets = population(rules, rng, 30)
    assert DEFAULT_CHOICES.min_tries_per_ticket < DEFAULT_CHOICES.max_tries_per_ticket
    assert_promises(rules, tickets, 12)


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_of_cycles_is_left_as_it_was(on: bool) -> None:
    (gc.enable if on else gc.disable)()
    try:
        search(json.loads(RULE_SETS[0].read_text()), [], 0.0)
        assert gc.isenabled() is on
    finally:
        gc.enable()
