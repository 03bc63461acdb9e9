"""Words: all that the desk process and a relay worker say to each other."""

from dataclasses import field

from deployment.checker import Fault
from session.callbacks import GameSessionFacts, OnGameSessionUpdated
from session.values import value

# From the desk to a worker.


@value
class Settings:
    """What may change while a worker runs: the limits of each kind, their fields in order, and the log's."""

    sandbox: tuple[float, ...]
    channel: tuple[float, ...]
    fast: tuple[float, ...]
    dtls: tuple[float, ...]
    log_level: str
    log_format: str
    #: How long game sessions go on where the desk is gone and no other comes.
    orphan_seconds: float


@value
class UseCertificates:
    """Speak TLS with whoever connects from now on. All is PEM.

    ``chain`` is what the WebSocket shows; ``own_leaf`` lies directly below ``ca``, our own authority, for clients that
    are told at their login whom to trust. Both have their keys.
    """

    chain: bytes
    own_leaf: bytes
    ca: bytes
    key: bytes = field(repr=False)
    own_key: bytes = field(repr=False)


@value
class Listen:
    """Where to accept players, how many, and whether without a player session: the first word after what is above.

    With ``allow_weaker`` there may be sandboxes without seccomp. ``terms`` is all that was set and cannot change while
    the worker runs: a later desk compares it.
    """

    host: str
    port: int
    max_connections: int
    anybody: bool
    allow_weaker: bool
    terms: str


@value
class StartGameSession:
    """Start a game session with this script version; without files it is a plain relay."""

    facts: GameSessionFacts
    files: tuple[tuple[str, bytes], ...]
    launch: str
    #: Names and values for ``session.secret``; shown nowhere.
    secrets: tuple[tuple[str, str], ...] = field(repr=False)


@value
class ReserveSeat:
    """Keep a seat for a player session, for so long; the answer is ``SeatReserved`` or ``SeatRefused``."""

    request: int
    game_session: str
    player_session_id: str
    player_id: str
    player_data: str
    seconds: float


@value
class UpdateGameSession:
    """A game session was updated."""

    game_session: str
    update: OnGameSessionUpdated


@value
class SpoilNetwork:
    """Make the network bad for a player of a game session, or for all (an empty id): the fields of ``BadLine``."""

    game_session: str
    player_id: str
    line: tuple[float, ...]


@value
class EndGameSession:
    """Let a game session say its farewell, and end it; or end it now, without one."""

    game_session: str
    reason: str
    now: bool = False


@value
class GiveSeat:
    """A login has its seat."""

    login: int
    game_session: str
    player_session_id: str
    player_id: str


@value
class RefuseSeat:
    """A login has no seat, and why."""

    login: int
    reason: str


@value
class ShowGameSession:
    """How is this game session? The answer is ``GameSessionShown``."""

    question: int
    game_session: str


@value
class RetireGameSession:
    """Another version counts: end this game session as soon as it is empty."""

    game_session: str


@value
class CheckScript:
    """Would this script be accepted? It is loaded in a sandbox and thrown away."""

    check: int
    script: str
    files: tuple[tuple[str, bytes], ...]
    launch: str


@value
class WrittenDown:
    """To a worker that an earlier desk has left: what it told up to ``AllTold`` need not be told again."""


@value
class Stop:
    """Let every game session say its farewell, for at most so long, then end; players are told the reason."""

    seconds: float
    reason: str


# From a worker to the desk.


@value
class WorkerReady:
    """Players can connect; ``layers`` are those that hold around sandboxes, as a number."""

    port: int
    zygote_pid: int
    layers: int


@value
class WorkerFailed:
    """The worker cannot work, why, and what could be done; empty where that is not known."""

    reason: str
    hint: str = ""


@value
class StillHere:
    """To the next desk: this worker has lost its own. ``WorkerReady``'s fields, and ``Listen``'s terms."""

    port: int
    zygote_pid: int
    layers: int
    terms: str


@value
class GoesOn:
    """To the next desk: a game session that was there when the last one went. Where it has ended, that is told later.

    ``started`` is in Unix seconds; it may not be ``running`` yet. Of each player session that holds a seat: its id, the
    player's, since when and until when (Unix seconds), and its state.
    """

    facts: GameSessionFacts
    started: float
    running: bool
    players: int
    seats: tuple[tuple[str, str, float, float, str], ...]


@value
class AllTold:
    """To the next desk: that was all that has happened without one; what follows happens now."""


@value
class SeatWanted:
    """A peer has logged in and wants a seat."""

    login: int
    player_session_id: str


@value
class SeatReserved:
    """A seat is kept."""

    request: int


@value
class SeatRefused:
    """A seat cannot be kept, and why."""

    request: int
    reason: str


@value
class PlayerSessionMoved:
    """A player session is in another state now (ACTIVE, COMPLETED or TIMEDOUT)."""

    game_session: str
    player_session_id: str
    state: str


@value
class GameSessionRuns:
    """A game session has started."""

    game_session: str


@value
class GameSessionOver:
    """A game session has ended, or could not start."""

    game_session: str
    reason: str


@value
class PlayersChanged:
    """So many players are in a game session now."""

    game_session: str
    players: int


@value
class LogWritten:
    """A line of a game session's log."""

    game_session: str
    level: str
    text: str


@value
class SandboxDied:
    """The sandbox of a game session has died, and why; the game session may go on in another."""

    game_session: str
    why: str


@value
class GameSessionShown:
    """How a game session is. ``found`` is False where it is not there (any more); everything else means nothing then.

    Of each player: player id, peer id, player session id, Unix time of coming, groups. The memory is that of the
    sandbox, beyond a fresh one's.
    """

    question: int
    found: bool
    players: tuple[tuple[str, int, str, float, tuple[int, ...]], ...] = ()
    waiting_inputs: int = 0
    memory_bytes: int = 0
    max_memory_bytes: int = 0
    script_errors: int = 0
    log_lines_dropped: int = 0


@value
class ScriptChecked:
    """The result of a check; where it could not be made, ``failed`` says why."""

    check: int
    failed: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@value
class Counted:
    """What was counted since the last such word, and how many connections there are.

    A series has the name of its metric, its labels without the worker, and numbers to add to those of earlier words:
    of a counter one, of a histogram those of each bucket alone and then their sum.
    """

    connections: int
    series: tuple[tuple[str, tuple[str | int, ...], tuple[float, ...]], ...]


@value
class ZygoteReplaced:
    """A zygote ended; its game sessions did too, and a new one has taken its place, with these layers."""

    zygote_pid: int
    layers: int


ToWorker = (
    Settings
    | UseCertificates
    | Listen
    | StartGameSession
    | UpdateGameSession
    | SpoilNetwork
    | ReserveSeat
    | EndGameSession
    | GiveSeat
    | RefuseSeat
    | RetireGameSession
    | ShowGameSession
    | CheckScript
    | WrittenDown
    | Stop
)
ToDesk = (
    WorkerReady
    | WorkerFailed
    | StillHere
    | GoesOn
    | AllTold
    | SeatWanted
    | SeatReserved
    | SeatRefused
    | PlayerSessionMoved
    | GameSessionRuns
    | GameSessionOver
    | PlayersChanged
    | LogWritten
    | SandboxDied
    | GameSessionShown
    | ScriptChecked
    | Counted
    | ZygoteReplaced
)
Word = ToWorker | ToDesk
