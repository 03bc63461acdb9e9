"""Players as a script sees them."""

from zlib import crc32


class Player:
    """A person, not a connection: who comes back with the same ``player_id`` is the same object with a new peer id."""

    __slots__ = (
        "__weakref__",
        "_groups",
        "_hash",
        "connected",
        "peer_id",
        "player_data",
        "player_id",
        "player_session_id",
    )

    def __init__(self, player_id: str) -> None:
        self.player_id = player_id
        self.peer_id = 0
        self.player_session_id = ""
        self.player_data = ""
        self.connected = False
        self._groups: set[int] = set()
        # The same in every run, whatever its hash seed: sets of players keep one order, and no text holds an address.
        self._hash = crc32(player_id.encode("utf-8", "replace"))

    @property
    def groups(self) -> tuple[int, ...]:
        """The groups that the player is in, lowest first; everybody's is not among them."""
        return tuple(sorted(self._groups))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<player {self.player_id}, peer {self.peer_id}>"
