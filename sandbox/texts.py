"""Texts on their way out of the sandbox."""

from sandbox.limits import TEXT_CHARACTERS


def sendable(given: object, most: int = TEXT_CHARACTERS) -> str:
    """Cut a text to ``most`` characters, and to what UTF-8 can hold.

    What is given is the script's: where it is of a class of its own, that class is not asked how it is cut.
    """
    return str.__getitem__(str(given), slice(most)).encode("utf-8", "replace").decode()
