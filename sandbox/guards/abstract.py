"""Abstract base classes with which nothing can be registered.

`A.register(Host)` would change what isinstance() says of the host's objects, in the host's own code too.
"""

from abc import ABCMeta
from typing import NoReturn


class LockedAbstractType(ABCMeta):
    """The metaclass of abstract base classes, without `register`."""

    def register(cls, subclass: object) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("classes cannot be registered in a script; inherit instead")


def locked(name: str, *bases: type) -> type:
    """An abstract base class with these bases."""
    return LockedAbstractType(name, bases, {"__slots__": (), "__module__": "abc"})
