"""What the front desk needs of the house that it stands in; whoever assembles the house fills the place."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal, Protocol

from deployment.checker import Fault
from deployment.source import ScriptSource
from desk.game_log import LiveLog
from desk.status_view import StatusView
from session.values import value

GameSessionState = Literal["starting", "running", "ended"]

#: Of a network that is bad on purpose, its delay and its jitter: more would be a network that is down.
MAX_DELAY_SECONDS = 10.0


class UnknownGameSession(LookupError):
    """No game session has that id, or more than one begins like that; the message says which of the two."""


class Refused(Exception):
    """What was asked cannot be had now, though there is nothing wrong with asking; the message says why."""


class Full(Refused):
    """All seats of the game session are taken."""


PlayerSessionState = Literal["RESERVED", "ACTIVE", "COMPLETED", "TIMEDOUT"]


@value
class VersionView:
    """One version of a script. `number` counts from 1, `digest` is SHA-256 in hex, `created` is in Unix seconds."""

    number: int
    digest: str
    created: float
    origin: str
    note: str
    active: bool


@value
class ScriptView:
    """One script: its active version (None: withdrawn), its newest version's number, and how it does.

    `game_sessions`, of all its versions, have not ended. `last_fault` says why the last content was refused, if it was.
    """

    name: str
    active: VersionView | None
    latest: int
    game_sessions: int
    last_fault: str = ""


@value
class DeployView:
    """How a deployment or a rollback went.

    `version` is the active one's number afterwards, None if there is none. There are faults exactly if it is not `ok`.
    """

    ok: bool
    script: str
    version: int | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@value
class GameSessionView:
    """One game session. `started` and `ended` are in Unix seconds; `reason` says why it ended, and is empty before.

    `name` is what players call it by (the room). A game session without a script has an empty `script` and version 0.
    `players` counts those who are in it now; they connect to `port`.
    """

    id: str
    name: str
    script: str
    version: int
    state: GameSessionState
    players: int
    started: float
    ended: float | None = None
    reason: str = ""
    port: int = 0


@value
class NewGameSession:
    """A game session that is wanted: of the script's active version, with at most so many players (up to 200).

    Without `id` it gets one, without `launch` the version's own file begins; `parameters` are for `on_process_started`.
    """

    script: str
    name: str
    max_players: int
    properties: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    matchmaker_data: str = ""
    id: str = ""
    launch: str = ""
    parameters: tuple[str, ...] = ()


@value
class GameSessionUpdate:
    """What is to change of a game session: None and "" stay; properties are added or changed, and none is removed."""

    name: str | None
    max_players: int | None
    properties: Mapping[str, str]
    matchmaker_data: str = ""


@value
class Network:
    """How bad the network of a player is to be, or with an empty id that of all: shares from 0 to 1, and seconds.

    `jitter_seconds` is how far a delay may be from its mean, either way. All zeros: as good as it is.
    """

    player_id: str = ""
    loss: float = 0.0
    duplicates: float = 0.0
    reorder: float = 0.0
    delay_seconds: float = 0.0
    jitter_seconds: float = 0.0


@value
class NewPlayerSession:
    """A seat that is wanted; without a `player_id` the player gets one."""

    player_id: str
    player_data: str


@value
class PlayerSessionView:
    """One player's claim to one game session: with `id` the player logs in, once, at `port`.

    `created` and `expires` are in Unix seconds; what is RESERVED at the time of `expires` is TIMEDOUT. In lists the id
    of a player session that is RESERVED is not shown: it is a key.
    """

    id: str
    game_session: str
    player_id: str
    state: PlayerSessionState
    created: float
    expires: float
    port: int


@value
class LogView:
    """One line of a game session's log; `time` is in Unix seconds, `text` may have several lines (a traceback).

    Lines are numbered from 1; where a number is missing, that line has not been kept.
    """

    time: float
    level: str
    text: str
    number: int = 0


@value
class GameSessionLog:
    """What is kept of a game session's log, oldest line first, and its whole id, by which it can be followed."""

    game_session: str
    log: tuple[LogView, ...] = ()


@value
class PlayerView:
    """A player who is in a game session, since when (Unix seconds), and in which groups besides that of all."""

    player_id: str
    peer_id: int
    player_session_id: str
    connected: float
    groups: tuple[int, ...] = ()


@value
class GroupView:
    """A group of a game session with the ids of the players in it."""

    group: int
    players: tuple[str, ...] = ()


@value
class UseView:
    """What a game session uses of its limits; a sandbox's memory is what it has grown by since it was born.

    `log_lines_dropped` are those that did not get from its script to its log.
    """

    waiting_inputs: int
    max_waiting_inputs: int
    memory_bytes: int
    max_memory_bytes: int
    script_errors: int
    log_lines_dropped: int


