"""How many calls a second are taken, in time that the test turns forward."""

from dataclasses import fields, replace
from typing import Any

import pytest

from desk.gamelift.errors import GameLiftError
from desk.gamelift.limits import GameLiftLimits
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.throttle import Throttle, setting_of
from tests.gamelift.clock import Clock


def taken(throttle: Throttle, operation: str, calls: int) -> int:
    """How many of so many calls at the same moment are taken."""
    count, codes = 0, set()
    for _ in range(calls):
        try:
            throttle.take(operation)
            count += 1
        except GameLiftError as error:
            codes.add((error.code, error.status))
    assert codes <= {("ThrottlingException", 400)}
    return count


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_has_the_rate_of_its_setting(operation: str) -> None:
    clock = Clock()
    rate: Any = {setting_of(operation): 3.0}
    throttle = Throttle(replace(GameLiftLimits(calls_per_second=1e6), **rate), clock)
    assert taken(throttle, operation, 5) == 3
    clock.now += 2 / 3
    assert taken(throttle, operation, 5) == 2
    clock.now += 60
    assert taken(throttle, operation, 5) == 3, "a bucket holds the calls of one second"


def test_every_rate_is_somebodys() -> None:
    rates = {field.name for field in fields(GameLiftLimits) if field.name.endswith("_per_second")}
    assert {"calls_per_second", *map(setting_of, OPERATIONS)} == rates


def test_operations_that_share_a_rate_do_not_share_its_calls() -> None:
    throttle = Throttle(GameLiftLimits(other_questions_per_second=1.0), Clock())
    assert (taken(throttle, "ListFleets", 2), taken(throttle, "ListAliases", 2)) == (1, 1)


def test_all_operations_together_have_a_rate() -> None:
    throttle = Throttle(GameLiftLimits(calls_per_second=4.0), Clock())
    assert taken(throttle, "ListFleets", 3) + taken(throttle, "ListAliases", 3) == 4


def test_the_defaults_are_those_of_the_service() -> None:
    rates = GameLiftLimits()
    wanted = {"StartMatchmaking": 100, "AcceptMatch": 100, "StopMatchmaking": 100, "StartMatchBackfill": 70}
    wanted |= {"DescribeMatchmaking": 200, "ValidateMatchmakingRuleSet": 30, "CreateMatchmakingRuleSet": 20}
    wanted |= {"CreateMatchmakingConfiguration": 20, "StartGameSessionPlacement": 75, "SearchGameSessions": 30}
    assert {name: getattr(rates, setting_of(name)) for name in wanted} == wanted
