"""A game session: inputs come in, the script is asked, effects go out in the order of the inputs.

Every input becomes an entry of one queue and is put to the script at once. Life, quota and size are checked when it
arrives, targets and membership when it is at the head. An entry leaves the queue when it has its answer and nothing
stands before it; an input that needs no ruling passes at once if the queue is empty, else it waits its turn.
"""

from collections.abc import Iterable
from typing import assert_never

from session import callbacks as asks
from session import farewells
from session.answers import Answer, Outcome
from session.callbacks import Callback, GameSessionFacts
from session.commands import (
    Broadcast,
    BroadcastMembership,
    Command,
    EndGameSession,
    Kick,
    PutInGroup,
    SendMessage,
    SetAccepting,
    TakeFromGroup,
)
from session.configuration import BURST_SECONDS, Configuration
from session.effects import Ask, Disconnect, Drop, Dropped, Effects, End, Note, Restore
from session.farewells import CloseCode, Farewell
from session.fifo import Began, Checked, Clock, Entered, Entry, Fifo, Gone, Input, Restored, Snapshotted, Terminated
from session.floor import Floor
from session.health import Health
from session.hearing import heard
from session.life import PeerViolation, Step
from session.packets import GameMessage, JoinGroup, LeaveGroup, Login, Packet, RequestGroupMembership
from session.peer import Peer, Seat
from session.quota import Quota
from session.script import Script
from session.survival import Survival
from session.values import NO_ASK, SERVER, AskId, GroupId, PeerId, PlayerId
from session.wakes import Wakes
from session.wire import Wire

#: So many inputs may wait for the script; beyond it players' packets are dropped, while logins and losses still enter
#: (there are never more of those than seats).
MAX_WAITING = 10_000

#: The answer where none is asked for.
PERMITTED = Answer(AskId(0), verdict=True)

#: Whose input the clock's and the server's own are.
THE_SERVER = Peer()


