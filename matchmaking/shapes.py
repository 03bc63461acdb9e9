"""How many players are to be in each team: the sizes that a match may have."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product
from math import prod

#: How many players each team has.
Shape = tuple[int, ...]
#: The fewest and the most players of each team.
Bounds = Sequence[tuple[int, int]]

#: Up to so many shapes are listed one by one; of more, only the even ones.
MOST_SHAPES = 4096


def fill_sizes(bounds: Bounds, players: int) -> Shape:
    """Seat so many players: first in teams that lack players, then in all; each time where most slots are open."""
    sizes = [0] * len(bounds)
    for _ in range(min(players, sum(most for _, most in bounds))):
        sizes[next_team(bounds, sizes, 1)] += 1
    return tuple(sizes)


def next_team(bounds: Bounds, sizes: Sequence[int], party: int) -> int:
    """Give the team that a party of so many players goes to; -1 if it fits in none."""
    fits = [at for at, (_, most) in enumerate(bounds) if most - sizes[at] >= party]
    lacking = [at for at in fits if sizes[at] < bounds[at][0]]
    return max(lacking or fits, key=lambda at: bounds[at][1] - sizes[at], default=-1)


def shapes(bounds: Bounds, most: int, alike: Sequence[int], allowed: Callable[[Shape], bool]) -> list[Shape]:
    """List the shapes with at most so many players, the largest first, and of the same size the most even first.

    Of teams that are alike (the same number in ``alike``, side by side) the first ones are the larger ones.
    """
    total = sum(least for least, _ in bounds)
    if total > most:
        bounds = lowered(bounds, most)
    if prod(high - low + 1 for low, high in bounds) > MOST_SHAPES:
        even = {fill_sizes(bounds, players) for players in range(min(total, most), most + 1)}
        found = [each for each in even if _within(each, bounds)]
    else:
        found = list(_listed(bounds, most, alike))
    return sorted((each for each in found if allowed(each)), key=lambda shape: _preference(shape, bounds))


def lowered(bounds: Bounds, most: int) -> Bounds:
    """Lower the least sizes until a match of so many players is possible: slots that are kept free come off evenly."""
    least = [low for low, _ in bounds]
    while sum(least) > most:
        least[max(range(len(least)), key=lambda at: least[at])] -= 1
    return [(low, high) for low, (_, high) in zip(least, bounds, strict=True)]


def _listed(bounds: Bounds, most: int, alike: Sequence[int]) -> Iterator[Shape]:
    twins = [(one, other) for one, other in pairwise(range(len(bounds))) if alike[one] == alike[other]]
    for shape in product(*(range(low, high + 1) for low, high in bounds)):
        if 0 < sum(shape) <= most and all(shape[one] >= shape[other] for one, other in twins):
            yield shape


def _within(shape: Shape, bounds: Bounds) -> bool:
    return sum(shape) > 0 and all(low <= size <= high for size, (low, high) in zip(shape, bounds, strict=True))


def _preference(shape: Shape, bounds: Bounds) -> tuple[int, int, Shape]:
    open_slots = [high - size for size, (_, high) in zip(shape, bounds, strict=True)]
    return (-sum(shape), sum(each * each for each in open_slots), tuple(-size for size in shape))
