"""The attempt to form a match around one ticket, the anchor.

First the next tickets in line are seated, each where most room is, and kept unless a rule that lasts is broken. A match
that is full but breaks other rules is mended: tickets change places, or others take theirs. What that does not find is
searched for from the start, as far as there are tries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matchmaking.batch import Found, Scores
from matchmaking.build import Build
from matchmaking.courses import Course
from matchmaking.lineup import Entry, Lineup
from matchmaking.rules import Demand
from matchmaking.shapes import Shape
from matchmaking.terms import Terms

#: How many more tickets may take the place of others in a match that is mended, and how many a search from the start
#: looks at.
MOST_SPARE = 40
MOST_SEARCHED = 200


@dataclass(slots=True)
class Purse:
    """How many line-ups may still be looked at."""

    tries: int


@dataclass(slots=True)  # Frozen ones take three times as long to make, and each attempt has one.
class Given:
    """An anchor, the candidates in their order, and which of teams with the same room comes first."""

    anchor: Entry
    candidates: Sequence[Entry]
    team_order: Sequence[int]
    #: Whether a match has the level of the terms, or satisfies that which it has.
    due: Callable[[Build], bool]


@dataclass(slots=True)
class Attempt:
    """A match is to be formed of these, and must satisfy that."""

    terms: Terms
    course: Course
    given: Given
    purse: Purse
    scores: Scores

    def largest(self, *, only_full: bool) -> Build | None:
        """Find the largest match; with ``only_full`` none that leaves slots open."""
        seated = self._seated()
        if seated is None or (self.course.lasting and not self.teams_open_to(self.given.anchor)):
            return None
        shapes = self.terms.shapes(seated)
        full = sum(shapes[0]) if shapes else 0
        within_reach = self._players(full)
        for shape in shapes:
            size = sum(shape)
            if self.purse.tries <= 0 or (only_full and size < full):
                return None
            if size > within_reach or (self.given.anchor.parts and size == self.given.anchor.size):
                continue
            found, reached = self._of_shape(shape)
            if found:
                return found
            within_reach = min(within_reach, reached)
        return None

    def _players(self, enough: int) -> int:
        """Count the players that there are, up to ``enough``."""
        players = self.given.anchor.size
        for entry in self.given.candidates:
            if players >= enough:
                break
            players += entry.size
        return players

    def is_full(self, found: Found) -> bool:
        """Tell whether no match of the terms that it satisfies is larger: they may allow more than those here."""
        seated = self._seated()
        shapes = found.terms.shapes(seated) if seated is not None else []
        return all(found.build.players >= sum(shape) for shape in shapes[:1])

    def _seated(self) -> Shape | None:
        """Give how many of the anchor play already in each team; None if there are more than a team may have."""
        if not self.given.anchor.parts:
            return self.terms.nobody
        seated = [0] * len(self.terms.bounds)
        for team, piece in self.given.anchor.parts:
            seated[team] = len(piece[0])
        fits = all(there <= most for there, (_, most) in zip(seated, self.terms.bounds, strict=True))
        return tuple(seated) if fits else None

    def _of_shape(self, shape: Shape) -> tuple[Build | None, int]:
        """Find a match of just these sizes; else tell how many players a smaller one may have."""
        build = self._seat_in_line(shape)
        reached = sum(shape) - build.left
        if build.left == 0 and self._mend(build):
            return build, reached
        kept = self.purse.tries - self.purse.tries // 4
        found = self._search(shape, kept)
        # Had the search time to look at all, only that size is out of question; else what came together is a guide.
        return found, reached if self.purse.tries <= kept else sum(shape)

    def teams_open_to(self, entry: Entry) -> tuple[int, ...]:
        """Give the teams in which a ticket alone breaks no rule that lasts."""
        if entry.open_teams is None:
            entry.open_teams = {}
        key = id(self.course)
        if key not in entry.open_teams:
            entry.open_teams[key] = self._teams_open_to(entry)
        return entry.open_teams[key]

    def _teams_open_to(self, entry: Entry) -> tuple[int, ...]:
        count = len(self.terms.bounds)
        if entry.parts:
            return tuple(range(count))
        alone = [[[entry.piece] if at == team else [] for at in range(count)] for team in range(count)]
        return tuple(team for team in range(count) if not any(each.miss(alone[team]) for each in self.course.lasting))

    def holds(self, demands: Sequence[Demand], lineup: Lineup) -> bool:
        """Tell whether a line-up satisfies demands, and count it."""
        scores = self.scores
        for each in demands:
            if each.miss(lineup):
                scores.failed[each.name] = scores.failed.get(each.name, 0) + 1
                return False
            scores.passed[each.name] = scores.passed.get(each.name, 0) + 1
        return True

    def _seat_in_line(self, shape: Shape) -> Build:
        build = Build(shape)
        sit_down = self._sit_down if self.course.lasting else self._sit_down_anywhere
        if not sit_down(build, self.given.anchor):
            return build
        for entry in self.given.candidates:
            if entry.size <= build.left:
                sit_down(build, entry)
                if build.left == 0 or self.purse.tries <= 0:
                    break
        return build

    def _sit_down(self, build: Build, entry: Entry) -> bool:
        """Seat a ticket in the team with most room in which no lasting rule is broken."""
        for team in self._teams_with_room(build, entry):
            build.put(entry, team)
            self.purse.tries -= 1
            if self.holds(self.course.lasting, build.lineup):
                return True
            build.take_back(entry, team)
            if self.course.team_blind:
                return False
        return False

    def _sit_down_anywhere(self, build: Build, entry: Entry) -> bool:
        """Seat a ticket in the team with most room, where no rule lasts: that with which `_teams_with_room` begins."""
        if entry.parts:
            widest = 0 if build.fits(entry) else -1
        else:
            widest, most, room = -1, entry.size - 1, build.room
            for team in self.given.team_order:
                if room[team] > most:
                    widest, most = team, room[team]
        if widest >= 0:
            build.put(entry, widest)
        return widest >= 0

    def _teams_with_room(self, build: Build, entry: Entry) -> Sequence[int]:
        if entry.parts:
            return (0,) if build.fits(entry) else ()
        size, room, teams = entry.size, build.room, self.given.team_order
        teams = [team for team in teams if room[team] >= size]
        if self.course.lasting:
            open_to = self.teams_open_to(entry)
            teams = [team for team in teams if team in open_to]
        if len(teams) > 1:
            teams.sort(key=room.__getitem__, reverse=True)
        return teams

    def _missed(self, build: Build) -> float:
        """Give by how much a match misses its rules, all together."""
        self.purse.tries -= 1
        scores, lineup, total = self.scores, build.lineup, 0.0
        for each in self.terms.demands:
            missed = each.miss(lineup)
            if missed:
                total += missed
                scores.failed[each.name] = scores.failed.get(each.name, 0) + 1
            else:
                scores.passed[each.name] = scores.passed.get(each.name, 0) + 1
        return total or float(not self.given.due(build))

    def _mend(self, build: Build) -> bool:
        """Change a full match, each time for the better, until it satisfies all rules or nothing makes it better."""
        missed, before = self._missed(build), float("inf")
        spare: list[Entry] | None = None
        while 0 < missed < before and self.purse.tries > 0:
            before = missed
            missed = self._swap(build, missed)
            if missed:
                spare = self._spare(build) if spare is None else spare
                missed = self._replace(build, spare, missed)
        return missed == 0

    def _spare(self, build: Build) -> list[Entry]:
        seated = {entry.place for team in build.seats for entry in team}
        spare = [entry for entry in self.given.candidates if entry.place not in seated and not entry.parts]
        return spare[:MOST_SPARE]

    def _swap(self, build: Build, missed: float) -> float:
        """Let tickets of the same size change teams, where that is better."""
        seats = list(build.movable())
        for team, at in seats:
            for other, there in seats:
                if other <= team:  # Most are.
                    continue
                one, two = build.seats[team][at], build.seats[other][there]
                if one.size != two.size or self.purse.tries <= 0:
                    continue
                build.change(team, at, two)
                build.change(other, there, one)
                now = self._missed(build)
                if now < missed:
                    missed = now
                    if not missed:
                        return missed
                else:
                    build.change(team, at, one)
                    build.change(other, there, two)
        return missed

    def _replace(self, build: Build, spare: list[Entry], missed: float) -> float:
        """Let others take the places of tickets of the same size, the last in line first; the anchor stays."""
        for number, newcomer in enumerate(spare):
            for team, at in sorted(build.movable(), key=lambda seat: -build.seats[seat[0]][seat[1]].number):
                one = build.seats[team][at]
                if one is self.given.anchor or one.size != newcomer.size or self.purse.tries <= 0:
                    continue
                build.change(team, at, newcomer)
                now = self._missed(build)
                if now < missed:
                    missed, spare[number] = now, one
                    break
                build.change(team, at, one)
            if not missed:
                break
        return missed

    def _search(self, shape: Shape, kept: int) -> Build | None:
        """Look for a match from the start, ticket after ticket in line, until so many tries are left."""
        build = Build(shape)
        if self.given.anchor.size > build.left:
            return None
        candidates = [entry for entry in self.given.candidates if self.teams_open_to(entry)][:MOST_SEARCHED]
        beyond = [0]
        for entry in reversed(candidates):
            beyond.append(beyond[-1] + entry.size)
        beyond.reverse()
        for team in self._distinct_teams(build, self.given.anchor):
            build.put(self.given.anchor, team)
            if self._complete(build, candidates, beyond, 0, kept):
                return build
            build.take_back(self.given.anchor, team)
        return None

    def _complete(self, build: Build, candidates: list[Entry], beyond: list[int], start: int, kept: int) -> bool:
        """Seat candidates from ``start`` on until the match is full and satisfies all; undone if that fails."""
        if build.left == 0:
            return self._missed(build) == 0
        for at in range(start, len(candidates)):
            entry = candidates[at]
            if beyond[at] < build.left or self.purse.tries <= kept:
                return False
            if entry.size > build.left:
                continue
            for team in self._distinct_teams(build, entry):
                build.put(entry, team)
                self.purse.tries -= 1
                lasts = self.holds(self.course.lasting, build.lineup)
                if lasts and self._complete(build, candidates, beyond, at + 1, kept):
                    return True
                build.take_back(entry, team)
        return False

    def _distinct_teams(self, build: Build, entry: Entry) -> list[int]:
        """Give the teams to try: of empty ones that are alike only the first."""
        seen: set[tuple[int, int]] = set()
        distinct = []
        for team in self._teams_with_room(build, entry):
            key = (self.terms.alike[team], build.room[team])
            if build.seats[team] or key not in seen:
                distinct.append(team)
            if not build.seats[team]:
                seen.add(key)
        return distinct
