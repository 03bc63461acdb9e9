"""Routing: the order of destinations, and what holds a placement back, as GameLift's model tells it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.gamelift.routing import Candidate, Route, cap_milliseconds, ranked, route_of

#: Three fleets: the first two in one location.
CANDIDATES = [Candidate(0, "a", "west"), Candidate(1, "b", "west"), Candidate(2, "c", "east")]
LOCATIONS = ("west", "east")
POLICIES = [
    {"MaximumIndividualPlayerLatencyMilliseconds": 200},
    {"MaximumIndividualPlayerLatencyMilliseconds": 100, "PolicyDurationSeconds": 60},
    {"MaximumIndividualPlayerLatencyMilliseconds": 50, "PolicyDurationSeconds": 30},
]


def told(**milliseconds: list[float]) -> dict[str, Any]:
    """A request whose players have these latencies, by location."""
    return {
        "PlayerLatencies": [
            {"PlayerId": str(number), "RegionIdentifier": location, "LatencyInMilliseconds": one}
            for location, found in milliseconds.items()
            for number, one in enumerate(found)
        ]
    }


def preferring(*locations: str, strategy: str = "DEFAULT_AFTER_SINGLE_PASS") -> dict[str, Any]:
    """A request with an order of locations of its own."""
    override = {"LocationOrder": list(locations), "PlacementFallbackStrategy": strategy}
    return {"PriorityConfigurationOverride": override}


def first_by(*priorities: str, order: tuple[str, ...] = ()) -> dict[str, Any]:
    """A queue with priorities."""
    return {"PriorityConfiguration": {"PriorityOrder": list(priorities), "LocationOrder": list(order)}}


@pytest.mark.parametrize(
    ("queue", "asked", "order"),
    [
        pytest.param({}, {}, "abc", id="by destination"),
        pytest.param({}, told(west=[50, 90], east=[60, 60]), "cab", id="by mean latency"),
        pytest.param({}, told(west=[50]), "abc", id="what has no latency comes last"),
        pytest.param(first_by("DESTINATION"), told(west=[90], east=[60]), "abc", id="destination before latency"),
        pytest.param(first_by("LOCATION"), {}, "cab", id="locations by the alphabet"),
        pytest.param(first_by("LOCATION", order=("west",)), {}, "abc", id="locations by the queue"),
        pytest.param(first_by("COST", "LOCATION", order=("east",)), {}, "cab", id="nothing costs anything"),
        pytest.param({"FilterConfiguration": {"AllowedLocations": ["east"]}}, {}, "c", id="filtered"),
        pytest.param(first_by("LOCATION", order=("west",)), preferring("east"), "cab", id="preferred"),
        pytest.param(first_by("LOCATION"), preferring("west", strategy="NONE"), "ab", id="preferred or none"),
        pytest.param(first_by("LOCATION"), preferring("north", strategy="NONE"), "", id="a location that is not there"),
        pytest.param({"PlayerLatencyPolicies": POLICIES}, {}, "abc", id="no policy without latencies"),
        pytest.param({"PlayerLatencyPolicies": POLICIES}, told(west=[10, 51], east=[50]), "c", id="one is too slow"),
        pytest.param({"PlayerLatencyPolicies": POLICIES}, told(west=[51]), "c", id="of one location nobody tells"),
    ],
)
def test_the_order_of_destinations(queue: dict[str, Any], asked: dict[str, Any], order: str) -> None:
    assert "".join(one.fleet_id for one in ranked(queue, route_of(asked, LOCATIONS), CANDIDATES, 0)) == order


def test_what_is_said_of_other_locations_is_not_kept() -> None:
    route = route_of({**told(west=[20], east=[90]), **preferring("east", "west")}, ("west",))
    assert route == Route({"west": 20}, {"west": 20}, ("west",), only=False)


@pytest.mark.parametrize(("waited", "cap"), [(0, 50), (29.9, 50), (30, 100), (89.9, 100), (90, 200), (600, 200)])
def test_policies_follow_each_other(waited: float, cap: float) -> None:
    assert cap_milliseconds(POLICIES, waited) == cap


def test_after_the_last_policy_there_is_none() -> None:
    assert cap_milliseconds(POLICIES[1:], 90) == float("inf")


@given(
    st.lists(st.builds(Candidate, st.integers(0, 9), st.text("ab", min_size=1), st.sampled_from(["west", "east"]))),
    st.permutations(["LATENCY", "COST", "DESTINATION", "LOCATION"]),
    st.floats(0, 1_000),
)
def test_who_waits_longer_is_never_refused_more(
    candidates: list[Candidate], priorities: list[str], waited: float
) -> None:
    queue = {**first_by(*priorities), "PlayerLatencyPolicies": POLICIES}
    route = route_of(told(west=[20, 120], east=[90]), LOCATIONS)
    sooner, later = ranked(queue, route, candidates, waited), ranked(queue, route, candidates, waited + 50)
    assert {id(one) for one in sooner} <= {id(one) for one in later}
    assert sooner == [one for one in later if one in sooner]
