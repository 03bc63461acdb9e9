"""The tickets of one batch during a search: who is still free, who could play with whom, which level counts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy

from matchmaking.build import Build
from matchmaking.courses import Course
from matchmaking.kinship import Kin, Mask
from matchmaking.lineup import Entry
from matchmaking.ruleset import ExpansionAge
from matchmaking.terms import Terms, satisfies


@dataclass(slots=True)
class Scores:
    """How often each rule passed and failed."""

    passed: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """A match that satisfies its terms, and how its search went."""

    build: Build
    anchor: Entry
    scores: Scores
    terms: Terms


class Batch:
    """Tickets in order, and the terms of all levels."""

    def __init__(self, terms: Sequence[Terms], line: Sequence[Entry]) -> None:
        for place, entry in enumerate(line):
            entry.place, entry.taken = place, False
        self.terms, self.line = terms, line
        self.newest = terms[0].rule_set.algorithm.expansion_age is ExpansionAge.NEWEST
        self.free: Mask = numpy.ones(len(line), dtype=bool)
        self.levels = numpy.array([entry.level for entry in line], dtype=int)
        self.sizes = numpy.array([entry.size for entry in line], dtype=int)
        self._bound: Mask = numpy.array([bool(entry.parts) for entry in line], dtype=bool)
        self._kin: dict[int, list[tuple[str, Kin]]] = {}
        #: By course and team: who may be there at all, the last in line first.
        self._open: dict[tuple[int, int], list[Entry]] = {}

    def take(self, entries: Iterable[Entry]) -> None:
        """Let these be free no more."""
        for entry in entries:
            entry.taken = True
            self.free[entry.place] = False

    def somebody_for(self, team: int, course: Course, teams_open_to: Callable[[Entry], Sequence[int]]) -> bool:
        """Tell whether anybody is left who may be in a team, as far as each alone can tell."""
        key = id(course), team
        if key not in self._open:
            self._open[key] = [entry for entry in reversed(self.line) if team in teams_open_to(entry)]
        left = self._open[key]
        while left and left[-1].taken:
            left.pop()
        return bool(left)

    def levels_for(self, anchor: Entry) -> Sequence[int]:
        """Give the levels that a match with this anchor may have, those first that the tickets next in line bring."""
        if self.newest:
            return range(anchor.level, -1, -1)
        return range(int(self.levels[self.free].max()), anchor.level - 1, -1)

    def terms_due(self, build: Build, level: int) -> Terms | None:
        """Give the terms of the level that a match has, if it satisfies them: its tickets may be older than need be."""
        if len(self.terms) == 1:
            return self.terms[0]
        levels = [entry.level for team in build.seats for entry in team]
        actual = min(levels) if self.newest else max(levels)
        terms = self.terms[actual]
        if actual == level:
            return terms
        return terms if terms.allows(build.shape()) and satisfies(build, terms) else None

    def next_in_line(self, anchor: Entry, level: int) -> Iterator[Entry]:
        """Give the free tickets behind an anchor that a match of this level may have."""
        line = self.line
        for place in range(anchor.place + 1, len(line)):
            entry = line[place]
            if entry.taken or (entry.level < level if self.newest else entry.level > level):
                continue
            if not (entry.parts and anchor.parts):
                yield entry

    def kindred(self, anchor: Entry, level: int, course: Course, scores: Scores) -> Mask:
        """Tell who is free and could play with the anchor at all, in a match of this level; count whom rules refuse."""
        mask: Mask = self.free & (self.levels >= level if self.newest else self.levels <= level)
        mask[anchor.place] = False
        if anchor.parts:
            mask &= ~self._bound
        left = numpy.count_nonzero(mask)
        for name, kin in self._kin_of(course):
            mask &= kin(anchor)
            refused, left = left - numpy.count_nonzero(mask), numpy.count_nonzero(mask)
            if refused:
                scores.failed[name] = scores.failed.get(name, 0) + int(refused)
        return mask

    def _kin_of(self, course: Course) -> list[tuple[str, Kin]]:
        if id(course) not in self._kin:
            self._kin[id(course)] = [(name, prepare(self.line)) for name, prepare in course.kin]
        return self._kin[id(course)]
