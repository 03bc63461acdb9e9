"""A peer as the heart knows it, from the connection to its end."""

from session.life import PLAYING, Stage, Step, moved
from session.packets import Login, Packet
from session.quota import Quota
from session.values import NOBODY, GroupId, PlayerId, PlayerSessionId, value


@value
class Seat:
    """One player session's claim to one game session."""

    player_session_id: PlayerSessionId
    player_id: PlayerId
    player_data: str = ""


class Peer:
    """One participant. It has an id, a seat and a quota from the moment when a game session takes it in.

    The shell makes one for each connection and gives it back with every input; what is in it belongs to the heart.
    """

    __slots__ = ("connect_token", "entered", "groups", "id", "plays", "quota", "seat", "stage")

    seat: Seat
    quota: Quota

    def __init__(self, connect_token: str = "") -> None:
        self.stage = Stage.CONNECTED
        #: It is in a stage in which it may play; kept beside the stage since it is looked at for every message.
        self.plays = False
        self.id = NOBODY
        #: What its client shows on another channel to prove whose it is; empty where there is none.
        self.connect_token = connect_token
        #: When it was taken in, in the game session's own seconds.
        self.entered = 0.0
        self.groups: frozenset[GroupId] = frozenset()

    @property
    def gone(self) -> bool:
        """The end of its life has been reached."""
        return self.stage is Stage.GONE

    def step(self, step: Step) -> Stage:
        """Move to the stage that follows, and give it; PeerViolation where there is none."""
        self.stage = stage = moved(self.stage, step)
        self.plays = stage in PLAYING
        return stage


def knocked(peer: Peer, packet: Packet) -> Login:
    """Take the packet of a peer that is in no game session yet; only its one login will do.

    Raises:
        PeerViolation: it is something else, or a second login.
    """
    match packet:
        case Login():
            peer.step(Step.LOGIN)
            return packet
        case _:
            peer.step(Step.PLAY)
            raise AssertionError("no stage before a seat allows play")
