"""Enums that can only be made by a class statement.

`Enum("Name", {...})` makes a class from a dict, special methods of any name included; and the metaclass has a way to do
the same from a module's globals.
"""

import enum
from typing import Any


class LockedEnumType(enum.EnumType):
    """Enum's metaclass without its functional interface."""

    def __call__(cls, *values: object, **options: object) -> Any:
        """The member with this value. Raises TypeError for the functional interface, ValueError for no such value."""
        if options or not cls._member_map_:
            raise TypeError("an enum is written as a class: class Op(IntEnum): ...")
        member: Any = cls
        return member.__new__(cls, values[0] if len(values) == 1 else values)


class Enum(enum.Enum, metaclass=LockedEnumType):
    """`enum.Enum`."""


class IntEnum(int, enum.ReprEnum, Enum):
    """`enum.IntEnum`."""


class StrEnum(str, enum.ReprEnum, Enum):
    """`enum.StrEnum`."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[object]) -> str:
        return name.lower()


class Flag(enum.Flag, Enum):
    """`enum.Flag`."""


class IntFlag(enum.IntFlag, Enum):
    """`enum.IntFlag`."""


ENUMS: tuple[type, ...] = (Enum, IntEnum, StrEnum, Flag, IntFlag)
