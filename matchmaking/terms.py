"""A rule set at one level of its expansions, compiled: what a match must satisfy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matchmaking.build import Build
from matchmaking.choices import Choices
from matchmaking.courses import Course, courses_of
from matchmaking.expressions import path_of
from matchmaking.kinds import schema_of
from matchmaking.lasting import counts_only
from matchmaking.latency import Locations, common_locations
from matchmaking.lineup import Columns, Lineup, Piece
from matchmaking.loosening import at_level, thresholds
from matchmaking.measuring import Measuring
from matchmaking.ordering import KeysOf, keys_of
from matchmaking.rules import Demand, demand
from matchmaking.ruleset import BatchDistance, Latency, PartyAggregation, Rule, RuleSet, Sort
from matchmaking.shapes import Bounds, Shape, lowered, shapes
from matchmaking.structure import demanded_rules, expressions_of


@dataclass(eq=False, slots=True)
class Terms:
    """What a match of this level must satisfy: team sizes, ``counting`` demands on those alone, and all other demands.

    Teams between which no rule makes a difference have the same number in ``alike``.
    """

    rule_set: RuleSet
    bounds: Bounds
    alike: Sequence[int]
    counting: tuple[Demand, ...]
    demands: tuple[Demand, ...]
    courses: tuple[Course, ...]
    sorts: tuple[KeysOf, ...]
    locations: Callable[[Lineup], Locations]
    #: Whether there are latency rules at all; the columns of numbers that may be only so far apart; the column of the
    #: attribute by which teams are balanced.
    located: bool
    spreads: tuple[tuple[int, float], ...]
    balance: int | None
    additional_players: int = 0
    nobody: Shape = ()
    team_names: Sequence[str] = ()
    _shapes: dict[Shape, list[Shape]] = field(default_factory=dict)

    def shapes(self, seated: Shape) -> list[Shape]:
        """Give the sizes that a match may have, the largest first, if so many play already in each team."""
        if seated not in self._shapes:
            bounds = [(max(low, there), high) for (low, high), there in zip(self.bounds, seated, strict=True)]
            alike = range(len(bounds)) if any(seated) else self.alike
            most = sum(high for _, high in bounds) - self.additional_players
            self._shapes[seated] = shapes(bounds, most, alike, self._fits)
        return self._shapes[seated]

    def allows(self, shape: Shape) -> bool:
        """Tell whether a match may have these sizes."""
        most = sum(high for _, high in self.bounds) - self.additional_players
        bounds = lowered(self.bounds, most)
        within = all(low <= size <= high for size, (low, high) in zip(shape, bounds, strict=True))
        return within and sum(shape) <= most and self._fits(shape)

    def _fits(self, shape: Shape) -> bool:
        crowd: Lineup = [[_crowd(size)] for size in shape]
        return not any(each.miss(crowd) for each in self.counting)


def _crowd(size: int) -> Piece:
    return (tuple(range(size)),)


def terms_of(rule_set: RuleSet, columns: Columns, choices: Choices) -> list[Terms]:
    """Compile a rule set at each of its levels."""
    defaults = {attribute.name: attribute.default for attribute in rule_set.attributes}
    measuring = Measuring(schema_of(rule_set), columns, defaults, choices)
    return [_terms(at_level(rule_set, level), measuring) for level in range(len(thresholds(rule_set)) + 1)]


def _terms(rule_set: RuleSet, measuring: Measuring) -> Terms:
    compiled = compile_rules(rule_set.rules, measuring)
    demanded, balanced = demanded_rules(rule_set.rules), rule_set.algorithm.balanced_attribute
    counting = [rule.name for rule in demanded if expressions_of(rule) and counts_only(expressions_of(rule))]
    return Terms(
        rule_set,
        [(team.min_players, team.max_players) for team in rule_set.teams for _ in team.team_names],
        _alike(rule_set),
        tuple(compiled[name] for name in counting),
        tuple(compiled[rule.name] for rule in demanded if rule.name not in counting),
        courses_of(rule_set.rules, measuring),
        tuple(keys_of(rule, measuring) for rule in rule_set.rules if isinstance(rule, Sort)),
        common_locations([rule for rule in demanded if isinstance(rule, Latency)], measuring),
        any(isinstance(rule, Latency) for rule in demanded),
        tuple(
            (measuring.attribute_column(rule.attribute, rule.party), rule.max_distance)
            for rule in demanded
            if isinstance(rule, BatchDistance) and rule.max_distance is not None
        ),
        measuring.attribute_column(balanced, PartyAggregation.AVG) if balanced else None,
        measuring.choices.additional_players,
        nobody=(0,) * len(rule_set.team_names),
        team_names=rule_set.team_names,
    )


def _alike(rule_set: RuleSet) -> Sequence[int]:
    named = any(path_of(each).teams is not None for rule in rule_set.rules for each in expressions_of(rule))
    kinds = [at for at, team in enumerate(rule_set.teams) for _ in team.team_names]
    return range(len(kinds)) if named else kinds


def compile_rules(rules: Sequence[Rule], measuring: Measuring) -> dict[str, Demand]:
    """Compile rules by their names; latency rules that stand for themselves must agree on a location."""
    compiled: dict[str, Demand] = {}
    for rule in rules:
        if not isinstance(rule, Sort):
            compiled[rule.name] = demand(rule, measuring, compiled)
    latencies = [rule for rule in demanded_rules(rules) if isinstance(rule, Latency)]
    if len(latencies) > 1 and measuring.choices.common_location:
        compiled[latencies[-1].name] = _agreeing(compiled[latencies[-1].name], latencies, measuring)
    return compiled


def _agreeing(last: Demand, rules: Sequence[Latency], measuring: Measuring) -> Demand:
    find = common_locations(rules, measuring)
    return Demand(last.name, lambda lineup: 0.0 if find(lineup) else 1.0, last.measured)


def satisfies(build: Build, terms: Terms) -> bool:
    """Tell whether a match satisfies all demands but those on team sizes."""
    return not any(each.miss(build.lineup) for each in terms.demands)
