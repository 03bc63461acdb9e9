"""Routing: which of a queue's destinations a placement may take now, and which of them first. Nothing is looked up.

What is said of priorities and latency policies follows the texts of GameLift's model (PriorityConfiguration,
PlayerLatencyPolicy, PriorityConfigurationOverride). Hosting here costs nothing anywhere, so COST ranks all the same.
"""

from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Any

from session.values import value

#: What no PriorityOrder names comes behind, in this order.
PRIORITIES = ("LATENCY", "COST", "DESTINATION", "LOCATION")


@value
class Candidate:
    """A fleet of a queue: the place of its destination in the queue's list, and its location."""

    destination: int
    fleet_id: str
    location: str


@value
class Route:
    """What one placement says of where it wants to go: latencies by location, in milliseconds.

    ``only`` leaves out locations that are not ``preferred``.
    """

    means: Mapping[str, float]
    worst: Mapping[str, float]
    preferred: Sequence[str] = ()
    only: bool = False


def route_of(asked: Mapping[str, Any], locations: Collection[str]) -> Route:
    """What a StartGameSessionPlacement asks for, as far as it is about locations that there are."""
    by_location: dict[str, list[float]] = {}
    for one in asked.get("PlayerLatencies", []):
        if one.get("RegionIdentifier") in locations and "LatencyInMilliseconds" in one:
            by_location.setdefault(one["RegionIdentifier"], []).append(one["LatencyInMilliseconds"])
    means = {location: sum(found) / len(found) for location, found in by_location.items()}
    worst = {location: max(found) for location, found in by_location.items()}
    override = asked.get("PriorityConfigurationOverride", {})
    only = override.get("PlacementFallbackStrategy") == "NONE"
    preferred = tuple(one for one in override.get("LocationOrder", ()) if one in locations)
    return Route(means, worst, preferred, only)


def cap_milliseconds(policies: Sequence[Mapping[str, int]], waited_seconds: float) -> float:
    """The latency beyond which no player may be taken, after so long; infinite once the last policy is over."""
    until = 0.0
    for policy in sorted(policies, key=_most):
        until += policy.get("PolicyDurationSeconds", inf)
        if waited_seconds < until:
            return _most(policy)
    return inf


def ranked(
    queue: Mapping[str, Any], route: Route, candidates: Sequence[Candidate], waited_seconds: float
) -> list[Candidate]:
    """The candidates that may be taken now, best first. What nobody has told a latency of, no policy holds back."""
    cap = cap_milliseconds(queue.get("PlayerLatencyPolicies", ()), waited_seconds)
    allowed = queue.get("FilterConfiguration", {}).get("AllowedLocations")

    def may_be(location: str) -> bool:
        outside = (allowed and location not in allowed) or (route.only and location not in route.preferred)
        return not outside and route.worst.get(location, 0.0) <= cap

    able = [one for one in candidates if may_be(one.location)]
    return sorted(able, key=lambda one: _rank(queue.get("PriorityConfiguration", {}), route, one))


def _rank(priorities: Mapping[str, Any], route: Route, one: Candidate) -> list[tuple[float, str]]:
    named = priorities.get("PriorityOrder", ())
    order = [*route.preferred, *priorities.get("LocationOrder", ())]
    place = order.index(one.location) if one.location in order else len(order)
    by = {
        "LATENCY": (route.means.get(one.location, inf) if route.means else 0.0, ""),
        "COST": (0.0, ""),
        "DESTINATION": (float(one.destination), ""),
        "LOCATION": (float(place), one.location),
    }
    return [by[priority] for priority in (*named, *(other for other in PRIORITIES if other not in named))]


def _most(policy: Mapping[str, int]) -> float:
    return policy.get("MaximumIndividualPlayerLatencyMilliseconds", inf)
