"""Hardships: whose lines in a game session are bad on purpose, so that its developer sees how the game takes it."""

from relay.connection import Connection
from relay.fast.bad_line import BadLine
from relay.fast.hardship import Hardship
from relay.late import Late
from session.values import PlayerId

#: Nobody in particular.
EVERYBODY = PlayerId("")


class Hardships:
    """What is done to whom; to a player of its own counts more than to everybody."""

    def __init__(self) -> None:
        self._lines: dict[PlayerId, BadLine] = {}

    def set(self, player: PlayerId, line: BadLine) -> None:
        """Do this to a player, or to everybody (an empty id), in place of what was done before."""
        if not player:
            self._lines.clear()
        self._lines[player] = line

    def befall(self, connection: Connection) -> None:
        """Do to a connection what is to be done to its player."""
        line = self._lines.get(connection.peer.seat.player_id, self._lines.get(EVERYBODY))
        if line is not None:
            connection.hardship = Hardship(line)
            Late.spoil(connection, line)
