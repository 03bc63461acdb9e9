"""What happens to scripts, as values for whoever tells operators and authors."""

from dataclasses import dataclass
from pathlib import Path

from deployment.checker import Fault
from deployment.source import ScriptName
from deployment.version import ScriptVersion


@dataclass(frozen=True, slots=True)
class Deployed:
    """New game sessions of the script begin with this version from now on."""

    version: ScriptVersion
    origin: str
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A content was not accepted, and why; the active version is the same as before."""

    name: ScriptName
    faults: tuple[Fault, ...]
    origin: str
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RolledBack:
    """An earlier version is active again in the place of `left` (None: the script was withdrawn)."""

    version: ScriptVersion
    left: ScriptVersion | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The script's file is gone: no new game sessions of it, its versions are kept."""

    name: ScriptName


@dataclass(frozen=True, slots=True)
class Refused:
    """A path was not even looked into as a script, or a stored file cannot be used; whatever is active stays so."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class FolderMissing:
    """The watched folder is not there or cannot be read; its scripts stay as they are until it is back."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class FolderBack:
    """The watched folder is there (again), and what lies in it counts."""

    path: Path


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Everything that lay in the watched folder at the start has been deployed, rejected or refused. Comes once."""

    path: Path


Event = Deployed | Rejected | RolledBack | Withdrawn | Refused | FolderMissing | FolderBack | CaughtUp
