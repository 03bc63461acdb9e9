"""Order and loss: whatever is ruled on and whatever is not, and however often the sandbox dies, each player hears
exactly what one plain queue would let it hear, in its order, once.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from relay.client_codec import LoginResult, decode_from_server_untrusted
from relay.client_events import Message
from session.answers import Answer, Outcome
from session.callbacks import OnRestore, OnSnapshot
from session.commands import Broadcast, Command
from session.effects import Ask, Effects, End, Restore, Send
from session.life import Step
from session.packets import JoinGroup, LeaveGroup, RequestGroupMembership
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

TEAM = GroupId(1)
PLAYERS = 3
MAX_PEERS = 6
#: Which callback rules on a message, by the kind of its target; a script has some of them.
RULED_BY = {"server": "on_message", "player": "on_send_to_player", "group": "on_send_to_group"}
TARGETS = {
    "server": st.just((SERVER, NO_GROUP)),
    "player": st.integers(1, MAX_PEERS).map(lambda peer: (PeerId(peer), NO_GROUP)),
    "group": st.sampled_from([(NOBODY, EVERYBODY), (NOBODY, TEAM)]),
}


class Item:
    """An input of the plain queue. ``verdict`` is None while the script is to rule on it."""

    def __init__(self, come_to: Callable[[bool], None], verdict: bool | None, speaks_last: bool = False) -> None:
        self.come_to = come_to
        self.verdict = verdict
        #: What the script sends with its ruling leaves before what the ruling brings about, but for a login's.
        self.speaks_last = speaks_last
        self.ask: AskId | None = None
        #: The number that the script sends to everybody with its ruling; 0 for none.
        self.spoken = 0


class PlainQueue:
    """What is to be heard, in the plainest words: inputs come to something in order, each when it has been ruled on."""

    def __init__(self) -> None:
        self.items: deque[Item] = deque()
        self.players: list[PeerId] = []
        self.team: list[PeerId] = []
        self.gone: set[PeerId] = set()
        self.heard: defaultdict[PeerId, list[object]] = defaultdict(list)

    @property
    def unruled(self) -> list[Item]:
        """What waits for the script, oldest first."""
        return [item for item in self.items if item.verdict is None]

    def drain(self) -> None:
        while self.items and self.items[0].verdict is not None:
            item = self.items.popleft()
            assert item.verdict is not None
            if item.spoken and not item.speaks_last:
                self.tell(self.players, (SERVER, item.spoken))
            item.come_to(item.verdict)
            if item.spoken and item.speaks_last:
                self.tell(self.players, (SERVER, item.spoken))

    def tell(self, to: list[PeerId], what: object) -> None:
        for peer in to:
            self.heard[peer].append(what)

    # What inputs come to.

    def let_in(self, peer: PeerId, verdict: bool) -> None:
        if peer not in self.gone:
            self.tell([peer], verdict)
            self.players += [peer] if verdict else []

    def let_go(self, peer: PeerId, _: bool) -> None:
        for those in (self.players, self.team):
            if peer in those:
                those.remove(peer)

    def move(self, peer: PeerId, joins: bool, verdict: bool) -> None:
        if verdict and joins and peer in self.players and peer not in self.team:
            self.team.append(peer)
        elif verdict and not joins and peer in self.team:
            self.team.remove(peer)

    def pass_on(self, sender: PeerId, number: int, to: tuple[PeerId, GroupId], verdict: bool) -> None:
        player, group = to
        if group == TEAM and sender not in self.team:
            return
        everybody = self.team if group == TEAM else self.players
        among = [player] if player in self.players else [] if player else [peer for peer in everybody if peer != sender]
        self.tell(among if verdict else [], (sender, number))


class OrderMachine(RuleBasedStateMachine):
    """A game session with some of the callbacks, beside the plain queue. Its script answers late, raises and dies."""

    @initialize(kinds=st.sets(st.sampled_from(sorted(RULED_BY))))
    def begin(self, kinds: set[str]) -> None:
        self.ruled = kinds
        self.game = new_game(
            *(RULED_BY[kind] for kind in kinds), "on_snapshot", "on_restore", "messages_per_second=10000"
        )
        self.plain = PlainQueue()
        self.peers: dict[PeerId, Peer] = {}
        self.heard: defaultdict[PeerId, list[object]] = defaultdict(list)
        #: What has been put to the sandbox that lives now, oldest first.
        self.asked: deque[Ask] = deque()
        self.answered: set[AskId] = set()
        #: The sandbox is being restored, and has not said that it is.
        self.restores: list[Item] = []
        self.restoring = self.over = False
        self.now, self.number = 0.0, 0
        for _ in range(PLAYERS):
            self.enter()
        while self.asked:
            self.rule_on_first(True, False, False)

    # The heart speaks.

    def perform(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case Ask():
                    self.take_ask(effect)
                case Send():
                    for peer in effect.to:
                        if peer != effect.but:
                            self.hear(peer, effect.data)
                case Restore():
                    self.restoring = True
                case End():
                    self.fail_all()
                case _:
                    pass

    def take_ask(self, ask: Ask) -> None:
        assert ask.ask not in self.answered, "asked again after it was answered"
        assert ask.ask not in [other.ask for other in self.asked], "asked twice"
        self.asked.append(ask)
        if any(item.ask == ask.ask for item in self.plain.items):  # Asked anew after the sandbox died.
            return
        if isinstance(ask.callback, OnRestore):
            if self.restores:  # A sandbox that died before it was restored is not restored after all.
                self.plain.items.remove(self.restores.pop())
            self.restores.append(Item(lambda _: None, None))
            self.plain.items.appendleft(self.restores[0])
        elif isinstance(ask.callback, OnSnapshot):
            self.plain.items.append(Item(lambda _: None, None))
        next(item for item in self.plain.unruled if item.ask is None).ask = ask.ask

    def hear(self, peer: PeerId, data: bytes) -> None:
        packet = decode_from_server_untrusted(data)
        if isinstance(packet, LoginResult):
            self.heard[peer].append(packet.success)
        elif isinstance(packet, Message):
            self.heard[peer].append((packet.sender, int(packet.payload)))

    def fail_all(self) -> None:
        """The game session ends over its script: whatever waits for a ruling fails closed.

        Where it could not be restored, nothing can come to anything.
        """
        self.over = True
        self.asked.clear()
        if self.restores:
            self.plain.items.clear()
        for item in self.plain.unruled:
            item.verdict = False
        self.plain.drain()

    # Peers.

    def put(self, item: Item) -> None:
        """Let the plain queue have an input before the heart gets it."""
        self.plain.items.append(item)
        self.plain.drain()

    @precondition(lambda self: len(self.peers) < MAX_PEERS and not self.over)
    @rule()
    def enter(self) -> None:
        peer = Peer()
        peer.step(Step.LOGIN)
        number = PeerId(len(self.peers) + 1)
        self.put(Item(partial(self.plain.let_in, number), None, speaks_last=True))
        effects = self.game.enter(peer, Seat(PlayerSessionId("psess"), PlayerId(f"player-{number}")), b"", self.now)
        self.peers[peer.id] = peer
        self.perform(effects)

    def drawn_peer(self, data: st.DataObject) -> Peer | None:
        """Give one who may play: the heart has its own tests for the others."""
        playing = [peer for peer in self.peers.values() if peer.plays and not self.over]
        return data.draw(st.sampled_from(playing)) if playing else None

    @rule(data=st.data(), kind=st.sampled_from(sorted(RULED_BY)))
    def speak(self, data: st.DataObject, kind: str) -> None:
        if (peer := self.drawn_peer(data)) is None:
            return
        to = data.draw(TARGETS[kind])
        self.number += 1
        passes = None if kind in self.ruled else True
        self.put(Item(partial(self.plain.pass_on, peer.id, self.number, to), passes))
        self.perform(self.game.receive(peer, message(1, [str(self.number)], *to), self.now))

    @rule(data=st.data(), joins=st.booleans())
    def move(self, data: st.DataObject, joins: bool) -> None:
        if (peer := self.drawn_peer(data)) is None:
            return
        self.put(Item(partial(self.plain.move, peer.id, joins), None))
        self.perform(self.game.receive(peer, JoinGroup(TEAM) if joins else LeaveGroup(TEAM), self.now))

    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        if (peer := self.drawn_peer(data)) is not None:
            self.put(Item(lambda _: None, True))
            self.perform(self.game.receive(peer, RequestGroupMembership(TEAM), self.now))

    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        if (peer := self.drawn_peer(data)) is not None:
            self.plain.gone.add(peer.id)
            self.put(Item(partial(self.plain.let_go, peer.id), None))
            self.perform(self.game.lost(peer, self.now))

    # The script.

    @precondition(lambda self: self.asked)
    @rule(verdict=st.booleans(), failed=st.booleans(), speaks=st.booleans())
    def rule_on_first(self, verdict: bool, failed: bool, speaks: bool) -> None:
        ask = self.asked.popleft()
        self.answered.add(ask.ask)
        failed = failed and not isinstance(ask.callback, OnRestore)  # This one would end the game.
        item = next(item for item in self.plain.unruled if item.ask == ask.ask)
        item.verdict = verdict and not failed
        self.restores = [one for one in self.restores if one is not item]
        commands: tuple[Command, ...] = ()
        if speaks:
            self.number += 1
            item.spoken = self.number
            commands = (Broadcast(EVERYBODY, NOBODY, 9, str(self.number).encode(), SERVER, True),)
        self.plain.drain()
        outcome = Outcome.RAISED if failed else Outcome.OK
        state = b"{}" if isinstance(ask.callback, OnSnapshot) and not failed else None
        answer = Answer(ask.ask, verdict, commands=commands, outcome=outcome, state=state)
        self.perform(self.game.answered(answer, self.now))

    @precondition(lambda self: not self.over)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        culprit = data.draw(st.sampled_from([NO_ASK, *(ask.ask for ask in self.asked)]))
        self.asked.clear()
        self.fail(culprit)
        self.perform(self.game.script_died(Outcome.CRASHED, self.now, culprit))
        assert self.over or self.restoring

    def fail(self, culprit: AskId) -> None:
        """The sandbox died over a question, which fails closed; a game that cannot be restored is over."""
        for item in self.plain.unruled:
            if culprit != NO_ASK and item.ask == culprit:
                item.verdict = False
                self.answered.add(culprit)
                if item in self.restores:
                    self.plain.items.clear()
        self.plain.drain()

    @precondition(lambda self: self.restoring and not self.over)
    @rule()
    def restore(self) -> None:
        self.restoring = False
        self.perform(self.game.restored(self.now))
        assert [ask.ask for ask in self.asked] == [item.ask for item in self.plain.unruled], "not all in their order"

    @rule(seconds=st.sampled_from([0.5, 60.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.perform(self.game.woke(self.now))

    # What holds.

    @invariant()
    def everybody_heard_what_was_due(self) -> None:
        assert self.heard == self.plain.heard

    def teardown(self) -> None:
        """Let the script rule on all that it was asked: nothing is left behind."""
        if not hasattr(self, "game"):
            return
        if self.restoring and not self.over:
            self.restore()
        while self.asked:
            self.rule_on_first(True, False, False)
        self.everybody_heard_what_was_due()
        assert self.over or not self.game.waiting


TestOrder = OrderMachine.TestCase
TestOrder.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
