"""Words: all that the desk process and a relay worker say to each other."""

from deployment.checker import Fault
from session.values import value

# From the desk to a worker.


@value
class Listen:
    """The first word: where to accept players, and the limits of sandboxes (the fields of ``Limits`` in order)."""

    host: str
    port: int
    limits: tuple[float, ...]


@value
class StartGameSession:
    """Start a game session with this script version; without files it is a plain relay."""

    game_session: str
    name: str
    script: str
    version: int
    files: tuple[tuple[str, bytes], ...]
    launch: str


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
class RetireGameSession:
    """A newer version counts: end this game session as soon as it is empty."""

    game_session: str


@value
class CheckScript:
    """Would this script be accepted? It is loaded in a sandbox and thrown away."""

    check: int
    script: str
    files: tuple[tuple[str, bytes], ...]
    launch: str


@value
class Stop:
    """Let every game session say its farewell, for at most so long, then end."""

    seconds: float


# From a worker to the desk.


@value
class WorkerReady:
    """Players can connect."""

    port: int
    zygote_pid: int


@value
class WorkerFailed:
    """The worker cannot work, and why."""

    reason: str


@value
class SeatWanted:
    """A peer has logged in and wants a seat."""

    login: int
    player_session_id: str


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
class ScriptChecked:
    """The result of a check; where it could not be made, ``failed`` says why."""

    check: int
    failed: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@value
class ZygoteReplaced:
    """A zygote ended; its game sessions did too, and a new one has taken its place."""

    zygote_pid: int


ToWorker = Listen | StartGameSession | GiveSeat | RefuseSeat | RetireGameSession | CheckScript | Stop
ToDesk = (
    WorkerReady
    | WorkerFailed
    | SeatWanted
    | GameSessionRuns
    | GameSessionOver
    | PlayersChanged
    | LogWritten
    | ScriptChecked
    | ZygoteReplaced
)
Word = ToWorker | ToDesk
