"""Latency: at which locations could a line-up play?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from matchmaking.lineup import Lineup
from matchmaking.measuring import Measuring, aggregated_map
from matchmaking.pool import Player
from matchmaking.ruleset import DistanceReference, Latency, PartyAggregation

Locations = frozenset[str]

_NOWHERE: tuple[Locations] = (frozenset(),)


def latency_demand(
    rule: Latency, measuring: Measuring
) -> tuple[Callable[[Lineup], float], Callable[[Lineup], tuple[Any, Any]]]:
    """Compile a latency rule: what it misses (1 if no location is left), and how it is told."""
    find, number = open_locations(rule, measuring), latency_column(rule.party, measuring)

    def miss(lineup: Lineup) -> float:
        return 0.0 if find(lineup) else 1.0

    if not measuring.choices.common_location:
        alone = find

        def miss(lineup: Lineup) -> float:
            return float(sum(not alone([[piece]]) for team in lineup for piece in team))

    return miss, lambda lineup: ([piece[number][0] for team in lineup for piece in team], sorted(find(lineup)))


def latency_column(party: PartyAggregation, measuring: Measuring) -> int:
    """Give the number of the column of latencies by location; of a party those that all members told, aggregated."""

    def make(players: Sequence[Player]) -> tuple[Mapping[str, float], ...]:
        if len(players) == 1:
            return (players[0].latency_ms,)
        return (aggregated_map(party, [player.latency_ms for player in players]),) * len(players)

    return measuring.columns.number(("latency", party), make)


def acceptable_column(rule: Latency, measuring: Measuring) -> int:
    """Give the number of the column of locations that a rule's maxLatency leaves to each player."""
    most, inclusive, party = rule.max_latency, measuring.choices.latency_inclusive, rule.party

    def acceptable(latencies: Mapping[str, float]) -> Locations:
        return frozenset(
            place for place, each in latencies.items() if most is None or each < most or (inclusive and each == most)
        )

    def make(players: Sequence[Player]) -> tuple[Locations, ...]:
        if len(players) == 1:
            return (acceptable(players[0].latency_ms),) if players[0].latency_ms else _NOWHERE
        return (acceptable(aggregated_map(party, [player.latency_ms for player in players])),) * len(players)

    return measuring.columns.number(("acceptable", most, party), make)


def open_locations(rule: Latency, measuring: Measuring) -> Callable[[Lineup], Locations]:
    """Compile a rule into the locations that are open to all of a line-up."""
    number = acceptable_column(rule, measuring)

    def acceptable(lineup: Lineup) -> Locations:
        sets = [each for team in lineup for piece in team for each in piece[number]]
        return sets[0].intersection(*sets[1:]) if sets else frozenset()

    if rule.max_distance is None or rule.distance_reference is None:
        return acceptable
    most, by, latencies = rule.max_distance, rule.distance_reference, latency_column(rule.party, measuring)

    def near(lineup: Lineup) -> Locations:
        maps = [each for team in lineup for piece in team for each in piece[latencies]]
        return frozenset(place for place in acceptable(lineup) if _near([each[place] for each in maps], by, most))

    return near


def common_locations(rules: Sequence[Latency], measuring: Measuring) -> Callable[[Lineup], Locations]:
    """Compile rules into the locations that all of them leave open; without a rule, those that all players told."""
    finders = [open_locations(rule, measuring) for rule in rules or [Latency("any")]]

    def find(lineup: Lineup) -> Locations:
        found = [finder(lineup) for finder in finders]
        return found[0].intersection(*found[1:])

    return find


def _near(latencies: Sequence[float], by: DistanceReference, most: float) -> bool:
    reference = min(latencies) if by is DistanceReference.MIN else sum(latencies) / len(latencies)
    return all(abs(each - reference) <= most for each in latencies)


def fastest_first(locations: Iterable[str], players: Sequence[Player]) -> tuple[str, ...]:
    """Order locations by what the players' latencies there add up to."""
    return tuple(sorted(locations, key=lambda place: (sum(each.latency_ms[place] for each in players), place)))