class GameSession:
    """The state of one game session. All inputs give the effects that are to be performed, in order.

    ``callbacks`` are the names of the functions in the script, None where there is no script at all. ``now`` is
    always in seconds since the game session began.
    """

    def __init__(
        self, facts: GameSessionFacts, configuration: Configuration, callbacks: frozenset[str] | None, wire: Wire
    ) -> None:
        self._facts = facts
        self._configuration = configuration
        self._script = Script(callbacks)
        self._survival = Survival(configuration, callbacks or frozenset())
        self._floor = Floor(wire, configuration.echo)
        self._fifo = Fifo()
        self._wakes = Wakes(configuration)
        self._health = Health(self._script.wants(asks.OnHealthCheck()))
        self._max_players = min(facts.max_players, configuration.max_players)
        #: Everybody who is here or on the way in.
        self._seats: dict[PlayerId, Peer] = {}
        self._last_peer = 0
        self._timers_asked = AskId(0)
        self._accepting = True
        self.over = False

    @property
    def players(self) -> dict[PeerId, Peer]:
        """The players who were accepted and are here."""
        return self._floor.players

    @property
    def waiting(self) -> int:
        """The inputs that wait for the script."""
        return len(self._fifo.entries)

    # Peers come and go.

    def enter(self, peer: Peer, seat: Seat, payload: bytes, now: float) -> Effects:
        """Take in a peer that has found its seat, and put it to the script; the peer has its id from here on."""
        self._last_peer += 1
        peer.id, peer.seat, peer.entered = PeerId(self._last_peer), seat, now
        rate = self._configuration.messages_per_second
        peer.quota = Quota(rate, rate * BURST_SECONDS, now)
        if (farewell := self._shut(seat.player_id)) is not None:
            peer.step(Step.REFUSED)
            return self._floor.refuse(peer, farewell)
        effects = self._replaced(seat.player_id, now)
        peer.step(Step.SEATED)
        self._seats[seat.player_id] = peer
        self._wakes.occupied()
        question = asks.OnPlayerConnect(peer.id, seat.player_id, seat.player_session_id, seat.player_data, payload)
        return effects + self._put(peer, Entered(), question, now)

    def lost(self, peer: Peer, now: float) -> Effects:
        """A peer's channel broke, or it closed it. Harmless for a peer that has gone already."""
        if peer.gone or self.over:
            return []
        peer.step(Step.LOST)
        self._unseat(peer, now)
        return self._put(peer, Gone(), asks.OnPlayerDisconnect(peer.id), now)

    def cut(self, peer: Peer, farewell: Farewell, now: float) -> Effects:
        """Close a peer's connection because of what it did, or of what another wished."""
        if peer.gone or self.over:
            return []
        note = Note(f"peer {peer.id} ({peer.seat.player_id}) is cut off: {farewell.reason}")
        return [note, Disconnect(peer.id, farewell), *self.lost(peer, now)]

    def _shut(self, player: PlayerId) -> Farewell | None:
        """Say why this player cannot come in, before the script is asked; who is here already takes no second seat."""
        if self.over:
            return farewells.OVER
        if not self._accepting:
            return farewells.CLOSED
        full = len(self._seats) >= self._max_players and player not in self._seats
        return farewells.FULL if full else None

    def _unseat(self, peer: Peer, now: float) -> None:
        if self._seats.get(peer.seat.player_id) is peer:
            del self._seats[peer.seat.player_id]
        if not self._seats:
            self._wakes.emptied(now)

    def _replaced(self, player: PlayerId, now: float) -> Effects:
        before = self._seats.get(player)
        return self.cut(before, farewells.REPLACED, now) if before else []

    # Peers speak.

    def receive(self, peer: Peer, packet: Packet, now: float) -> Effects:
        """A packet came from a peer that has entered."""
        if not peer.plays or type(packet) is Login or self.over:
            return self._out_of_turn(peer, packet, now)
        if not peer.quota.take(now):
            return self.cut(peer, farewells.TOO_MANY, now)
        if len(self._fifo.entries) >= MAX_WAITING:
            return [Dropped(peer.id, Drop.SCRIPT_TOO_SLOW)]
        said = heard(packet)
        if type(said) is not GameMessage and isinstance(said, Drop):  # The second look is a slow one, at an enum.
            return [Dropped(peer.id, said)]
        question = self._script.question(peer.id, said)
        if question is None and type(said) is GameMessage and not self._fifo.entries:  # The most frequent by far.
            return self._floor.pass_on(peer, said, None)
        return self._put(peer, said, question, now)

    def _out_of_turn(self, peer: Peer, packet: Packet, now: float) -> Effects:
        """A peer that is gone is not heard; otherwise the table of its life says what is wrong."""
        if self.over:
            return []
        try:
            peer.step(Step.LOGIN if type(packet) is Login else Step.PLAY)
        except PeerViolation as violation:
            return self.cut(peer, Farewell(CloseCode.PROTOCOL_VIOLATION, str(violation)), now)
        return []

    # The script speaks.

    def answered(self, answer: Answer, now: float) -> Effects:
        """The script has ruled on one question. ``answer.ask`` is one that was asked and not answered yet."""
        if answer.ask >= self._timers_asked:  # An older answer does not know yet that its timers are being run.
            self._wakes.timer_at = answer.wake_at
        asked = self._fifo.answered(answer)
        effects = self._drained(now)
        if type(asked.input) is not Snapshotted:
            self._survival.ruled(now)
        return effects + self._snapshot(now)

    def script_died(self, outcome: Outcome, now: float, ask: AskId = NO_ASK) -> Effects:
        """The script's sandbox has come to an end, while it ran or while it was being replaced.

        Where the game can go on, what the script died over (``ask``) fails closed, and a new sandbox is put all else.
        Otherwise all that it was asked fails closed, and the game session ends.
        """
        if self._survival.died(now):
            if self._survival.wait(now):
                self._fifo.fail_one(ask, outcome)
            self._wakes.timer_at = None
            effects = self._drained(now)
            return effects if self.over else [*effects, Restore()]
        self._script.gone()
        self._fifo.fail(outcome)
        return [*self._drained(now), *self.end(farewells.failed(outcome))]

    def restored(self, now: float) -> Effects:
        """The script has been loaded into a new sandbox: it is given its state, then asked what waits for it."""
        if self.over:
            return []
        state, note = self._survival.revived(now)
        floor = self._floor
        question = asks.OnRestore(self._facts, state, floor.roster(), floor.memberships(), self._accepting)
        waiting = self._fifo.begin_anew(Entry(THE_SERVER, Restored(), question, None))
        return [Note(note), *(Ask(ask, asked, now) for ask, asked in waiting)]

    def _snapshot(self, now: float) -> Effects:
        if self.over or not self._survival.due(now):
            return []
        return self._put(THE_SERVER, Snapshotted(), asks.OnSnapshot(), now)

    # Time passes.

    def started(self, now: float) -> Effects:
        """The game session begins."""
        return self._put(THE_SERVER, Began(), asks.OnStartGameSession(self._facts), now)

    def updated(self, update: asks.OnGameSessionUpdated, now: float) -> Effects:
        """The game session was updated from outside. Its seats count for logins from now on; nobody has to go."""
        if self.over:
            return []
        self._facts = self._facts.updated(update)
        self._max_players = min(update.max_players, self._configuration.max_players)
        note = Note(f"the game session was updated: it is called {update.name}, max_players is {update.max_players}")
        return [note, *self._put(THE_SERVER, Clock(), update, now)]

    def wake_at(self) -> float | None:
        """Give the time at which ``woke`` is to be called, None for never."""
        if self.over:
            return None
        times = self._wakes.at(), self._survival.at, self._health.at
        return min((at for at in times if at is not None), default=None)

    def woke(self, now: float) -> Effects:
        """The time that ``wake_at`` gave has come. Too early or too late does no harm."""
        if self.over:
            return []
        if self._wakes.lived_too_long(now):
            return self.terminate(farewells.TOO_LONG, now)
        if self._wakes.idle_too_long(now):
            return self.terminate(farewells.RETIRED if self._wakes.retiring else farewells.IDLE, now)
        effects: Effects = []
        if self._wakes.timers_due(now):
            effects += self._put(THE_SERVER, Clock(), asks.OnTimer(), now)
            self._timers_asked = self._fifo.last_ask
        if self._health.due(now):
            effects += self._put(THE_SERVER, Checked(), asks.OnHealthCheck(), now)
        return effects + self._ticked(now) + self._snapshot(now)

    def _ticked(self, now: float) -> Effects:
        due, skipped = self._wakes.ticks_due(now)
        if self._survival.waiting:  # There is nobody to tick; how long that lasted is noted in the end.
            return []
        note = Note(f"{skipped} ticks were skipped: the script or this machine is too slow")
        effects: Effects = [note] if skipped else []
        for _ in range(due):
            effects += self._put(THE_SERVER, Clock(), asks.OnTick(self._wakes.tick_seconds), now)
        return effects

    def retire(self, now: float) -> Effects:
        """Another version counts: the game session goes on, and ends when it is empty."""
        self._wakes.retire()
        return self.woke(now)

    def terminate(self, farewell: Farewell, now: float) -> Effects:
        """End the game session from outside, after the script's own farewell; nobody new is let in."""
        if self.over:
            return []
        self._accepting = False
        self._wakes.stop()
        self._survival.stop()
        self._health.stop()
        return self._put(THE_SERVER, Terminated(farewell), asks.OnProcessTerminate(), now)

    def end(self, farewell: Farewell) -> Effects:
        """End the game session now. What was sent is delivered; nothing runs afterwards."""
        if self.over:
            return []
        self.over = True
        return [*(Disconnect(peer.id, farewell) for peer in self._seats.values()), End(farewell)]

    # The queue.

    def _put(self, peer: Peer, given: Input, question: Callback | None, now: float) -> Effects:
        """Ask, wait, or pass at once."""
        if question is not None and self._script.wants(question):
            ask = self._fifo.wait(Entry(peer, given, question, None))
            return [Ask(ask, question, now)] if not self._survival.waiting else []
        if self._fifo.entries:
            self._fifo.queue(Entry(peer, given, None, PERMITTED))
            return []
        return self._applied(peer, given, PERMITTED, now)

    def _drained(self, now: float) -> Effects:
        effects: Effects = []
        while not self.over and (entry := self._fifo.ready()):
            assert entry.answer is not None
            effects += self._applied(entry.peer, entry.input, entry.answer, now)
        return effects

    def _applied(self, peer: Peer, given: Input, answer: Answer, now: float) -> Effects:  # noqa: C901 - a case for each input
        """Do what an input comes to. Its verdict takes effect after what the script sent meanwhile, but for a login."""
        if type(given) is Entered:
            return [*self._entered(peer, answer, now), *self._performed(answer.commands, now)]
        effects = self._performed(answer.commands, now) if answer.commands else []
        if self.over:
            return effects
        match given:
            case GameMessage():
                if answer.verdict:
                    effects += self._floor.pass_on(peer, given, answer.payload)
            case JoinGroup(group):
                effects += self._joined(peer, group, answer.verdict)
            case LeaveGroup(group):
                effects += self._left(peer, group, answer.verdict)
            case RequestGroupMembership(group):
                effects += self._floor.tell_members(peer.id, group)
            case Gone():
                effects += self._removed(peer)
            case Began():
                effects += [] if answer.verdict else self.end(farewells.NOT_STARTED)
            case Checked():
                effects += self._health.answered(answer.verdict)
                effects += self.end(farewells.UNWELL) if self._health.failing else []
            case Terminated(farewell):
                effects += self.end(farewell)
            case Snapshotted():
                self._survival.keep(answer.state, now)
            case Restored() if answer.outcome is not Outcome.OK:
                effects += self.end(farewells.failed(answer.outcome))
            case Clock() | Entered() | Restored():
                pass
            case _:
                assert_never(given)
        return effects

    def _entered(self, peer: Peer, answer: Answer, now: float) -> Effects:
        if peer.gone:  # Lost while the script was deciding; its leaving is in the queue behind this.
            return []
        seat = peer.seat
        if answer.verdict:
            peer.step(Step.ACCEPTED)
            return [Note(f"player {seat.player_id} is in, as peer {peer.id}"), *self._floor.admit(peer)]
        peer.step(Step.REFUSED)
        self._unseat(peer, now)
        farewell = farewells.refusal(answer)
        note = Note(f"the login of {seat.player_id} is refused: {farewell.reason}")
        return [note, *self._floor.refuse(peer, farewell)]

    def _removed(self, peer: Peer) -> Effects:
        if peer.id not in self._floor.players:
            return []
        return [Note(f"player {peer.seat.player_id}, peer {peer.id}, has left"), *self._floor.remove(peer)]

    def _joined(self, peer: Peer, group: GroupId, verdict: bool) -> Effects:
        """The stock client believes at once that it is in; where it is not, the members tell it better."""
        if verdict:
            return self._floor.join(peer, group, peer.id)
        return self._floor.tell_members(peer.id, group)

    def _left(self, peer: Peer, group: GroupId, verdict: bool) -> Effects:
        if verdict:
            return self._floor.leave(peer, group, peer.id)
        return self._floor.tell_members(peer.id, group)

    def _performed(self, commands: Iterable[Command], now: float) -> Effects:
        effects: Effects = []
        for command in commands:
            if self.over:
                break
            effects += self._one_performed(command, now)
        return effects

    def _one_performed(self, command: Command, now: float) -> Effects:  # noqa: C901 - a case for each command
        match command:
            case SendMessage():
                return self._floor.send(command)
            case Broadcast():
                return self._floor.broadcast(command)
            case BroadcastMembership():
                return self._floor.broadcast_members(command)
            case PutInGroup(peer, group):
                player = self._floor.players.get(peer)
                return self._floor.join(player, group, SERVER) if player else []
            case TakeFromGroup(peer, group):
                player = self._floor.players.get(peer)
                return self._floor.leave(player, group, SERVER) if player else []
            case Kick(peer, reason):
                player = self._floor.players.get(peer)
                return self.cut(player, Farewell(CloseCode.KICKED, reason or "kicked"), now) if player else []
            case SetAccepting(accepting):
                self._accepting = accepting
                return []
            case EndGameSession(reason):
                return self.end(Farewell(CloseCode.GAME_SESSION_ENDED, reason or farewells.BY_SCRIPT.reason))
            case _:
                assert_never(command)