@value
class GameSessionDetail:
    """One game session from inside; `use` is None where nobody can tell: it has ended, starts, or does not answer.

    `max_players` is what the server allows, its script may allow fewer; the others are what the script was told of it.
    """

    game_session: GameSessionView
    players: tuple[PlayerView, ...] = ()
    groups: tuple[GroupView, ...] = ()
    use: UseView | None = None
    max_players: int = 0
    properties: Mapping[str, str] = field(default_factory=dict)
    data: str = ""
    matchmaker_data: str = ""


@value
class PrunedView:
    """What a prune removed of one script (or would), and how much stays."""

    script: str
    removed: tuple[int, ...]
    kept: int
    freed_bytes: int


@value
class PruneView:
    """What a prune removed, or would remove if it were not a `dry_run`."""

    dry_run: bool
    scripts: tuple[PrunedView, ...] = ()


@value
class FileView:
    """A file of a script; what is no UTF-8 in it is there as surrogate escapes."""

    path: str
    text: str


@value
class SourceView:
    """The files of one version of a script, in the order of their paths; `launch` is the one that begins."""

    script: str
    number: int
    launch: str
    files: tuple[FileView, ...] = ()


class House(Protocol):
    """All that operators can ask of a server, on its event loop; each may raise `deployment.store.StoreError`, too."""

    def scripts(self) -> list[ScriptView]:
        """All scripts of which there is a version, in alphabetical order."""
        ...

    def script(self, name: str) -> ScriptView:
        """One script; raises `deployment.record.UnknownScript`."""
        ...

    def versions(self, name: str) -> list[VersionView]:
        """All versions of a script, newest first; raises `deployment.record.UnknownScript`."""
        ...

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy the script file or folder at an absolute path of this machine, origin "command".

        Raises `desk.script_path.NoScript` where there is none. A refused script is a result, not an error.
        """
        ...

    async def deploy_source(self, source: ScriptSource, origin: str, note: str) -> DeployView:
        """Deploy a script that somebody has sent. A refused script is a result; what is our own doing is raised."""
        ...

    async def withdraw(self, name: str) -> None:
        """Let no version of a script be active; they stay. Raises `deployment.record.UnknownScript`."""
        ...

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Let that version of a script count again, or the one before the active one.

        Raises `deployment.record.UnknownScript` or `deployment.record.UnknownVersion`.
        """
        ...

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """The game sessions that have not ended, oldest first; with `ended`, those that have and are remembered too."""
        ...

    async def source(self, name: str, number: int) -> SourceView:
        """The files of a version; raises `deployment.record.UnknownScript` or `deployment.record.UnknownVersion`."""
        ...

    async def prune(self, name: str | None, keep: int, dry_run: bool) -> PruneView:
        """Remove the versions of a script, or of all, that nobody needs any more; or only say which those are.

        There stay: the active one, those among the last `keep` activations, those of game sessions that have not ended.
        Raises `deployment.record.UnknownScript`.
        """
        ...

    async def game_session(self, game_session: str) -> GameSessionDetail:
        """One game session from inside; the beginning of an id will do where it is unique.

        Raises `UnknownGameSession`.
        """
        ...

    async def log(self, game_session: str) -> GameSessionLog:
        """What is kept of a game session's log, also from earlier runs of the server.

        Raises `UnknownGameSession`.
        """
        ...

    async def live_log(self, game_session: str) -> LiveLog:
        """A game session's log, to be followed; of one that has ended, with its newest lines. Raises as `log` does."""
        ...

    async def create_game_session(self, wanted: NewGameSession) -> GameSessionView:
        """Start a game session and wait until it runs.

        Raises `deployment.record.UnknownScript`, or `Refused` where the server takes none or it could not start.
        """
        ...

    async def update_game_session(self, game_session: str, wanted: GameSessionUpdate) -> GameSessionView:
        """Change what can change of a game session, and tell its script.

        Raises `UnknownGameSession`, or `Refused` where it has ended or would have too many properties.
        """
        ...

    async def spoil_network(self, game_session: str, wanted: Network) -> GameSessionView:
        """Make the network of a game session's players bad, or good again; in development alone.

        Raises `UnknownGameSession`, or `Refused`.
        """
        ...

    async def end_game_session(self, game_session: str, reason: str, *, now: bool = False) -> GameSessionView:
        """Let a game session say its farewell and end, in bounded time; or end it `now`, without one.

        It ends even if who asks does not wait. Raises `UnknownGameSession`.
        """
        ...

    async def create_player_session(self, game_session: str, wanted: NewPlayerSession) -> PlayerSessionView:
        """Keep a seat; it is kept once this returns. Raises `UnknownGameSession`, `Full`, or another `Refused`."""
        ...

    def player_sessions(self, game_session: str) -> list[PlayerSessionView]:
        """The player sessions of a game session that are remembered, oldest first. Raises `UnknownGameSession`."""
        ...

    def status(self) -> StatusView:
        """The server at a glance."""
        ...
