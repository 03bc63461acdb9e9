"""Simulations: every ticket ends, the same seed gives the same report, and what hurts is named."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from matchmaking.choices import Choices
from matchmaking.insight.population import BadPopulation, Population, read_population
from matchmaking.insight.report import NOBODY_THERE, Report, report, spread
from matchmaking.insight.simulating import Simulation
from matchmaking.parsing import parse_rule_set
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.configuration import MatchmakingConfiguration
from tests.matchmaking.insight.test_explaining import RULES, drawn
from tests.matchmaking.world import RULE_SETS, rule_set

ASKING = {"acceptance_required": True, "acceptance_timeout_seconds": 10}


def simulated(rules: RuleSet, told: dict[str, Any], seed: int = 1, tick: float = 1.0, **more: Any) -> Report:
    configuration = MatchmakingConfiguration("simulation", "", 60, **more)
    choices = Choices(tries_per_search=1_000, min_tries_per_ticket=5)
    population: Population = read_population(json.dumps(told))
    simulation = Simulation(rules, population, configuration, tick, random.Random(seed), choices)
    done = list(simulation.steps())
    assert done == sorted(done)
    assert 0 < done[0] <= done[-1] <= 1
    assert [moment.waiting for moment in simulation.result.moments][-1] == 0
    return report(simulation.result)


CROWD: dict[str, Any] = {
    "seconds": 30,
    "ticketsPerSecond": 2,
    "attributes": {"skill": {"normal": [1500, 50]}},
    "latencies": {"here": 40},
}


def test_a_report() -> None:
    summed_up = simulated(rule_set(RULES), CROWD)
    assert summed_up == simulated(rule_set(RULES), CROWD)
    assert summed_up != simulated(rule_set(RULES), CROWD, seed=2)
    assert summed_up.tickets == summed_up.matched + summed_up.timed_out
    assert summed_up.match_rate > 0.9
    assert summed_up.matches == summed_up.full_matches == summed_up.matched // 4
    (skill,) = summed_up.quality
    assert 0 < skill.between_teams.median < skill.between_players.median
    assert summed_up.latency_ms == spread([40.0])
    assert 0 < summed_up.waits.median <= summed_up.waits.p90 <= summed_up.waits.most <= 60


def test_the_rule_that_hurts_is_named() -> None:
    summed_up = simulated(rule_set(RULES), {**CROWD, "latencies": {"here": {"uniform": [90, 150]}}})
    assert summed_up.rules[0].rule == "Fast"
    assert summed_up.rules[0].to_blame_for > summed_up.timed_out / 2


def test_too_few_players() -> None:
    summed_up = simulated(rule_set(RULES), {**CROWD, "ticketsPerSecond": 0.05})
    assert summed_up.matched == 0
    assert [rule.rule for rule in summed_up.rules if rule.to_blame_for] == [NOBODY_THERE]


def test_tickets_that_can_never_match_are_counted() -> None:
    summed_up = simulated(rule_set(RULES), {**CROWD, "attributes": {}, "partySizes": {"3": 1}})
    ((why, count),) = summed_up.never
    assert why.startswith("a player has no number for attribute 'skill'")
    assert count == summed_up.tickets == summed_up.timed_out


def test_players_who_do_not_accept() -> None:
    summed_up = simulated(rule_set(RULES), {**CROWD, "acceptShare": 0.8}, **ASKING)
    assert 0 < summed_up.matched < summed_up.tickets
    assert summed_up.cancelled > 0


def test_a_player_who_asks_twice_waits_once() -> None:
    tickets = [{"at": at, "players": [{"playerId": "ann", "attributes": {"skill": 1}}]} for at in (1, 2)]
    summed_up = simulated(rule_set(RULES), {"tickets": tickets})
    assert (summed_up.tickets, summed_up.cancelled, summed_up.timed_out) == (2, 1, 1)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({f"a{number}": 1 for number in range(11)}, "11 attributes"),
        ({"clan": "x" * 101}, "101 characters"),
        ({"skill": {"normal": [0, 1e100]}}, "is no number"),
    ],
)
def test_players_who_may_not_be_are_told(attributes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadPopulation, match=said):
        simulated(rule_set(RULES), {**CROWD, "attributes": attributes})


@pytest.mark.parametrize("path", RULE_SETS, ids=lambda path: path.stem)
def test_every_rule_set_can_be_tried(path: Path) -> None:
    rules = parse_rule_set(path.read_text(), comments=True)
    told = {"seconds": 10, "ticketsPerSecond": 1, "attributes": {one.name: drawn(one.type) for one in rules.attributes}}
    summed_up = simulated(rules, {**told, "latencies": {"us-east-1": 30, "us-west-2": 40}}, tick=10.0)
    assert summed_up.tickets == summed_up.matched + summed_up.timed_out > 0
