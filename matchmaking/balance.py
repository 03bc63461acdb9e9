"""Even teams: tickets change places until the teams' averages of an attribute are about equal."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from heapq import nsmallest
from typing import Any

from matchmaking.build import Build
from matchmaking.lineup import Entry

#: More exchanges than this bring nothing that anybody would notice.
MOST_EXCHANGES = 50
#: So many exchanges are looked at for one, if rules forbid the best of them.
MOST_LOOKED_AT = 5
#: Averages that are this close are equal.
EVEN = 1e-9

#: A seat: its team, and its number there.
Seat = tuple[int, int]


def deal(build: Build, column: int) -> None:
    """Deal tickets anew among the seats of their size: the strongest first, each to the team that is weakest so far."""
    seats: dict[tuple[int, int], list[Seat]] = {}
    entries: list[Entry] = []
    for team, at in build.movable():
        entry = build.seats[team][at]
        seats.setdefault((entry.size, team), []).append((team, at))
        entries.append(entry)
    sizes = [sum(len(piece[column]) for piece in team) for team in build.lineup]
    least = min((value for entry in entries for value in entry.piece[column]), default=0.0)
    strength = [0.0] * len(sizes)
    for entry in sorted(entries, key=lambda one: (-one.size, -sum(one.piece[column]))):
        open_to = [team for team in range(len(sizes)) if seats.get((entry.size, team))]
        team = min(open_to, key=lambda at: strength[at] / sizes[at])
        strength[team] += sum(entry.piece[column]) - least * entry.size
        build.change(*seats[entry.size, team].pop(), entry)


def even_out(build: Build, column: int, holds: Callable[[], bool]) -> None:
    """Exchange tickets between the strongest and the weakest team, while that brings them closer and all ``holds``."""
    for _ in range(MOST_EXCHANGES):
        exchanges = nsmallest(MOST_LOOKED_AT, _exchanges(build, column))
        if not any(_exchange(build, one, other, holds) for _, one, other in exchanges):
            return


def averages(build: Build, column: int) -> dict[int, float]:
    """Give the average of each team that has players."""
    values: dict[int, list[Any]] = {
        team: [value for piece in pieces for value in piece[column]] for team, pieces in enumerate(build.lineup)
    }
    return {team: sum(each) / len(each) for team, each in values.items() if each}


def _exchanges(build: Build, column: int) -> Iterator[tuple[float, Seat, Seat]]:
    """Give exchanges that bring the strongest and the weakest team closer, each with the gap that is left."""
    mean = averages(build, column)
    if len(mean) < 2:
        return
    strong, weak = max(mean, key=lambda team: mean[team]), min(mean, key=lambda team: mean[team])
    gap = mean[strong] - mean[weak]
    weight = sum(1 / sum(len(piece[column]) for piece in build.lineup[team]) for team in (strong, weak))
    partners = _by_size(build, column, weak)
    for size, seats in _by_size(build, column, strong).items():
        others = partners.get(size, [])
        for value, seat in seats:
            at = bisect_left(others, (value - gap / weight, (0, 0)))
            for value_there, other in others[max(at - 1, 0) : at + 1]:
                left = abs(gap - (value - value_there) * weight)
                if left < gap - EVEN:
                    yield left, seat, other


def _by_size(build: Build, column: int, team: int) -> dict[int, list[tuple[float, Seat]]]:
    """Give a team's seats with the sum of their values, the weakest first, by how many players sit there."""
    by_size: dict[int, list[tuple[float, Seat]]] = {}
    for at, entry in enumerate(build.seats[team]):
        if not entry.parts:
            by_size.setdefault(entry.size, []).append((sum(entry.piece[column]), (team, at)))
    for seats in by_size.values():
        seats.sort()
    return by_size


def _exchange(build: Build, one: Seat, other: Seat, holds: Callable[[], bool]) -> bool:
    first, second = build.seats[one[0]][one[1]], build.seats[other[0]][other[1]]
    build.change(*one, second)
    build.change(*other, first)
    if holds():
        return True
    build.change(*one, first)
    build.change(*other, second)
    return False
