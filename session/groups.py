"""Groups: named sets of peers. They exist when used, and are forgotten when empty."""

from session.values import EVERYBODY, GroupId, PeerId, Recipients


class Groups:
    """Who is in which group. A group's members are one tuple, in order of joining, replaced when they change."""

    __slots__ = ("_members", "changes")

    def __init__(self) -> None:
        self._members: dict[GroupId, Recipients] = {}
        #: Counts them: what was worked out from the members holds for as long as this stays.
        self.changes = 0

    def members(self, group: GroupId) -> Recipients:
        """Give a group's members; of an unknown group, none."""
        return self._members.get(group, ())

    def own(self) -> tuple[tuple[GroupId, Recipients], ...]:
        """Give all groups with their members, but for everybody's."""
        return tuple((group, members) for group, members in self._members.items() if group != EVERYBODY)

    def join(self, group: GroupId, peer: PeerId) -> bool:
        """Add a member; False says that it was one already."""
        members = self.members(group)
        if peer in members:
            return False
        self._members[group] = (*members, peer)
        self.changes += 1
        return True

    def leave(self, group: GroupId, peer: PeerId) -> bool:
        """Take a member out; False says that it was none."""
        members = self.members(group)
        if peer not in members:
            return False
        left = tuple(member for member in members if member != peer)
        if left:
            self._members[group] = left
        else:
            del self._members[group]
        self.changes += 1
        return True
