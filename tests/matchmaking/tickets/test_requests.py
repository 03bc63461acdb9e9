"""What a ticket may hold, and that a search bears all of it."""

import math
import random
from typing import Any

import pytest

from matchmaking.matching import form_matches
from matchmaking.pool import Player, Ticket
from matchmaking.ruleset import MAX_NUMBER
from matchmaking.tickets.requests import InvalidTicketRequest, check_players
from tests.matchmaking.test_matching import comparison, distance, rules
from tests.matchmaking.world import rule_set

TEAMS = "teams[*].players.attributes[skill]"
GREATEST = [
    *(comparison(f"{function}(flatten({TEAMS}))", "<", 1) for function in ("min", "max", "avg", "median", "sum")),
    comparison(f"stddev(flatten({TEAMS}))", "<", 1),
    comparison(f"stddev(sum({TEAMS}))", "<", 1),
    distance(f"stddev(avg({TEAMS}))", 0, maxDistance=1),
]


@pytest.mark.parametrize("attribute", [math.nan, math.inf, -1.1e100, 10**400, {"a": 1e101}, {"a": math.nan}])
def test_numbers_without_measure_are_refused(attribute: Any) -> None:
    with pytest.raises(InvalidTicketRequest, match=r"attribute 'skill': .* is no number between -1e\+100 and 1e\+100"):
        check_players([Player("ann", {"skill": attribute})], 1)


@pytest.mark.parametrize("rule", GREATEST, ids=lambda rule: rule["measurements"][0])
def test_a_search_bears_the_greatest_numbers(rule: Any) -> None:
    skills = [MAX_NUMBER, -MAX_NUMBER, MAX_NUMBER, MAX_NUMBER, 0, 0, 0, 0]
    players = [Player(f"p{at}", {"skill": skill}) for at, skill in enumerate(skills)]
    check_players(players, 10)
    tickets = [Ticket(player.player_id, (player,), at) for at, player in enumerate(players)]
    found = form_matches(rule_set(rules(rule, teams="red 2-2, blue 2-2")), tickets, 100, random.Random(1))
    matched = [each.ticket_id for match in found.matches for each in match.tickets]
    assert sorted([*matched, *found.tallies]) == [each.ticket_id for each in tickets]
