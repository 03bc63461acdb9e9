"""A potential match while it is put together: teams of pieces, each with the values that rules read, made once."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaking.pool import Player, Ticket

#: The members of one ticket in one team, as columns: what the rules read, by the column's number; a value for each
#: member. What is in a column is for the rule that reads it, which has been checked against the attribute's type.
Piece = tuple[tuple[Any, ...], ...]
#: The teams of a potential match, in the rule set's order.
Lineup = Sequence[Sequence[Piece]]
#: Makes a column of some players who are one party, or of one who stands alone.
MakeColumn = Callable[[Sequence[Player]], tuple[Any, ...]]

#: The column that every piece has: the players themselves.
PLAYERS = 0


class Columns:
    """Which columns a piece has. They are asked for while rules are compiled, and made when tickets come."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._makers: list[MakeColumn] = []
        self.number("players", tuple)

    def number(self, key: Hashable, make: MakeColumn) -> int:
        """Give the number of a column, the same for the same key."""
        if key not in self._numbers:
            self._numbers[key] = len(self._makers)
            self._makers.append(make)
        return self._numbers[key]

    def piece(self, players: Sequence[Player]) -> Piece:
        """Make the piece of a party."""
        return tuple([make(players) for make in self._makers])

    def piece_of_single_players(self, players: Sequence[Player]) -> Piece:
        """Make a piece of players who are no party: nothing is aggregated among them."""
        pieces = [self.piece([player]) for player in players]
        return tuple(tuple(value for column in columns for value in column) for columns in zip(*pieces, strict=True))


@dataclass(slots=True, eq=False)
class Entry:
    """A ticket in the search, with its number in line and its place in the batch. ``parts`` are bound to teams."""

    ticket: Ticket
    number: int
    size: int
    piece: Piece
    parts: tuple[tuple[int, Piece], ...] = ()
    level: int = 0
    place: int = 0
    #: In a match, or set aside because there is none for it.
    taken: bool = False
    #: The teams in which the ticket may be at all, by the course; worked out when first asked for.
    open_teams: dict[int, tuple[int, ...]] | None = None


def entry_of(ticket: Ticket, number: int, columns: Columns, teams: dict[str, int]) -> Entry:
    """Prepare a ticket. Players who play already are not taken for a party: they may have come one by one."""
    if not ticket.backfill:
        return Entry(ticket, number, len(ticket.players), columns.piece(ticket.players))
    by_team: dict[int, list[Player]] = {}
    for player in ticket.players:
        by_team.setdefault(teams[player.team], []).append(player)
    parts = tuple((team, columns.piece_of_single_players(players)) for team, players in by_team.items())
    return Entry(ticket, number, len(ticket.players), columns.piece_of_single_players(ticket.players), parts)
