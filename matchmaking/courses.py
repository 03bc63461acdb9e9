"""Ways to a match. A compound may hold in several ways, and each asks for other tickets: (a and b) or (c and d).

Each way is tried as a course of its own, so that rules that only one of them needs sort out tickets early.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from matchmaking.kinship import KinOf, kin_of
from matchmaking.lasting import lasting, names_teams
from matchmaking.measuring import Measuring
from matchmaking.rules import Demand, demand
from matchmaking.ruleset import Compound, Distance, Logic, Rule, Statement
from matchmaking.structure import demanded_rules, expressions_of

#: The names of the rules that hold on one way.
Way = frozenset[str]

#: A compound with more ways than this is looked at in whole matches only.
MOST_WAYS = 16
_ANY_WAY: list[Way] = [frozenset()]


@dataclass(frozen=True, slots=True)
class Course:
    """The demands to look at while a match is put together; ``team_blind``: none of them cares who is in which team."""

    lasting: tuple[Demand, ...]
    kin: tuple[tuple[str, KinOf], ...]
    team_blind: bool


def courses_of(rules: Sequence[Rule], measuring: Measuring) -> tuple[Course, ...]:
    """Give the courses of a rule set: one, unless a compound holds in several ways."""
    demanded = demanded_rules(rules)
    ways = _ANY_WAY
    for rule in demanded:
        if isinstance(rule, Compound):
            ways = _both(ways, _ways(rule.statement))
    on_their_own = {rule.name for rule in demanded}
    return tuple(_course([rule for rule in rules if rule.name in on_their_own | way], measuring) for way in ways)


def _course(rules: Sequence[Rule], measuring: Measuring) -> Course:
    parts = [part for rule in rules if (part := _lasting(rule, measuring)) is not None]
    kin = [(part.name, found) for part in parts if (found := kin_of(part, measuring)) is not None]
    blind = not any(names_teams(expression) for part in parts for expression in expressions_of(part))
    return Course(tuple(demand(part, measuring, {}) for part in parts), tuple(kin), blind)


def _lasting(rule: Rule, measuring: Measuring) -> Rule | None:
    if measuring.choices.empty_team_fails and isinstance(rule, Distance):
        return None  # A team that is empty now may not stay so.
    return lasting(rule, measuring.schema)


def _ways(part: Statement | str) -> list[Way]:
    """Give the ways in which a statement holds; what has to fail on a way is not told."""
    match part:
        case str():
            return [frozenset([part])]
        case Statement(Logic.AND, arguments):
            return _all([_ways(each) for each in arguments])
        case Statement(Logic.NOT, (argument,)):
            return _ways_to_fail(argument)
        case Statement(arguments=arguments):
            return _distinct([way for each in arguments for way in _ways(each)])


def _ways_to_fail(part: Statement | str) -> list[Way]:
    match part:
        case Statement(Logic.OR, arguments):
            return _all([_ways_to_fail(each) for each in arguments])
        case Statement(Logic.NOT, (argument,)):
            return _ways(argument)
        case Statement(Logic.AND, arguments):
            return _distinct([way for each in arguments for way in _ways_to_fail(each)])
        case _:
            return _ANY_WAY


def _all(ways_of_each: Sequence[list[Way]]) -> list[Way]:
    ways = _ANY_WAY
    for each in ways_of_each:
        ways = _both(ways, each)
    return ways


def _both(some: list[Way], others: list[Way]) -> list[Way]:
    return _distinct([one | other for one, other in product(some, others)])


def _distinct(ways: list[Way]) -> list[Way]:
    distinct = list(dict.fromkeys(ways))
    return distinct if len(distinct) <= MOST_WAYS else _ANY_WAY
