"""Events: what happened in this house, for whoever watches: the console, the command, tests."""

from dataclasses import fields

from deployment.checker import Fault
from desk.view_json import plain
from session.values import value


@value
class ActiveScript:
    """A script that new game sessions can be opened of."""

    name: str
    version: int


@value
class ServerReady:
    """Players can connect and the command is answered; `scripts_dir` is empty where no folder is watched.

    `fingerprint` is that of the certificate, empty without TLS; `ca_file` is what clients are to trust, if it is ours.
    """

    host: str
    port: int
    http_port: int
    scripts_dir: str = ""
    active: tuple[ActiveScript, ...] = ()
    fingerprint: str = ""
    ca_file: str = ""


@value
class Deployed:
    """A script version is active: new game sessions take it."""

    script: str
    version: int
    origin: str
    warnings: tuple[Fault, ...]


@value
class Rejected:
    """A script was refused; the version that was active still is."""

    script: str
    origin: str
    faults: tuple[Fault, ...]


@value
class RolledBack:
    """An earlier version of a script is active again."""

    script: str
    version: int


@value
class Withdrawn:
    """A script's file was deleted: it has no new game sessions; its versions are kept."""

    script: str


@value
class NotAScript:
    """Something in the watched folder cannot be a script."""

    path: str
    reason: str


@value
class GameSessionStarted:
    """A game session runs; it stays on this version."""

    game_session: str
    script: str
    version: int
    room: str


@value
class GameSessionEnded:
    """A game session is over, or never came to be."""

    game_session: str
    script: str
    version: int
    reason: str


@value
class Logged:
    """A line of a game session's log."""

    game_session: str
    script: str
    version: int
    level: str
    text: str


@value
class WorkerStarted:
    """A relay worker accepts players; which of the kernel's layers hold around its sandboxes, and which do not."""

    pid: int
    port: int
    layers: tuple[str, ...] = ()
    missing_layers: tuple[str, ...] = ()


@value
class WorkerAdopted:
    """A relay worker has outlived the server that started it, and goes on under this one, with its game sessions."""

    pid: int
    port: int
    game_sessions: int


@value
class WorkerLost:
    """A relay worker has ended; its game sessions with it. Another is started."""

    pid: int


@value
class ReservationsLost:
    """A game session has ended, and seats that were kept for players who had not come are kept no more."""

    game_session: str
    reservations: int
    reason: str


@value
class CertificateRenewed:
    """New connections are shown this certificate, until `ends` (Unix seconds); those that are there keep theirs."""

    names: tuple[str, ...]
    ends: float
    fingerprint: str


@value
class CertificateRejected:
    """A new certificate, or its key, will not do: the one before it stays."""

    file: str
    reason: str


@value
class CertificateEnding:
    """The certificate in this file ends soon (`ends`, Unix seconds), and whoever should renew it has not."""

    file: str
    names: tuple[str, ...]
    ends: float


@value
class CertificateCrowded:
    """The certificate of the fast channel has no room for all names by which players call this server."""

    left_out: tuple[str, ...]
    reason: str


@value
class SettingsChanged:
    """The configuration file has changed: these settings count from now on, those only after a restart."""

    file: str
    taken: tuple[str, ...]
    need_restart: tuple[str, ...]


@value
class SettingsRejected:
    """The configuration file has changed and is faulty: nothing of it counts."""

    file: str
    faults: tuple[str, ...]


Event = (
    ServerReady
    | Deployed
    | Rejected
    | RolledBack
    | Withdrawn
    | NotAScript
    | GameSessionStarted
    | GameSessionEnded
    | Logged
    | WorkerStarted
    | WorkerAdopted
    | WorkerLost
    | ReservationsLost
    | CertificateRenewed
    | CertificateRejected
    | CertificateEnding
    | CertificateCrowded
    | SettingsChanged
    | SettingsRejected
)


def as_plain(event: Event) -> dict[str, object]:
    """Give an event as what JSON can hold, its name under ``event``."""
    content = {field.name: plain(getattr(event, field.name)) for field in fields(event)}
    return {"event": type(event).__name__, **content}
