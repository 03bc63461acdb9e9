"""What holds whatever peers and scripts do, in whatever order: a machine that tries everything."""

from collections import deque

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from relay.client_codec import LoginResult, decode_from_server_untrusted
from relay.client_events import GroupMembership, Message
from session.answers import Answer, Outcome
from session.callbacks import OnPlayerConnect, OnPlayerDisconnect
from session.commands import Broadcast, Command, EndGameSession, Kick, PutInGroup, SendMessage, TakeFromGroup
from session.effects import Ask, Disconnect, Effects, End, Send
from session.life import Step
from session.packets import JoinGroup, LeaveGroup, Packet, RequestGroupMembership
from session.peer import Peer, Seat
from session.values import EVERYBODY, NO_GROUP, NOBODY, SERVER, GroupId, PeerId, PlayerId, PlayerSessionId
from tests.session.talk import message, new_game

PLAYERS = ("ann", "bob", "cid")
PEERS = st.integers(1, 6).map(PeerId)
GROUPS = st.integers(1, 2).map(GroupId)

GROUP_PACKETS: st.SearchStrategy[Packet] = st.one_of(
    GROUPS.map(JoinGroup), GROUPS.map(LeaveGroup), GROUPS.map(RequestGroupMembership)
)
#: Targets of a message: a player, a group, everybody or the server.
TARGETS = st.one_of(
    PEERS.map(lambda peer: (peer, NO_GROUP)),
    GROUPS.map(lambda group: (NOBODY, group)),
    st.just((NOBODY, EVERYBODY)),
    st.just((SERVER, NO_GROUP)),
)

COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(lambda peer: SendMessage((peer,), 9, b"from the script", SERVER, True), PEERS),
    st.builds(lambda group: Broadcast(group, NOBODY, 9, b"from the script", SERVER, True), GROUPS),
    st.builds(PutInGroup, PEERS, GROUPS),
    st.builds(TakeFromGroup, PEERS, GROUPS),
    st.builds(Kick, PEERS, st.just("out")),
)


