"""Which names in a watched folder can be scripts, which are nobody's business, and which are odd."""

import os
import re

from deployment.source import BadSource, script_name

#: What editors leave for a moment, and what Python and version control keep beside the sources. `4913` is vim's.
_IGNORED = re.compile(r"\..*|.*~|.*\.(?:sw[a-z]|tmp|bak|orig|pyc)|#.*#|4913|__pycache__", re.DOTALL)


def ignored(name: str) -> bool:
    """Whether a file or folder of that name is passed over in silence."""
    return _IGNORED.fullmatch(name) is not None


def for_python_alone(name: str) -> bool:
    """Whether the file means something to Python's imports and is no script: `__init__.py`, `__main__.py`."""
    return name.startswith("__") and name.endswith("__.py")


def odd(stem: str) -> str | None:
    """Why a script cannot be called that, or None if it can."""
    try:
        script_name(stem)
    except BadSource:
        return "no name for a script: 1 to 64 letters, digits, _ and -, and no sign in front"
    return None


def shown(name: str) -> str:
    """A file's name made fit for a log: what is not printable, or not UTF-8, is escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
