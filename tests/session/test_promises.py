"""What holds whatever peers and scripts do, in whatever order: a machine that tries everything."""

from collections import deque

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from relay.client_codec import LoginResult, decode_from_server_untrusted
from relay.client_events import GroupMembership, Message
from session.answers import Answer, Outcome
from session.callbacks import OnGameSessionUpdated, OnPlayerConnect, OnPlayerDisconnect, OnRestore, OnSnapshot
from session.commands import Broadcast, Command, EndGameSession, Kick, PutInGroup, SendMessage, TakeFromGroup
from session.effects import Ask, Disconnect, Effects, End, Restore, Send
from session.life import Step
from session.packets import JoinGroup, LeaveGroup, Packet, RequestGroupMembership
from session.peer import Peer, Seat
from session.values import (
    EVERYBODY,
    NO_ASK,
    NO_GROUP,
    NOBODY,
    SERVER,
    AskId,
    GroupId,
    PeerId,
    PlayerId,
    PlayerSessionId,
)
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


CALLBACKS = ("on_player_connect", "on_send_to_player", "on_send_to_group", "on_message")


class GameSessionMachine(RuleBasedStateMachine):
    """A game session whose script has every callback that rules, and answers late and at random."""

    more_callbacks: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.game = new_game(*CALLBACKS, *self.more_callbacks, "max_players=2", "messages_per_second=10000")
        self.now = 0.0
        self.peers: dict[PeerId, Peer] = {}
        self.asked: deque[Ask] = deque()
        self.known: set[AskId] = set()
        #: The sandbox has died and is being replaced.
        self.restoring = False
        self.results: dict[PeerId, bool] = {}
        self.connects: list[PeerId] = []
        self.disconnects: list[PeerId] = []
        self.disconnected: set[PeerId] = set()
        self.spoken = 0
        self.last_heard: dict[tuple[PeerId, PeerId], int] = {}
        self.over = False

    def perform(self, effects: Effects) -> None:  # noqa: C901 - a case for each effect
        """Check each effect as it comes."""
        for effect in effects:
            match effect:
                case Ask():
                    assert not self.restoring, "a question to nobody"
                    self.asked.append(effect)
                    self.remember(effect)
                case Restore():
                    self.restoring = True
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
        if ask.ask in self.known:  # Asked anew after the sandbox died.
            return
        self.known.add(ask.ask)
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
        ask = self.asked.popleft()
        state = b"{}" if isinstance(ask.callback, OnSnapshot) and not failed else None
        self.respond(Answer(ask.ask, verdict, commands=commands, outcome=outcome, state=state))

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

    @rule(max_players=st.integers(1, 200))
    def update(self, max_players: int) -> None:
        self.perform(self.game.updated(OnGameSessionUpdated("main", max_players, ()), self.now))

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


class SurvivingMachine(GameSessionMachine):
    """The same with snapshots: its sandbox dies now and then, and what it was asked is put to the next one."""

    more_callbacks = ("on_snapshot", "on_restore")

    @precondition(lambda self: not self.over)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        culprit = data.draw(st.sampled_from([NO_ASK, *(ask.ask for ask in self.asked)]))
        self.asked.clear()
        self.perform(self.game.script_died(Outcome.CRASHED, self.now, culprit))
        assert self.over or self.restoring

    @precondition(lambda self: self.restoring)
    @rule()
    def restore(self) -> None:
        self.restoring = False
        waiting = self.game.waiting
        self.perform(self.game.restored(self.now))
        if not self.over:
            assert isinstance(self.asked[0].callback, OnRestore)
            assert {player.peer for player in self.asked[0].callback.players} == set(self.game.players)
            assert len(self.asked) <= waiting + 1

    def teardown(self) -> None:
        """Let what waits be put to a last sandbox first."""
        if self.restoring:
            self.restore()
        super().teardown()


SETTINGS = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
TestGameSession = GameSessionMachine.TestCase
TestGameSession.settings = SETTINGS
TestSurvivingGameSession = SurvivingMachine.TestCase
TestSurvivingGameSession.settings = SETTINGS
