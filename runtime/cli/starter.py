"""What a new script begins with: the files of `harena/starter`, with its name in the place of NAME."""

import shlex
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from os.path import lexists
from pathlib import Path

from deployment.naming import odd, shown
from runtime.cli.refusal import ExitCode, Refusal
from session.values import value

#: What stands for the script's name, in the files and in their paths.
_NAME = "NAME"

#: The folder for a server to watch.
_SCRIPTS = "scripts"

#: Where each file of `harena/starter` goes, and what it is.
_FILES = (
    ("script.py", f"{_SCRIPTS}/{_NAME}.py", "the script"),
    ("tests.py", f"tests/test_{_NAME}.py", "its unit test"),
    ("client.py", f"clients/play_{_NAME}.py", "a player"),
)


@value
class StarterFile:
    """A file to be written: its path below the author's folder, its text, and what it is in a few words."""

    path: str
    text: str
    what: str


def starter(name: str) -> tuple[StarterFile, ...]:
    """The files of a new script. Raises `Refusal` where it cannot be called that."""
    if (reason := odd(name)) is not None:
        hint = f"leave out the .py: `harena new {name[:-3]}`" if name.endswith(".py") and not odd(name[:-3]) else ""
        raise Refusal(f"'{shown(name)}' is {reason}", hint, ExitCode.USAGE)
    templates = files("harena") / "starter"
    return tuple(
        StarterFile(path.replace(_NAME, name), (templates / template).read_text("utf-8").replace(_NAME, name), what)
        for template, path, what in _FILES
    )


def write(folder: Path, new: Sequence[StarterFile]) -> None:
    """Write files that are not there yet; raises `Refusal`, and has then overwritten nothing."""
    if folder.resolve().name == _SCRIPTS:  # A server that watches it would never look into scripts/scripts.
        raise Refusal(f"this would make a {_SCRIPTS}/{_SCRIPTS}", f"--folder names the folder that {_SCRIPTS}/ lies in")
    paths = [folder / file.path for file in new]
    # A folder of that name may be a script, too, which would have to give way to the file.
    for path in (*paths, *(path.with_suffix("") for path in paths)):
        if lexists(path):
            raise Refusal(f"{shown(str(path))} is there already", "choose another name, or another --folder")
    for file, path in zip(new, paths, strict=True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as stream:
                stream.write(file.text)
        except OSError as error:
            raise Refusal(f"{shown(str(path))} cannot be written: {error.strerror}") from error


def has_pytest() -> bool:
    """Whether the author can run the test as it is."""
    return find_spec("pytest") is not None


def steps(name: str, folder: Path, *, pytest_is_here: bool) -> list[str]:
    """The commands that try a new script, each as a line for a shell."""
    enter = [f"cd {shlex.quote(str(folder))}"] if folder != Path() else []
    install = [] if pytest_is_here else ["pip install pytest"]
    return [
        *enter,
        *install,
        f"pytest tests/test_{name}.py",
        f"harena dev {_SCRIPTS}",
        f"python clients/play_{name}.py ann    # in a second terminal",
    ]
