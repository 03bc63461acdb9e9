"""What a peer says, decoded: the only form in which bytes of a peer reach the heart."""

from session.values import GroupId, PeerId, PlayerSessionId, value


@value
class Login:
    """The first packet of a peer: which seat it claims, with a payload for the script."""

    player_session_id: PlayerSessionId
    payload: bytes


@value
class GameMessage:
    """A message of the game's own, for the server, a player or a group.

    ``target_player`` is the server (-1), a peer (> 0) or nobody (0) and goes before ``target_group``: one client sends
    the group of everybody with each message to a player. ``wire`` is the packet as it was validated, without its
    length, so that it can be forwarded without being encoded anew.
    """

    op_code: int
    payload: bytes
    target_player: PeerId
    target_group: GroupId
    reliable: bool
    wire: bytes


@value
class JoinGroup:
    """A peer wishes to be in a group."""

    group: GroupId


@value
class LeaveGroup:
    """A peer wishes to be in a group no longer."""

    group: GroupId


@value
class RequestGroupMembership:
    """A peer asks who is in a group."""

    group: GroupId


@value
class Unknown:
    """A whole packet with an op code of the protocol that has no meaning here; it is ignored."""

    op_code: int


Packet = Login | GameMessage | JoinGroup | LeaveGroup | RequestGroupMembership | Unknown
