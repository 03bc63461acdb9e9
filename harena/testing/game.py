"""A game session in this process: the heart of a server, a script, and a clock that only the test turns."""

import math
from collections import deque
from collections.abc import Mapping
from functools import partial

from harena.testing.player import Channel, FakePlayer
from harena.testing.records import DroppedPacket, LogLine, Ruling, asked_of, ruling
from harena.testing.script import Script
from harena.testing.seen import Seen, Words
from harena.testing.transcript import Transcript, said, told
from relay.client_codec import decode_from_server_untrusted, encode_login, encode_payload
from relay.codec import ProtobufWire, decode_untrusted
from sandbox.errors import ScriptError
from session.answers import Outcome
from session.callbacks import NAMES, GameSessionFacts
from session.configuration import Configuration
from session.effects import Ask, Disconnect, Dropped, Effect, Effects, End, Note, Restore, Send
from session.farewells import CloseCode, Farewell
from session.game import GameSession
from session.peer import Peer, Seat, knocked
from session.values import NOBODY, SERVER, PeerId, PlayerId, PlayerSessionId

#: Times are sums of what a test passes, and rounded as floating-point numbers are: ten times 0.1 is to be 1.
ROUNDING_SECONDS = 1e-6
#: As many decimals as make up for it.
ROUNDING_DECIMALS = 9

#: So many errors and dropped packets are named where a test misses something, the latest ones.
MAX_TROUBLES = 5


