"""Scripts that an operator names by their path, as opposed to those that are found in the watched folder."""

import os
from pathlib import Path

from deployment.folder import Entry, FolderGone, look_again, look_into
from deployment.naming import shown
from deployment.reading import NotQuiet, Unreadable, read_script
from deployment.source import BadSource, PathKey, ScriptName, ScriptSource


class NoScript(ValueError):
    """There is no script at that path, or it cannot be read; the message is a sentence that names the path."""


def script_at(path: Path) -> ScriptSource:
    """The script in that `.py` file, or folder with a `main.py`; raises `NoScript`. Waits for the disk."""
    path = Path(os.path.abspath(path))
    entry = look_again(path.parent, Entry(_key(path), ScriptName(path.name), ""))
    if entry is None:
        raise NoScript(_absence(path))
    if entry.refusal is not None:
        raise NoScript(f"{shown(str(path.parent / entry.refused_path))}: {entry.refusal}")
    try:
        return read_script(path.parent, entry)
    except (NotQuiet, Unreadable, BadSource) as error:
        raise NoScript(f"{shown(str(path))}: {error}") from error


def script_paths(path: Path) -> list[Path]:
    """The paths of all scripts, sound or not, that a path stands for: itself, or those in a folder of scripts.

    A folder that is no script itself is a folder of scripts. Raises `NoScript` where there is nothing to look at.
    """
    if not path.is_dir() or os.path.lexists(path / "main.py"):
        return [path]
    try:
        look = look_into(path)
    except FolderGone as error:
        raise NoScript(f"{shown(str(path))} cannot be read: {error}") from error
    if not look.entries:
        raise NoScript(f"{shown(str(path))} holds no script: neither a .py file nor a folder with a main.py")
    return [path / entry.key for entry in look.entries.values()]


def _key(path: Path) -> PathKey:
    # A link counts by its name, since it is not followed: what it leads to may be anything.
    is_file = path.name.endswith(".py") and not (path.is_dir() and not path.is_symlink())
    return PathKey(path.name if is_file else path.name + "/")


def _absence(path: Path) -> str:
    name = shown(str(path))
    if not os.path.lexists(path):
        return f"there is no file or folder {name}"
    if path.is_dir():
        return f"{name} has no main.py, which is what makes a folder a script"
    return f"{name} is no script: neither a .py file nor a folder with a main.py"