class GameSessionMachine(RuleBasedStateMachine):
    """A game session whose script has every callback, and answers late and at random."""

    def __init__(self) -> None:
        super().__init__()
        callbacks = ("on_player_connect", "on_send_to_player", "on_send_to_group", "on_message")
        self.game = new_game(*callbacks, "max_players=2", "messages_per_second=10000")
        self.now = 0.0
        self.peers: dict[PeerId, Peer] = {}
        self.asked: deque[Ask] = deque()
        self.results: dict[PeerId, bool] = {}
        self.connects: list[PeerId] = []
        self.disconnects: list[PeerId] = []
        self.disconnected: set[PeerId] = set()
        self.spoken = 0
        self.last_heard: dict[tuple[PeerId, PeerId], int] = {}
        self.over = False

    def perform(self, effects: Effects) -> None:
        """Check each effect as it comes."""
        for effect in effects:
            match effect:
                case Ask():
                    self.asked.append(effect)
                    self.remember(effect)
                case Send():
                    assert effect.to, "a message to nobody"
                    for peer in effect.to:
                        if peer != effect.but:
                            self.deliver(peer, effect.data)
                case Disconnect(peer):
                    assert peer not in self.disconnected, "disconnected twice"
                    self.disconnected.add(peer)
                case End():
                    assert not self.over, "ended twice"
                    self.over = True
                case _:
                    pass

    def remember(self, ask: Ask) -> None:
        assert not self.over, "a question after the end"
        if isinstance(ask.callback, OnPlayerConnect):
            self.connects.append(ask.callback.peer)
        elif isinstance(ask.callback, OnPlayerDisconnect):
            self.disconnects.append(ask.callback.peer)

    def deliver(self, peer: PeerId, data: bytes) -> None:
        packet = decode_from_server_untrusted(data)
        if isinstance(packet, LoginResult):
            assert not (self.over and packet.success), "let in after the end"
            assert peer not in self.results, "a second login result"
            self.results[peer] = packet.success
            return
        assert not self.over, "a message after the end"
        assert self.results.get(peer), "it heard something before it was let in"
        if isinstance(packet, GroupMembership):
            assert len(set(packet.players)) == len(packet.players)
        elif isinstance(packet, Message) and packet.sender != SERVER:
            number = int(packet.payload)
            assert number > self.last_heard.get((packet.sender, peer), 0), "out of order, or twice"
            self.last_heard[packet.sender, peer] = number

    @rule(player=st.sampled_from(PLAYERS))
    def enter(self, player: str) -> None:
        peer = Peer()
        peer.step(Step.LOGIN)
        seat = Seat(PlayerSessionId("psess"), PlayerId(player))
        effects = self.game.enter(peer, seat, b"", self.now)
        self.peers[peer.id] = peer
        self.perform(effects)

    @precondition(lambda self: self.peers)
    @rule(data=st.data(), to=TARGETS)
    def speak(self, data: st.DataObject, to: tuple[PeerId, GroupId]) -> None:
        self.spoken += 1
        self.say(data, message(1, [str(self.spoken)], *to))

    @precondition(lambda self: self.peers)
    @rule(data=st.data(), packet=GROUP_PACKETS)
    def handle_groups(self, data: st.DataObject, packet: Packet) -> None:
        self.say(data, packet)

    def say(self, data: st.DataObject, packet: Packet) -> None:
        peer = self.peers[data.draw(st.sampled_from(sorted(self.peers)))]
        self.perform(self.game.receive(peer, packet, self.now))

    @precondition(lambda self: self.peers)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        peer = data.draw(st.sampled_from(sorted(self.peers)))
        self.perform(self.game.lost(self.peers[peer], self.now))

    @precondition(lambda self: self.asked)
    @rule(
        verdict=st.booleans(),
        failed=st.booleans(),
        commands=st.lists(COMMANDS, max_size=2).map(tuple),
    )
    def answer(self, verdict: bool, failed: bool, commands: tuple[Command, ...]) -> None:
        outcome = Outcome.RAISED if failed else Outcome.OK
        self.respond(Answer(self.asked.popleft().ask, verdict, commands=commands, outcome=outcome))

    @precondition(lambda self: self.asked and len(self.peers) > 4)
    @rule()
    def end_it(self) -> None:
        self.respond(Answer(self.asked.popleft().ask, True, commands=(EndGameSession("over"),)))

    @precondition(lambda self: not self.over and len(self.peers) > 4)
    @rule()
    def die(self) -> None:
        self.asked.clear()
        self.perform(self.game.script_died(Outcome.CRASHED, self.now))
        assert self.over

    @rule(seconds=st.floats(0, 10))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.perform(self.game.woke(self.now))

    def respond(self, answer: Answer) -> None:
        if self.over:  # A closed sandbox answers nothing.
            return
        self.perform(self.game.answered(answer, self.now))

    @invariant()
    def members_are_players(self) -> None:
        for number, peer in self.game.players.items():
            assert peer.id == number
            assert self.results[number], "a player without a good login result"

    @invariant()
    def no_more_than_allowed(self) -> None:
        here = [peer for peer in self.game.players.values() if not peer.gone]
        assert len(here) <= 2
        assert len({peer.seat.player_id for peer in here}) == len(here), "a player is here twice"

    @invariant()
    def leaving_is_told_once_and_only_of_those_who_were_asked_about(self) -> None:
        assert len(set(self.disconnects)) == len(self.disconnects)
        assert set(self.disconnects) <= set(self.connects)

    def teardown(self) -> None:
        """Let the script answer all that it was asked: nobody is forgotten."""
        while self.asked and not self.over:
            self.respond(Answer(self.asked.popleft().ask, True))
        if not self.over:
            assert not self.game.waiting
            assert set(self.game.players) == {number for number, peer in self.peers.items() if not peer.gone}


TestGameSession = GameSessionMachine.TestCase
TestGameSession.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
