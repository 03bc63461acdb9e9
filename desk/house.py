"""What the front desk needs of the house that it stands in; whoever assembles the house fills the place."""

from pathlib import Path
from typing import Literal, Protocol

from deployment.checker import Fault
from session.values import value

GameSessionState = Literal["starting", "running", "ended"]


class UnknownGameSession(LookupError):
    """No game session has that id, or more than one begins like that; the message says which of the two."""


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

    `game_sessions` are those that have not ended, of all its versions. `last_fault` is one sentence on why a content
    was refused last, empty once a later one was accepted.
    """

    name: str
    active: VersionView | None
    latest: int
    game_sessions: int
    last_fault: str = ""


@value
class DeployView:
    """How a deployment or a rollback went.

    `version` is the active one's number afterwards: the new one if `ok`, otherwise the one that was left alone, or None
    if there is none. There are faults exactly when it is not `ok`.
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
    `players` counts those who are in it now.
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


@value
class LogView:
    """One line of a game session's log; `time` is in Unix seconds, `text` may have several lines (a traceback)."""

    time: float
    level: str
    text: str


@value
class WorkerView:
    """One relay worker process and what it carries; `zygote_pid` is 0 while it has no zygote."""

    pid: int
    port: int
    zygote_pid: int
    game_sessions: int
    players: int
    sandboxes: int


@value
class StatusView:
    """The server at a glance. `version` is Harena's own, `scripts_dir` is empty where no folder is watched."""

    version: str
    pid: int
    uptime_seconds: float
    host: str
    port: int
    http_port: int
    scripts_dir: str
    data_dir: str
    scripts: int
    game_sessions: int
    players: int
    workers: tuple[WorkerView, ...] = ()


class House(Protocol):
    """Everything that operators can ask of a server. Called on the event loop, so what waits is `async`.

    Besides the errors that are named, each method may raise `deployment.store.StoreError`.
    """

    def scripts(self) -> list[ScriptView]:
        """All scripts of which there is a version, in alphabetical order."""
        ...

    def versions(self, name: str) -> list[VersionView]:
        """All versions of a script, newest first; raises `deployment.record.UnknownScript`."""
        ...

    async def deploy(self, path: Path, note: str) -> DeployView:
        """Deploy the script file or folder at an absolute path of this machine, origin "command".

        Raises `desk.script_path.NoScript` where there is none. A refused script is a result, not an error.
        """
        ...

    async def rollback(self, name: str, number: int | None) -> DeployView:
        """Let that version of a script count again, or the one before the active one.

        Raises `deployment.record.UnknownScript` or `deployment.record.UnknownVersion`.
        """
        ...

    def game_sessions(self, ended: bool) -> list[GameSessionView]:
        """The game sessions that have not ended, oldest first; with `ended`, those that have and are remembered too."""
        ...

    def log(self, game_session: str) -> list[LogView]:
        """What is kept of a game session's log, oldest first; the beginning of an id will do where it is unique.

        Raises `UnknownGameSession`.
        """
        ...

    def status(self) -> StatusView:
        """The server at a glance."""
        ...
