"""Routes: what is remembered of where messages go leads nowhere else than working it out anew."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from relay.codec import ProtobufWire
from session.effects import Effects
from session.floor import Floor
from session.groups import Groups
from session.packets import GameMessage
from session.peer import Peer
from session.routes import MAX_ROUTES, Routes
from session.values import EVERYBODY, NO_GROUP, NOBODY, GroupId, PeerId

PEERS = tuple(map(PeerId, range(1, 4)))
TEAMS = GroupId(1), GroupId(2)
TARGETS = [*((peer, NO_GROUP) for peer in PEERS), *((NOBODY, group) for group in (EVERYBODY, *TEAMS))]

Change = tuple[str, PeerId, GroupId]
#: Coming and going are told apart by whether the player is there.
changes = st.tuples(st.sampled_from(["door", "join", "leave"]), st.sampled_from(PEERS), st.sampled_from(TEAMS))


class Talking:
    """A floor, and peers who come, go, change groups and speak."""

    def __init__(self, echo: bool) -> None:
        self._floor = Floor(ProtobufWire(), echo)
        self._peers = {number: Peer() for number in PEERS}
        for number, peer in self._peers.items():
            peer.id = number

    def change(self, what: str, number: PeerId, group: GroupId) -> None:
        """Let one thing happen on the floor."""
        peer = self._peers[number]
        match what:
            case "door" if number in self._floor.players:
                self._floor.remove(peer)
            case "door":
                self._floor.admit(peer)
            case "join":
                self._floor.join(peer, group, number)
            case _:
                self._floor.leave(peer, group, number)

    def all_speak(self) -> list[Effects]:
        """Have each peer say something to each player and group; give what came of it."""
        messages = [GameMessage(1, b"", *target, True, b"") for target in TARGETS]
        return [self._floor.pass_on(peer, said, b"x") for peer in self._peers.values() for said in messages]


def changed(story: Sequence[Change], echo: bool) -> Talking:
    """Give a floor on which all this has happened, and nobody has spoken: it has nothing to remember."""
    talking = Talking(echo)
    for change in story:
        talking.change(*change)
    return talking


@given(st.lists(changes, max_size=10), st.booleans())
def test_a_floor_on_which_all_have_spoken_before_sends_like_one_on_which_nobody_has(
    story: list[Change], echo: bool
) -> None:
    talking = Talking(echo)
    for number, change in enumerate(story, 1):
        talking.all_speak()
        talking.change(*change)
        assert talking.all_speak() == changed(story[:number], echo).all_speak()


def test_not_more_than_so_many_are_remembered() -> None:
    members = Groups()
    members.join(EVERYBODY, PeerId(1))
    routes = Routes(members, echo=False)
    for sender in range(MAX_ROUTES + 2):
        routes.find(PeerId(sender), PeerId(0), EVERYBODY)
    assert len(routes) == 2
