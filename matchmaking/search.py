"""The exhaustive search: every ticket of a batch in turn is the anchor, and the others are its candidates."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy
from numpy.typing import NDArray

from matchmaking.attempt import Attempt, Given, Purse, Scores
from matchmaking.build import Build
from matchmaking.courses import Course
from matchmaking.kinship import Kin
from matchmaking.lineup import Entry
from matchmaking.ordering import KeysFor, in_order
from matchmaking.ruleset import ExpansionAge
from matchmaking.terms import Terms

#: So many candidates are tried first; all others only if these make no full match.
FIRST_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Found:
    """A match, and how its search went."""

    build: Build
    anchor: Entry
    scores: Scores
    terms: Terms


@dataclass(slots=True)
class Budget:
    """How many tries all tickets together have left, and the least and the most for each of them."""

    left: int
    least: int
    most: int

    def purse(self) -> Purse:
        """Give one ticket its share."""
        return Purse(max(self.least, min(self.most, self.left)))


class BatchSearch:
    """The search in one batch; ``line`` is in order."""

    def __init__(self, terms: Sequence[Terms], line: Sequence[Entry], budget: Budget, rng: random.Random) -> None:
        self.terms, self.line, self.budget, self.rng = terms, line, budget, rng
        for place, entry in enumerate(line):
            entry.place, entry.taken = place, False
        self.age = terms[0].rule_set.algorithm.expansion_age
        self.free: NDArray[numpy.bool_] = numpy.ones(len(line), dtype=bool)
        self.keys: list[KeysFor] = [prepare(line) for prepare in terms[0].sorts]
        self.kin: dict[int, list[Kin]] = {}
        self.levels = numpy.array([entry.level for entry in line])
        self.backfills = numpy.array([bool(entry.parts) for entry in line], dtype=bool)
        self.set_aside: list[tuple[Entry, Scores]] = []

    def matches(self) -> Iterator[Found]:
        """Find matches. A ticket for which there is none is set aside, so that it hinders nobody."""
        for anchor in self.line:
            if anchor.taken:
                continue
            found = self._match_for(anchor)
            for entry in found.build.entries() if found else [anchor]:
                entry.taken = True
                self.free[entry.place] = False
            if found:
                yield found

    def _match_for(self, anchor: Entry) -> Found | None:
        purse, scores = self.budget.purse(), Scores()
        given, count = purse.tries, len(self.terms[0].bounds)
        self.team_order = self.rng.sample(range(count), count)
        found = self._largest(anchor, purse, scores)
        self.budget.left -= given - purse.tries
        if found is None:
            self.set_aside.append((anchor, scores))
        return found

    def _largest(self, anchor: Entry, purse: Purse, scores: Scores) -> Found | None:
        """Find the largest match: a full one among the first candidates, else the best among all."""
        some = len(self.line) - anchor.place - 1 > FIRST_CANDIDATES
        if some and (found := self._among(FIRST_CANDIDATES, anchor, purse, scores)):
            return found
        return self._among(None, anchor, purse, scores)

    def _among(self, first: int | None, anchor: Entry, purse: Purse, scores: Scores) -> Found | None:
        best: Found | None = None
        for level in self._levels(anchor):
            terms = self.terms[level]
            for course in terms.courses:
                candidates = self._candidates(anchor, level, course, first)
                attempt = Attempt(terms, course, Given(anchor, candidates, self.team_order), purse, scores)
                build = attempt.largest(only_full=first is not None)
                if build is None or not self._is_due(build, level):
                    continue
                found = Found(build, anchor, scores, terms)
                if attempt.is_full(build):
                    return found
                best = max(best or found, found, key=lambda one: sum(one.build.shape()))
        return best

    def _levels(self, anchor: Entry) -> Sequence[int]:
        """Give the levels that a match with this anchor may have, those first that the tickets next in line bring."""
        if self.age is ExpansionAge.NEWEST:
            return range(anchor.level, -1, -1)
        return range(int(self.levels[self.free].max()), anchor.level - 1, -1)

    def _is_due(self, build: Build, level: int) -> bool:
        """Tell whether a match satisfies the level that it has: its tickets may be older or younger than need be."""
        levels = [entry.level for entry in build.entries()]
        actual = min(levels) if self.age is ExpansionAge.NEWEST else max(levels)
        if actual == level:
            return True
        terms = self.terms[actual]
        return terms.allows(build.shape()) and not any(each.miss(build.lineup) for each in terms.demands)

    def _candidates(self, anchor: Entry, level: int, course: Course, first: int | None) -> list[Entry]:
        newest = self.age is ExpansionAge.NEWEST
        if self.keys or course.kin:
            places = self._kindred(anchor, level, course)
            return [self.line[place] for place in in_order([keys(anchor) for keys in self.keys], places)[:first]]
        fit = (
            entry
            for entry in islice(self.line, anchor.place + 1, None)
            if not entry.taken
            and (entry.level >= level if newest else entry.level <= level)
            and not (entry.parts and anchor.parts)
        )
        return list(islice(fit, first))

    def _kindred(self, anchor: Entry, level: int, course: Course) -> NDArray[numpy.intp]:
        """Give the places of those who could play with the anchor at all."""
        mask = self.free & (self.levels >= level if self.age is ExpansionAge.NEWEST else self.levels <= level)
        mask[anchor.place] = False
        if anchor.parts:
            mask &= ~self.backfills
        for kin in self._kin_of(course):
            mask &= kin(anchor)
        return numpy.flatnonzero(mask)

    def _kin_of(self, course: Course) -> list[Kin]:
        if id(course) not in self.kin:
            self.kin[id(course)] = [prepare(self.line) for prepare in course.kin]
        return self.kin[id(course)]
