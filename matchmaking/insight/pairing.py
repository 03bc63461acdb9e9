"""A ticket and those who wait with it, two by two and in one whole match."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from matchmaking.build import Build
from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.line import line_of
from matchmaking.lineup import Columns, Entry, Piece
from matchmaking.pool import Ticket
from matchmaking.rules import Demand
from matchmaking.ruleset import ExpansionAge, RuleSet
from matchmaking.terms import Terms, terms_of

#: So many of a rule set's teams are tried for each of two tickets; further ones are mostly like them.
MOST_TEAMS = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """The ticket with one other: the rules that these two miss where it goes best, none if they may play together.

    ``fits``: there is room for both of them.
    """

    other: Entry
    fits: bool
    missed: tuple[Demand, ...]
    by: float


class Line:
    """A ticket, the anchor, and its candidates in line. Candidates that could never match anybody are left out."""

    def __init__(
        self, rule_set: RuleSet, ticket: Ticket, others: Sequence[Ticket], now: float, choices: Choices
    ) -> None:
        columns = Columns()
        self.levels = terms_of(rule_set, columns, choices)
        entries = line_of(rule_set, [ticket, *others], now, columns)
        for entry in entries:
            entry.place = entry.number
        self.anchor = next(entry for entry in entries if entry.ticket is ticket)
        self.candidates = [entry for entry in entries if entry is not self.anchor]
        self._newest = rule_set.algorithm.expansion_age is ExpansionAge.NEWEST

    def terms(self, *entries: Entry) -> Terms:
        """Give what a match of the anchor and these must satisfy."""
        pick = min if self._newest else max
        return self.levels[pick(entry.level for entry in (self.anchor, *entries))]

    def best_build(self, paired: Sequence[Pair]) -> tuple[Build | None, Terms]:
        """Put a whole match together, as small as the rule set allows, of those who suit the anchor best.

        The build has slots left where there are not enough of them; None if the anchor itself has no room.
        """
        ranked = [pair.other for pair in sorted(paired, key=lambda pair: (not pair.fits, len(pair.missed), pair.by))]
        terms = self.terms()
        seated = tuple(
            sum(len(piece[0]) for team, piece in self.anchor.parts if team == at) for at in range(len(terms.bounds))
        )
        for shape in reversed(terms.shapes(seated)):
            build = Build(shape)
            if _seat(build, self.anchor) < 0:
                continue
            rest = _joined(build, ranked, terms)
            for entry in rest:
                _seat(build, entry)
            return build, self.terms(*build.entries())
        return None, terms


def pairs(line: Line) -> list[Pair]:
    """Put the anchor together with each candidate, in the teams in which they miss least."""
    return [_pair(line, other) for other in line.candidates if not (other.parts and line.anchor.parts)]


class Alone:
    """Which rules a ticket misses although nobody else is there yet: nobody who comes can mend that."""

    def __init__(self, rule_set: RuleSet, choices: Choices = DEFAULT_CHOICES) -> None:
        self._rule_set = rule_set
        self._columns = Columns()
        self._levels = terms_of(rule_set, self._columns, choices)

    def misses(self, ticket: Ticket, now: float) -> tuple[str, ...]:
        """Give the rules by their names, as they are for the ticket's age; none for a ticket that can never match."""
        for entry in line_of(self._rule_set, [ticket], now, self._columns):
            terms = self._levels[entry.level]
            ways: list[list[str]] = [
                [demand.name for demand in course.lasting if demand.miss(lineup)]
                for lineup in _places(terms, entry)
                for course in terms.courses
            ]
            fewest = min(ways, key=len)
            return tuple(fewest)
        return ()


def _pair(line: Line, other: Entry) -> Pair:
    terms = line.terms(other)
    ways = _misses(terms, line.anchor, other)
    best = min(ways, key=lambda missed: (len(missed), sum(missed.values())), default={})
    by_name = {demand.name: demand for demand in best}
    return Pair(other, bool(ways), tuple(by_name.values()), sum(best.values()))


def _misses(terms: Terms, anchor: Entry, other: Entry) -> list[dict[Demand, float]]:
    """Give what these two miss, for each way to seat them, and each course that a match may take."""
    ways = []
    for one, two in product(_places(terms, anchor), _places(terms, other)):
        lineup: list[list[Piece]] = [[*first, *second] for first, second in zip(one, two, strict=True)]
        sizes = tuple(sum(len(piece[0]) for piece in team) for team in lineup)
        if any(size > most for size, (_, most) in zip(sizes, terms.bounds, strict=True)):
            continue
        if terms.allows(sizes):
            ways.append(_missed(terms.demands, lineup))
        else:
            ways += [_missed(course.lasting, lineup) for course in terms.courses]
    return ways


def _missed(demands: Sequence[Demand], lineup: list[list[Piece]]) -> dict[Demand, float]:
    return {demand: by for demand in demands if (by := demand.miss(lineup))}


def _places(terms: Terms, entry: Entry) -> list[list[list[Piece]]]:
    """Give the line-ups of a ticket alone: one for each team that it may be in."""
    count = len(terms.bounds)
    if entry.parts:
        return [[[piece for at, piece in entry.parts if at == team] for team in range(count)]]
    return [[[entry.piece] if at == team else [] for at in range(count)] for team in range(min(count, MOST_TEAMS))]


def _joined(build: Build, ranked: Sequence[Entry], terms: Terms) -> list[Entry]:
    """Seat all who break no rule that lasts with those who sit already; give the others."""
    rest = []
    for entry in ranked:
        team = _seat(build, entry)
        if team < 0:
            continue
        if all(any(each.miss(build.lineup) for each in course.lasting) for course in terms.courses):
            build.take_back(entry, team)
            rest.append(entry)
    return rest


def _seat(build: Build, entry: Entry) -> int:
    """Seat a ticket where most room is, and give the team; -1 if it has no room."""
    if entry.parts:
        team = 0 if build.fits(entry) else -1
    else:
        team = max(range(len(build.room)), key=build.room.__getitem__)
        team = team if build.room[team] >= entry.size else -1
    if team >= 0:
        build.put(entry, team)
    return team
