"""Routes: where a player's messages with one target go, worked out once and kept for as long as nothing changes."""

from session.effects import Drop
from session.groups import Groups
from session.values import EVERYBODY, NOBODY, GroupId, PeerId, Recipients, value

#: So many routes are kept; one more, and all are worked out anew.
MAX_ROUTES = 10_000


@value
class Route:
    """Where a message goes: to all of ``to`` except ``but``, who is its sender or nobody."""

    to: Recipients
    but: PeerId


class Routes:
    """The routes of a game session, worked out anew when its groups have changed, that of everybody included."""

    __slots__ = ("_changes", "_echo", "_found", "_groups")

    def __init__(self, groups: Groups, echo: bool) -> None:
        self._groups = groups
        self._echo = echo
        self._found: dict[tuple[PeerId, PeerId, GroupId], Route] = {}
        #: So many changes had the groups seen when those were found.
        self._changes = groups.changes

    def __len__(self) -> int:
        return len(self._found)

    def find(self, sender: PeerId, target: PeerId, group: GroupId) -> Route | Drop:
        """Give where a player's message goes, or why it comes to nothing. A ``target`` goes before a ``group``."""
        if self._changes != self._groups.changes:
            self._found.clear()
            self._changes = self._groups.changes
        route = self._found.get((sender, target, group))
        if route is not None:
            return route
        found = self._to_player(target) if target else self._to_group(sender, group)
        if type(found) is Route:
            if len(self._found) >= MAX_ROUTES:
                self._found.clear()
            self._found[sender, target, group] = found
        return found

    def _to_player(self, target: PeerId) -> Route | Drop:
        here = target in self._groups.members(EVERYBODY)
        return Route((target,), NOBODY) if here else Drop.UNKNOWN_TARGET

    def _to_group(self, sender: PeerId, group: GroupId) -> Route | Drop:
        members = self._groups.members(group)
        if not members or (group != EVERYBODY and sender not in members):
            return Drop.NOT_A_MEMBER
        return Route(members, NOBODY if self._echo else sender)
