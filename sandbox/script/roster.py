"""The roster: players and groups on the script's side, in step with the heart's by the order of the questions."""

from weakref import WeakValueDictionary

from sandbox.script.player import Player
from session.callbacks import OnPlayerConnect, OnRestore, PlayerFacts


class Roster:
    """Who is here and in which groups. A person who left is remembered as long as the script does."""

    def __init__(self) -> None:
        self._people: WeakValueDictionary[str, Player] = WeakValueDictionary()
        self._here: dict[int, Player] = {}
        #: Who is being decided on.
        self._at_the_door: Player | None = None
        self._groups: dict[int, dict[Player, None]] = {}
        self._players: tuple[Player, ...] | None = ()

    @property
    def players(self) -> tuple[Player, ...]:
        """All who are here, in order of arrival."""
        if self._players is None:
            self._players = tuple(self._here.values())
        return self._players

    def at(self, peer_id: int) -> Player | None:
        """Find who is here under a peer id."""
        return self._here.get(peer_id)

    def expected(self, peer_id: int) -> Player | None:
        """Find who is here, or may be in a moment, under a peer id: a script may put a player in a group early."""
        door = self._at_the_door
        return door if door is not None and door.peer_id == peer_id else self._here.get(peer_id)

    def named(self, player_id: str) -> Player | None:
        """Find who is here under a player id."""
        player = self._people.get(player_id)
        return player if player is not None and player.connected else None

    def knocking(self, question: OnPlayerConnect) -> Player:
        """Give the person who wants in: the same object as ever, with a new peer id."""
        self._at_the_door = player = self._person(question)
        return player

    def restore(self, question: OnRestore) -> None:
        """Take over, in a new sandbox, who is here and in which groups."""
        for facts in question.players:
            self.let_in(self._person(facts))
        for group, members in question.groups:
            for peer_id in members:
                self.join(self._here[peer_id], group)

    def _person(self, facts: OnPlayerConnect | PlayerFacts) -> Player:
        player = self._people.get(facts.player_id) or Player(facts.player_id)
        self._people[facts.player_id] = player
        player.peer_id = facts.peer
        player._groups.clear()
        player.player_session_id = facts.player_session_id
        player.player_data = facts.player_data
        return player

    def let_in(self, player: Player) -> None:
        """Count a player among those who are here."""
        self._at_the_door = None
        player.connected = True
        self._here[player.peer_id] = player
        self._players = None

    def turn_away(self, player: Player) -> None:
        """Forget what a script had in mind for a player that it did not let in."""
        self._at_the_door = None
        for group in player.groups:
            self.leave(player, group)

    def parted(self, peer_id: int) -> Player | None:
        """Count a player among them no longer; None for one that never was.

        The player itself goes on knowing its groups, so that the script can say which it has left.
        """
        player = self._here.pop(peer_id, None)
        if player is None:
            return None
        self._players = None
        player.connected = False
        for group in player.groups:
            self._forget(player, group)
        return player

    def members(self, group: int) -> tuple[Player, ...]:
        """Give a group's members in order of joining."""
        return tuple(self._groups.get(group, ()))

    def join(self, player: Player, group: int) -> None:
        """Make a player a member."""
        self._groups.setdefault(group, {})[player] = None
        player._groups.add(group)

    def leave(self, player: Player, group: int) -> None:
        """End a membership, if it is one."""
        player._groups.discard(group)
        self._forget(player, group)

    def _forget(self, player: Player, group: int) -> None:
        members = self._groups.get(group, {})
        members.pop(player, None)
        if not members:
            self._groups.pop(group, None)
