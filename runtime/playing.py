"""One game session in its worker: the room, the sandbox, and what of both is told to the desk."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence

from anyio.abc import TaskGroup

from relay.codec import ProtobufWire
from relay.connection import Connection
from relay.fast.bad_line import BadLine
from relay.fast.offer import FastOffer
from relay.room import Room
from relay.turn import Turn
from runtime.masking import Masked
from runtime.memory_use import memory_used_bytes
from runtime.meter import Meter
from runtime.metric_table import DROPPED_PACKETS, SANDBOX_BIRTHS, SANDBOX_DEATHS
from runtime.nurseries import Nurseries
from runtime.tally import Tally
from runtime.words import (
    GameSessionOver,
    GameSessionRuns,
    GameSessionShown,
    GoesOn,
    PlayersChanged,
    StartGameSession,
    ToDesk,
)
from runtime.worker_log import WorkerLog
from sandbox.errors import ScriptError
from sandbox.host import Sandbox
from sandbox.limits import Limits
from sandbox.nursery import NoSandbox
from sandbox.orders import Script
from sandbox.reports import Death, Loaded, LoadRefused, LogLine
from session.answers import Answer, Outcome
from session.callbacks import OnGameSessionUpdated
from session.configuration import Configuration
from session.effects import Drop
from session.farewells import Farewell
from session.game import GameSession
from session.peer import Seat
from session.quota import Quota
from session.values import PeerId, PlayerId, value

#: No more lines about dropped packets than this reach the log of a game session in a second.
DROPS_LOGGED_A_SECOND = 5.0


@value
class Surroundings:
    """What all game sessions of a worker share."""

    nurseries: Nurseries
    turn: Turn
    tasks: TaskGroup
    tally: Tally


class Playing:
    """A game session from its start order to its end. It listens to its sandbox and keeps its room's journal."""

    def __init__(
        self,
        order: StartGameSession,
        tell: Callable[[ToDesk], bool],
        limits: Limits,
        surroundings: Surroundings,
        offer: FastOffer,
    ) -> None:
        self._order = order
        #: What is known of it; of what can change, the latest.
        self._facts = order.facts
        #: All that is told to the desk passes here.
        self._tell = Masked(tell, (secret for _, secret in order.secrets))
        self._limits = limits
        self._wire = ProtobufWire(offer)
        self._log = WorkerLog(order.facts.id, self._tell, surroundings.tally)
        self._loop = asyncio.get_running_loop()
        self._unix_start = time.time()
        self._around = surroundings
        self._room: Room | None = None
        self._sandbox: Sandbox | None = None
        #: The sandbox as the room has it.
        self._meter: Meter | None = None
        #: Whose networks are to be bad once there is a room; as many as a developer says in the time of a load.
        self._spoilt: list[tuple[PlayerId, BadLine]] = []
        self._players = 0
        self._drops = Quota(DROPS_LOGGED_A_SECOND, DROPS_LOGGED_A_SECOND, self._loop.time())
        #: As its script's configuration has it; 0 until it runs.
        self._configured_players = 0
        self.over: asyncio.Future[None] = self._loop.create_future()

    @property
    def max_players(self) -> int:
        """Seats; 0 until it runs."""
        return min(self._facts.max_players, self._configured_players)

    async def start(self) -> None:
        """Load the script, if there is one, and open the room; or tell the desk why there is none."""
        if not self._order.files:
            self._open(Configuration(), None)
            return
        try:
            result = await self._loaded()
        except NoSandbox as error:
            self._over(str(error))
            return
        match result:
            case Loaded(callbacks, configuration):
                self._open(configuration, callbacks)
            case LoadRefused(faults):
                self._log.write(
                    "error", f"the script was refused: {faults[0].message} ({faults[0].file}:{faults[0].line})"
                )
                self._over(f"the script was refused: {faults[0].message}")
            case Death():
                self._log.died(result)
                self._over(f"the script failed while it was loaded: {result.outcome.value}")

    def seat(self, connection: Connection, seat: Seat) -> bool:
        """Let a peer in; False says that it has gone meanwhile, and needs no seat."""
        assert self._room is not None, "seats are given once the game session runs"
        entered = connection.seated(self._room, seat)
        self._count()
        return entered

    def update(self, update: OnGameSessionUpdated) -> None:
        """It was updated from outside; while its script is being loaded, the script begins with what is new."""
        self._facts = self._facts.updated(update)
        if self._room:
            self._room.updated(update)

    def spoil(self, player: PlayerId, line: BadLine) -> None:
        """Make the network bad for a player, or for all; while the script is being loaded, for those who will come."""
        if self._room:
            self._room.spoil(player, line)
        else:
            self._spoilt.append((player, line))

    def retire(self) -> None:
        """End when the last player has left."""
        if self._room:
            self._room.retire()

    def terminate(self, farewell: Farewell) -> None:
        """Say farewell and end."""
        if self._room:
            self._room.terminate(farewell)
        else:
            self._over(farewell.reason)

    def close(self, farewell: Farewell) -> None:
        """End now, whatever still waits."""
        if self._room:
            self._room.end(farewell)
        self._over(farewell.reason)

    def goes_on(self, seats: tuple[tuple[str, str, float, float, str], ...]) -> GoesOn:
        """Say what a next desk is to know of it. Who holds its ``seats`` the doorway knows."""
        return GoesOn(self._facts, self._unix_start, self._room is not None, self._players, seats)

    def shown(self, question: int) -> GameSessionShown:
        """Say who is here, and what of the limits is used."""
        room, pid = self._room, self._sandbox.pid if self._sandbox else 0
        allowed = self._sandbox.limits.memory_bytes if self._sandbox and pid else 0
        return GameSessionShown(
            question,
            True,
            _players(room) if room else (),
            room.waiting if room else 0,
            memory_used_bytes(pid, allowed) if pid else 0,
            allowed,
            self._log.errors,
            self._log.dropped,
        )

    # What the sandbox says.

    def answered(self, answers: Sequence[Answer]) -> None:
        """The script has ruled."""
        if self._room:
            self._room.answered(answers)

    def logged(self, line: LogLine) -> None:
        """The script wrote a line."""
        self._log.logged(line)

    def raised(self, error: ScriptError) -> None:
        """An exception left a callback."""
        self._log.raised(error)

    def died(self, death: Death) -> None:
        """The sandbox is gone, and with it the game session, unless another can take its place."""
        self._log.died(death)
        if self._room:
            self._room.script_died(death.outcome, death.ask)

    # What the room says.

    def dropped(self, peer: PeerId, why: Drop) -> None:
        """A packet came to nothing: worth a line, as long as there are not too many."""
        self._around.tally.count(DROPPED_PACKETS, why.name.lower())
        if self._drops.take(self._loop.time()):
            self._log.write("warning", f"a packet of peer {peer} was dropped: {why.value}")

    def note(self, text: str) -> None:
        """A fact of the game session."""
        self._log.write("info", text)
        self._loop.call_soon(self._count)

    def ended(self, farewell: Farewell) -> None:
        """The game session is over; its last messages leave before the room is closed."""
        self._loop.call_soon(self._over, farewell.reason)

    def bereft(self) -> None:
        """The game goes on in a new sandbox."""
        self._around.tasks.start_soon(self._revive)

    # In between.

    async def _loaded(self) -> Loaded | LoadRefused | Death:
        """Load the script into a sandbox of its own. Raises NoSandbox."""
        order = self._order
        seed, hidden = secrets.randbits(63), dict(order.secrets)
        script = Script(dict(order.files), order.launch, seed, self._unix_start, self._facts, hidden)
        self._meter = meter = Meter(self._around.tally, self._facts, self)
        self._sandbox = meter.sandbox = sandbox = Sandbox(self._limits, meter)
        result = await sandbox.load(await self._around.nurseries.ready(), script)
        self._around.tally.count(SANDBOX_BIRTHS)
        if isinstance(result, Death):
            self._around.tally.count(SANDBOX_DEATHS, result.outcome.value)
        return result

    async def _revive(self) -> None:
        """Load the script again; that it cannot be had counts as one more death."""
        assert self._room is not None, "a sandbox dies after it was loaded"
        try:
            result = await self._loaded()
        except NoSandbox as error:
            result = Death(Outcome.CRASHED, "", "", 0, "", str(error))
        if self.over.done():
            return
        match result:
            case Loaded() if self._meter:
                self._room.restored(self._meter)
            case Death():
                self.died(result)
            case _:
                self._room.script_died(Outcome.RAISED)  # It was loaded before: only chance can have changed its mind.

    def _open(self, configuration: Configuration, callbacks: frozenset[str] | None) -> None:
        if self.over.done():
            return
        facts = self._facts
        heart = GameSession(facts, configuration, callbacks, self._wire)
        self._room = Room(heart, self, self._meter, configuration, self._around.turn)
        for player, line in self._spoilt:
            self._room.spoil(player, line)
        self._configured_players = configuration.max_players
        self._tell(GameSessionRuns(facts.id))
        ruled_by = f"ruled by {facts.script} v{facts.version}" if self._sandbox else "without a script"
        self._log.write("info", f"the game session {facts.name} begins, {ruled_by}")
        self._room.start()

    def _over(self, reason: str) -> None:
        if self.over.done():
            return
        self.over.set_result(None)
        if self._room:
            self._room.close()
        if self._sandbox:  # It may be on its way to the room.
            self._sandbox.close()
        self._log.close()
        self._tell(GameSessionOver(self._facts.id, reason))

    def _count(self) -> None:
        players = self._room.players if self._room else 0
        if players != self._players and not self.over.done():
            self._players = players
            self._tell(PlayersChanged(self._facts.id, players))


def _players(room: Room) -> tuple[tuple[str, int, str, float, tuple[int, ...]], ...]:
    began = time.time() - room.now
    return tuple(
        (peer.seat.player_id, peer.id, peer.seat.player_session_id, began + peer.entered, tuple(sorted(peer.groups)))
        for peer in room.roster
    )
