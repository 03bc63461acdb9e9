"""Large matches: tickets are grouped by location, seated until a match is full, and balanced.

Such a match knows only latency and batchDistance, so that who is in which team matters for the balance alone.
"""

from collections.abc import Iterator

import numpy
from numpy.typing import NDArray

from matchmaking.balance import deal, even_out
from matchmaking.batch import Batch, Found, Scores
from matchmaking.build import Build
from matchmaking.kinship import Mask
from matchmaking.lineup import Entry
from matchmaking.rules import EPSILON
from matchmaking.ruleset import Batching
from matchmaking.shapes import Bounds, lowered, next_team
from matchmaking.terms import Terms, satisfies

Values = NDArray[numpy.float64]

#: Where a match may be played; "" is anywhere, if no rule asks for latencies.
ANYWHERE = ""


class LargeSearch:
    """The search in one batch. Tickets for which there is no match are ``set_aside``."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.fastest = batch.terms[0].rule_set.algorithm.batching is Batching.FASTEST_REGION
        self.located = [self._located(terms) for terms in batch.terms]
        self.best = self._best_locations()
        self.values: dict[int, Values] = {}
        self.scores = [Scores() for _ in batch.line]
        self.set_aside: list[tuple[Entry, Scores]] = []

    def matches(self) -> Iterator[Found]:
        """Find matches: in the largest group first, and there for the oldest first."""
        for location in self._groups():
            for anchor in self.batch.line:
                if not anchor.taken and (found := self._match_for(anchor, location)):
                    self.batch.take(found.build.entries())
                    yield found
        self.set_aside = [(entry, self.scores[entry.place]) for entry in self.batch.line if not entry.taken]

    def _located(self, terms: Terms) -> dict[str, Mask]:
        """Tell of each location to whom it is acceptable at a level."""
        if not terms.located:
            return {ANYWHERE: numpy.ones(len(self.batch.line), dtype=bool)}
        masks: dict[str, Mask] = {}
        for entry in self.batch.line:
            for location in terms.locations([[entry.piece]]):
                if location not in masks:
                    masks[location] = numpy.zeros(len(self.batch.line), dtype=bool)
                masks[location][entry.place] = True
        return masks

    def _best_locations(self) -> list[str]:
        """Give where each ticket's players are fastest on average."""
        best = []
        for entry in self.batch.line:
            totals: dict[str, float] = {}
            for player in entry.ticket.players:
                for location, latency in player.latency_ms.items():
                    totals[location] = totals.get(location, 0) + latency
            best.append(min(totals, key=lambda location: (totals[location], location), default=ANYWHERE))
        return best

    def _groups(self) -> list[str]:
        """Order the locations by how many players they suit, or by how many are fastest there."""
        masks = self.located[-1]
        for located in self.located:
            masks = {**located, **masks}
        if not self.fastest:
            return sorted(masks, key=lambda location: (-int(self.batch.sizes[masks[location]].sum()), location))
        return sorted(masks, key=lambda location: (-self.best.count(location), location))

    def _match_for(self, anchor: Entry, location: str) -> Found | None:
        scores = self.scores[anchor.place]
        for level in self.batch.levels_for(anchor):
            terms = self.batch.terms[level]
            acceptable = self.located[level].get(location)
            if acceptable is None or not acceptable[anchor.place]:
                continue
            mask = acceptable & self.batch.kindred(anchor, level, terms.courses[0], scores)
            build = self._fill(anchor, mask, terms, location)
            due = self.batch.terms_due(build, level) if build else None
            if build and due and satisfies(build, due):
                return balanced(Found(build, anchor, scores, due))
        return None

    def _fill(self, anchor: Entry, mask: Mask, terms: Terms, location: str) -> Build | None:
        """Seat the anchor and those in line until the match is full; None if a team lacks players then."""
        most = sum(high for _, high in terms.bounds) - terms.additional_players
        bounds = lowered(terms.bounds, most)
        needed = sum(low for low, _ in bounds) - anchor.size
        for column, distance in terms.spreads:
            if self._players(mask) >= needed:
                mask = self._closest(anchor, mask, column, distance)
        if self._players(mask) < needed:
            return None
        build = Build(tuple(high for _, high in bounds))
        build.left = most
        self._seat(build, bounds, anchor)
        for place in self._in_order(mask, location):
            entry = self.batch.line[place]
            if not entry.parts:
                self._seat(build, bounds, entry)
            if build.left == 0:
                break
        enough = all(size >= low for size, (low, _) in zip(build.shape(), bounds, strict=True))
        return build if enough and len(build.entries()) > bool(anchor.parts) else None

    def _players(self, mask: Mask) -> int:
        return int(self.batch.sizes[mask].sum())

    def _closest(self, anchor: Entry, mask: Mask, column: int, distance: float) -> Mask:
        """Choose the values, ``distance`` apart at most and the anchor's among them, that most players have."""
        values, own = self._values(column), anchor.piece[column]
        places = numpy.flatnonzero(mask & (values >= max(own) - distance) & (values <= min(own) + distance))
        order = places[numpy.argsort(values[places], kind="stable")]
        players = numpy.concatenate([[0], numpy.cumsum(self.batch.sizes[order])])
        starts = numpy.append(values[order], min(own))
        starts = starts[starts <= min(own)]
        first = numpy.searchsorted(values[order], starts)
        last = numpy.searchsorted(values[order], starts + distance + EPSILON, side="right")
        best = int(numpy.argmax(players[last] - players[first]))
        narrowed: Mask = numpy.zeros(len(values), dtype=bool)
        narrowed[order[first[best] : last[best]]] = True
        return narrowed

    def _values(self, column: int) -> Values:
        if column not in self.values:
            self.values[column] = numpy.array([entry.piece[column][0] for entry in self.batch.line], dtype=float)
        return self.values[column]

    def _in_order(self, mask: Mask, location: str) -> list[int]:
        places: list[int] = numpy.flatnonzero(mask).tolist()
        if self.fastest:
            places.sort(key=lambda place: self.best[place] != location)
        return places

    def _seat(self, build: Build, bounds: Bounds, entry: Entry) -> None:
        """Seat a ticket where its players have to be, or in the team whose turn it is, if there is room."""
        if entry.size > build.left or (entry.parts and not build.fits(entry)):
            return
        sizes = [high - room for room, (_, high) in zip(build.room, bounds, strict=True)]
        team = 0 if entry.parts else next_team(bounds, sizes, entry.size)
        if team >= 0:
            build.put(entry, team)


def balanced(found: Found) -> Found:
    """Deal the players of a match so that its teams are about equal."""
    if found.terms.balance is not None:
        deal(found.build, found.terms.balance)
        even_out(found.build, found.terms.balance, lambda: True)
    return found
