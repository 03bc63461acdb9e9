"""Texts that leave the sandbox, or that a script is shown."""

import re

from sandbox.limits import TEXT_CHARACTERS

_ADDRESS = re.compile(r" (at|@) 0x[0-9a-fA-F]{6,}")


def sendable(given: object, most: int = TEXT_CHARACTERS) -> str:
    """Cut a text to ``most`` characters, and to what UTF-8 can hold.

    What is given is the script's: where it is of a class of its own, that class is not asked how it is cut.
    """
    return str.__getitem__(str(given), slice(most)).encode("utf-8", "replace").decode()


def without_addresses(text: str) -> str:
    """Leave out where in memory the objects lie that a text describes."""
    return _ADDRESS.sub("", text) if " 0x" in text else text
