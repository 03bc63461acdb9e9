"""A potential match while it is put together: who sits where, and how much room is left."""

from collections.abc import Iterator
from operator import attrgetter

from matchmaking.lineup import Entry, Piece
from matchmaking.shapes import Shape


class Build:
    """Teams that fill up to a shape. ``seats`` says which ticket each piece of the line-up belongs to."""

    __slots__ = ("backfill", "left", "lineup", "players", "room", "seats")

    def __init__(self, shape: Shape) -> None:
        self.lineup: list[list[Piece]] = [[] for _ in shape]
        self.seats: list[list[Entry]] = [[] for _ in shape]
        self.room = list(shape)
        self.left = sum(shape)
        self.players = 0
        self.backfill: Entry | None = None

    def fits(self, entry: Entry) -> bool:
        """Tell whether there is room for players who play already, in their teams; one such ticket is enough."""
        room = self.room
        return self.backfill is None and all(room[team] >= len(piece[0]) for team, piece in entry.parts)

    def put(self, entry: Entry, team: int) -> None:
        """Seat a ticket; the team does not matter to those who have one."""
        self.left -= entry.size
        self.players += entry.size
        if not entry.parts:
            self.lineup[team].append(entry.piece)
            self.seats[team].append(entry)
            self.room[team] -= entry.size
            return
        self.backfill = entry
        for at, piece in entry.parts:
            self.lineup[at].append(piece)
            self.seats[at].append(entry)
            self.room[at] -= len(piece[0])

    def take_back(self, entry: Entry, team: int) -> None:
        """Undo the last put, which was this one."""
        self.left += entry.size
        self.players -= entry.size
        if not entry.parts:
            self.lineup[team].pop()
            self.seats[team].pop()
            self.room[team] += entry.size
            return
        self.backfill = None
        for at, piece in entry.parts:
            self.lineup[at].pop()
            self.seats[at].pop()
            self.room[at] += len(piece[0])

    def change(self, team: int, at: int, entry: Entry) -> None:
        """Let another ticket of the same size sit there."""
        self.lineup[team][at] = entry.piece
        self.seats[team][at] = entry

    def entries(self) -> list[Entry]:
        """Give the tickets, each once, the first in line first."""
        entries = {entry.place: entry for team in self.seats for entry in team}
        return sorted(entries.values(), key=_number)

    def movable(self) -> Iterator[tuple[int, int]]:
        """Give the seats (team, number) of tickets that are not bound to a team."""
        for team, seated in enumerate(self.seats):
            for at, entry in enumerate(seated):
                if entry is not self.backfill:
                    yield team, at

    def shape(self) -> Shape:
        """Give how many players are in each team."""
        return tuple(sum(len(piece[0]) for piece in team) for team in self.lineup)


_number = attrgetter("number")
