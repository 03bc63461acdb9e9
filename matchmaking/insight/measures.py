"""How good a match is: how even its teams, how like each other its players, how near their location."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaking.pool import Player
from matchmaking.ruleset import AttributeType, RuleSet


@dataclass(frozen=True, slots=True)
class Evenness:
    """Of one attribute: how far the averages of the teams are apart, and how far all players are."""

    between_teams: float
    between_players: float


@dataclass(frozen=True, slots=True)
class MatchMeasures:
    """One match. ``latency_ms`` is the players' average at their best location in common; None without one."""

    players: int
    evenness: Mapping[str, Evenness]
    latency_ms: float | None


def measured(rule_set: RuleSet, players: Sequence[Player]) -> MatchMeasures:
    """Measure a match whose players have their teams."""
    numbers = {one.name: one.default for one in rule_set.attributes if one.type is AttributeType.NUMBER}
    evenness = {name: _evenness(name, default, players) for name, default in numbers.items()}
    return MatchMeasures(len(players), evenness, _latency(players))


def _evenness(name: str, default: object, players: Sequence[Player]) -> Evenness:
    teams: dict[str, list[float]] = {}
    for player in players:
        value = player.attributes.get(name, default)
        assert isinstance(value, int | float), "who lacks an attribute is never matched"
        teams.setdefault(player.team, []).append(value)
    averages = [sum(values) / len(values) for values in teams.values()]
    everybody = [value for values in teams.values() for value in values]
    return Evenness(max(averages) - min(averages), max(everybody) - min(everybody))


def _latency(players: Sequence[Player]) -> float | None:
    common = set(players[0].latency_ms).intersection(*(player.latency_ms for player in players))
    return min((sum(player.latency_ms[place] for player in players) / len(players) for place in common), default=None)