class Game:
    """A game session that a test plays. Whatever a test does has had all its consequences when the call returns.

    Nothing happens of itself: time stands still but for ``advance``. What scripts raise is in ``errors``.
    """

    def __init__(self, script: Script, facts: GameSessionFacts, configuration: Configuration) -> None:
        #: Each ruling of a callback of yes or no that the script has, oldest first; found by the callback's name.
        self.rulings: Seen[Ruling, str] = Seen(Words("ruling", "callback"), lambda ruling: ruling.callback)
        #: What players sent and the server did not pass on, found by player id.
        self.dropped: Seen[DroppedPacket, str] = Seen(Words("dropped packet", "player"), lambda drop: drop.player_id)
        #: Why the game session has ended; None while it runs.
        self.over: Farewell | None = None
        #: What the script asked for in its ``configuration``, with what the test put in its place.
        self.configuration = configuration
        #: Whether the test has looked at ``errors``.
        self.errors_read = False
        self._facts = facts
        self._script = script
        self._heart = GameSession(facts, configuration, script.callbacks, ProtobufWire())
        self._now = 0.0
        self._logins = 0
        self._everybody: dict[PeerId, FakePlayer] = {}
        self._asks: deque[Ask] = deque()
        self._story = Transcript(script)
        self._perform(self._heart.started(self._now))

    # What a test does.

    def join(self, player_id: str = "", payload: object = b"", player_data: str = "") -> FakePlayer:
        """Log a player in, as ``player-N`` where it has no id; look at ``accepted`` for what came of it.

        ``payload`` (bytes, text, or anything else as JSON) and ``player_data`` are for the script. Who logs in a
        second time with one id replaces the first.
        """
        self._logins += 1
        peer, name = Peer(), player_id or f"player-{self._logins}"
        said = encode_login(PlayerSessionId(f"psess-{self._logins}"), encode_payload(payload))
        login = knocked(peer, decode_untrusted(said))
        self._tell(f"{name} logs in with {login.payload!r}")
        seat = Seat(login.player_session_id, PlayerId(name), player_data)
        effects = self._heart.enter(peer, seat, login.payload, self._now)
        channel = Channel(partial(self._heard, peer), partial(self._lost, peer), self._troubles)
        self._everybody[peer.id] = player = FakePlayer(name, peer.id, channel)
        self._perform(effects)
        return player

    def advance(self, seconds: float) -> None:
        """Let time pass: ticks, timers and limits of time come in their order, each at its own moment.

        Raises:
            ValueError: it is negative, or no number.
        """
        if not 0 <= seconds < math.inf:
            raise ValueError(f"time passes by some seconds from 0 on, not by {seconds}")
        end = round(self._now + seconds, ROUNDING_DECIMALS)
        while (wake_at := self._heart.wake_at()) is not None and wake_at <= end + ROUNDING_SECONDS:
            self._now = max(self._now, wake_at)
            self._perform(self._heart.woke(self._now))
        self._now = max(self._now, end)

    def update(
        self,
        *,
        name: str | None = None,
        max_players: int | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Update the game session from outside, as ``harena session update``: ``on_game_session_updated`` runs.

        Properties are added or changed; none is removed.
        """
        update = self._facts.merged(name, max_players, properties or {})
        self._facts = self._facts.updated(update)
        self._perform(self._heart.updated(update, self._now))

    def terminate(self, reason: str = "the server stops") -> None:
        """End the game session from outside, as a server does that stops: ``on_process_terminate``, then the end."""
        self._perform(self._heart.terminate(Farewell(CloseCode.SERVER_STOPPING, reason), self._now))

    def crash(self) -> None:
        """Let the script's sandbox die: the game goes on from the latest snapshot, or ends where there is none."""
        self._tell("the sandbox dies")
        self._perform(self._heart.script_died(Outcome.CRASHED, self._now))

    # What a test sees.

    @property
    def now(self) -> float:
        """Seconds since the game session began."""
        return self._now

    @property
    def players(self) -> tuple[FakePlayer, ...]:
        """The players who were accepted and are here, in order of arrival."""
        return tuple(self._everybody[peer] for peer in self._heart.players)

    @property
    def errors(self) -> Seen[ScriptError, str]:
        """What left the script's callbacks and timers, oldest first; found by the callback's name."""
        self.errors_read = True
        return self._script.errors

    @property
    def failed(self) -> bool:
        """Whether something has left a callback or a timer; asking this does not count as a look at ``errors``."""
        return bool(self._script.errors)

    @property
    def log(self) -> Seen[LogLine, str]:
        """What the script wrote with ``session.log`` and ``print``, oldest first; found by level."""
        return self._script.log

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the script, though it may run: each with its file and line."""
        return tuple(f"{fault.file}:{fault.line}: {fault.message}" for fault in self._script.warnings)

    @property
    def transcript(self) -> list[str]:
        """All that happened, a line each; the same test of the same script gives the same lines."""
        return self._story.lines()

    # What players say.

    def _heard(self, peer: Peer, data: bytes) -> None:
        packet = decode_untrusted(data)
        self._tell(f"{self._name(peer.id)} {said(packet, self._name)}")
        self._perform(self._heart.receive(peer, packet, self._now))

    def _lost(self, peer: Peer) -> None:
        self._tell(f"{self._name(peer.id)} closes the connection")
        self._perform(self._heart.lost(peer, self._now))

    def _troubles(self) -> str:
        """Say what went wrong so far, for a test that misses something."""
        errors = [f"the script failed: {error!r}" for error in self._script.errors[-MAX_TROUBLES:]]
        dropped = [f"a packet of {drop.player_id} was dropped: {drop.why}" for drop in self.dropped[-MAX_TROUBLES:]]
        return "\n".join([*errors, *dropped])

    # Effects.

    def _perform(self, effects: Effects) -> None:
        """Do what the heart wants; the script is asked afterwards, question by question, until nothing is left."""
        for effect in effects:
            self._perform_one(effect)
        while self._asks:
            self._put(self._asks.popleft())

    def _put(self, ask: Ask) -> None:
        name = NAMES[type(ask.callback)]
        try:
            answer = self._script.answer(ask)
        except MemoryError as error:
            self._script.fail(name, error)
            self._asks.clear()
            effects = self._heart.script_died(Outcome.EXCEEDED_MEMORY, self._now, ask.ask)
        else:
            peer = asked_of(ask.callback)
            if peer != NOBODY and name in self._script.callbacks:
                self.rulings.append(ruling(ask.callback, self._name(peer), answer))
            effects = self._heart.answered(answer, self._now)
        for effect in effects:
            self._perform_one(effect)

    def _perform_one(self, effect: Effect) -> None:
        match effect:
            case Send():
                self._deliver(effect)
            case Ask():
                self._asks.append(effect)
            case Disconnect(peer, farewell):
                self._tell(f"{self._name(peer)} is disconnected: {farewell.code.value} {farewell.reason}")
                self._everybody[peer].dismissed(farewell)
            case Dropped(peer, why):
                self._tell(f"a packet of {self._name(peer)} is dropped: {why.value}")
                self.dropped.append(DroppedPacket(self._name(peer), why.value))
            case Note(text):
                self._tell(text)
            case Restore():
                self._restore()
            case End(farewell):
                self._tell(f"the end: {farewell.code.value} {farewell.reason}")
                self.over = farewell

    def _restore(self) -> None:
        self._script.reload()
        for effect in self._heart.restored(self._now):
            self._perform_one(effect)

    def _deliver(self, send: Send) -> None:
        event = decode_from_server_untrusted(send.data)
        for peer in send.to:
            player = self._everybody[peer]
            if peer != send.but and player.connected:
                self._tell(f"{player.player_id} {told(event, self._name)}")
                player.told(event)

    def _name(self, peer: PeerId) -> str:
        """Name a peer: the server, a player, or nobody whom the test knows."""
        player = self._everybody.get(peer)
        return player.player_id if player else "the server" if peer == SERVER else f"peer {peer}"

    def _tell(self, text: str) -> None:
        self._story.tell(self._now, text)

    def __repr__(self) -> str:
        return f"<game at {self._now:g} s with {len(self.players)} players>"
