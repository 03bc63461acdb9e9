"""The types of Python that scripts work with, and what may be done with each."""

import builtins
import datetime
import decimal
import enum
import re
import string
import struct
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from fractions import Fraction
from types import EllipsisType, NoneType, NotImplementedType
from uuid import UUID

from sandbox.guards.enumeration import ENUMS

#: Exceptions that a script may name. Without BaseException it cannot catch what is not its own to catch.
EXCEPTIONS: dict[str, type] = {
    name: found
    for name, found in vars(builtins).items()
    if isinstance(found, type) and issubclass(found, Exception) and not issubclass(found, BaseExceptionGroup)
}

_CONTAINERS = (list, tuple, dict, set, frozenset, deque, defaultdict, Counter, OrderedDict)
_SCALARS = (int, float, complex, str, bytes, bytearray)

#: What a class of a script may inherit from, besides other classes of the script.
ALLOWED_BASES: frozenset[type] = frozenset({object, *_CONTAINERS, *_SCALARS, *EXCEPTIONS.values(), *ENUMS})

#: Whose special methods a class of a script may call by name, as in `super().__init__()`.
SPECIAL_OWNERS: frozenset[type] = ALLOWED_BASES | {BaseException, enum.Enum, enum.Flag, enum.ReprEnum}

#: What `type(x)` may answer, besides exceptions and classes of the script.
KNOWN_TYPES: frozenset[type] = frozenset(
    {
        *_CONTAINERS,
        *_SCALARS,
        object,
        bool,
        NoneType,
        EllipsisType,
        NotImplementedType,
        range,
        slice,
        memoryview,
        ChainMap,
        Fraction,
        decimal.Decimal,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        re.Pattern,
        re.Match,
        struct.Struct,
        string.Template,
        UUID,
    }
)

#: Where the classes come from whose objects `copy` copies, besides those of the script.
COPIED_MODULES = frozenset(
    {
        "builtins",
        "collections",
        "datetime",
        "decimal",
        "fractions",
        "itertools",
        "functools",
        "random",
        "string",
        "uuid",
    }
)

#: Objects of Python's own whose public attributes are there to be set.
ATTRIBUTE_TYPES: frozenset[type] = frozenset({decimal.Context})
