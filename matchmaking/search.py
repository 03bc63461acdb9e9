"""The exhaustive search: every ticket of a batch in turn is the anchor, and the others are its candidates."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy

from matchmaking.attempt import Attempt, Given, Purse
from matchmaking.balance import even_out
from matchmaking.batch import Batch, Found, Scores
from matchmaking.build import Build
from matchmaking.courses import Course
from matchmaking.lineup import Entry
from matchmaking.ordering import KeysFor, in_order
from matchmaking.terms import satisfies

#: So many candidates for each slot are tried first, then so many; all others only if that makes no full match.
FIRST_CANDIDATES_PER_SLOT = (2, 16)


@dataclass(slots=True)
class Budget:
    """How many tries all tickets together have left, and the least and the most for each of them."""

    left: int
    least: int
    most: int

    def purse(self) -> Purse:
        """Give one ticket its share."""
        return Purse(max(self.least, min(self.most, self.left)))


class ExhaustiveSearch:
    """The search in one batch. A ticket for which there is no match is ``set_aside``, so that it hinders nobody."""

    def __init__(self, batch: Batch, budget: Budget, rng: random.Random) -> None:
        self.batch, self.budget, self.rng = batch, budget, rng
        self.keys: list[KeysFor] = [prepare(batch.line) for prepare in batch.terms[0].sorts]
        teams = list(range(len(batch.terms[0].bounds)))
        self.team_orders = [teams[first:] + teams[:first] for first in teams]
        self.slots = max(sum(high for _, high in terms.bounds) for terms in batch.terms)
        self.set_aside: list[tuple[Entry, Scores]] = []

    def matches(self) -> Iterator[Found]:
        """Find matches, for the tickets in their order."""
        for anchor in self.batch.line:
            if anchor.taken:
                continue
            found, scores = self._match_for(anchor)
            if found:
                self.batch.take(entry for team in found.build.seats for entry in team)
                yield found
            else:
                self.batch.take([anchor])
                self.set_aside.append((anchor, scores))

    def _match_for(self, anchor: Entry) -> tuple[Found | None, Scores]:
        """Find the largest match: a full one among the first candidates, else the best among all."""
        purse, scores = self.budget.purse(), Scores()
        given = purse.tries
        around = Around(self, anchor, self.rng.choice(self.team_orders), purse, scores)
        found, behind = None, len(self.batch.line) - anchor.place - 1
        for each in FIRST_CANDIDATES_PER_SLOT:
            if found is None and each * self.slots < behind:
                found = around.largest(each * self.slots)
        found = found or around.largest(None)
        self.budget.left -= given - purse.tries
        return found, scores


@dataclass(slots=True)
class Around:
    """The search around one anchor, at all levels and on all courses."""

    search: ExhaustiveSearch
    anchor: Entry
    team_order: list[int]
    purse: Purse
    scores: Scores

    def largest(self, first: int | None) -> Found | None:
        """Find the largest match; among the ``first`` candidates a full one only."""
        best: Found | None = None
        batch = self.search.batch
        for level in batch.levels_for(self.anchor):
            for course in batch.terms[level].courses:
                given = Given(self.anchor, (), self.team_order, partial(self._is_due, level))
                attempt = Attempt(batch.terms[level], course, given, self.purse, self.scores)
                if not course.kin and self._is_hopeless(attempt):
                    continue
                given.candidates = self._candidates(level, course, first)
                build = attempt.largest(only_full=first is not None)
                terms = batch.terms_due(build, level) if build else None
                if build is None or terms is None:
                    continue
                found = Found(build, self.anchor, self.scores, terms)
                larger = max(best or found, found, key=lambda one: one.build.players)
                if attempt.is_full(found):
                    return evened(larger)
                best = larger if first is None else None
        return evened(best) if best else None

    def _is_hopeless(self, attempt: Attempt) -> bool:
        """Tell whether the anchor, or all who are left, may not be where somebody has to: then none is looked at."""
        terms, course = attempt.terms, attempt.course
        if not course.lasting or terms.additional_players:
            return False
        if not attempt.teams_open_to(self.anchor):
            return True
        needed = [team for team, (least, _) in enumerate(terms.bounds) if least]
        return not all(self.search.batch.somebody_for(team, course, attempt.teams_open_to) for team in needed)

    def _is_due(self, level: int, build: Build) -> bool:
        return self.search.batch.terms_due(build, level) is not None

    def _candidates(self, level: int, course: Course, first: int | None) -> list[Entry]:
        batch, keys = self.search.batch, self.search.keys
        if not keys and (first is not None or not course.kin):
            return list(islice(batch.next_in_line(self.anchor, level), first))
        places = numpy.flatnonzero(batch.kindred(self.anchor, level, course, self.scores))
        return [batch.line[place] for place in in_order([key(self.anchor) for key in keys], places)[:first]]


def evened(found: Found) -> Found:
    """Even out the teams of a match, where the rule set balances, as far as its rules allow."""
    terms = found.terms
    if terms.balance is not None:
        even_out(found.build, terms.balance, lambda: satisfies(found.build, terms))
    return found
