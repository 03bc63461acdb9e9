"""What a watcher finds in its folder, as values."""

from dataclasses import dataclass

from deployment.events import FolderBack, FolderMissing, Refused
from deployment.source import PathKey, ScriptName, ScriptSource


@dataclass(frozen=True, slots=True)
class Saved:
    """A path holds this content, and has been quiet since."""

    source: ScriptSource
    path: PathKey


@dataclass(frozen=True, slots=True)
class Deleted:
    """A path that held a script is gone, and no other holds that script."""

    name: ScriptName
    path: PathKey


@dataclass(frozen=True, slots=True)
class AllRead:
    """Everything that lay in the folder at the start has been told of."""


Found = Saved | Deleted | Refused | FolderMissing | FolderBack | AllRead
