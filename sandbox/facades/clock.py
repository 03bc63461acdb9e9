"""time and datetime, with the clock of the game session, in UTC wherever the machine stands."""

import calendar
import datetime
import importlib
import time
from collections.abc import Callable
from typing import Any, Self

from sandbox.facades.inputs import Inputs
from sandbox.facades.module import named
from sandbox.guards.realm import Realm

# strptime imports it when it is first called, which a sandbox can no longer do.
importlib.import_module("_strptime")

TIME_INSTEAD = {"sleep": "a callback that waits stops the game; session.after(seconds, f) calls f later"}


def time_names(inputs: Inputs) -> dict[str, object]:
    """time: every clock is the session's, and stands still within a call."""
    unix_time = inputs.unix_time

    def clock() -> float:
        return float(unix_time())

    def clock_ns() -> int:
        return int(unix_time() * 1_000_000_000)

    def gmtime(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(unix_time() if seconds is None else seconds)

    def strftime(format: str, t: Any = None) -> str:
        return time.strftime(format, gmtime() if t is None else t)

    def ctime(seconds: float | None = None) -> str:
        return time.asctime(gmtime(seconds))

    def mktime(t: Any) -> float:
        return float(calendar.timegm(t))

    return {
        **dict.fromkeys("time monotonic perf_counter process_time".split(), clock),
        **dict.fromkeys("time_ns monotonic_ns perf_counter_ns".split(), clock_ns),
        **{"gmtime": gmtime, "localtime": gmtime, "ctime": ctime, "strftime": strftime, "mktime": mktime},
        **named(time, "strptime struct_time"),
    }


class _AnyOf(type):
    """isinstance() with a facade's class asks for the class that it stands for."""

    def __instancecheck__(cls, found: object) -> bool:
        return isinstance(found, cls.__base__ or cls)


def datetime_names(inputs: Inputs, realm: Realm) -> dict[str, object]:
    """datetime, whose `now` and `today` ask the clock of the session."""
    date, moment = _date(inputs.unix_time), _datetime(inputs.unix_time)
    for cls, name in ((date, "date"), (moment, "datetime")):
        cls.__name__ = cls.__qualname__ = name
        cls.__module__ = "datetime"
        realm.known.add(cls)
    return {**named(datetime, "time timedelta timezone UTC MINYEAR MAXYEAR"), "date": date, "datetime": moment}


def _date(unix_time: Callable[[], float]) -> type:
    class Date(datetime.date, metaclass=_AnyOf):
        """`datetime.date`."""

        @classmethod
        def today(cls) -> Self:
            return cls.fromtimestamp(unix_time())

        @classmethod
        def fromtimestamp(cls, timestamp: float, /) -> Self:
            at = time.gmtime(timestamp)
            return cls(at.tm_year, at.tm_mon, at.tm_mday)

    return Date


def _datetime(unix_time: Callable[[], float]) -> type:
    class DateTime(datetime.datetime, metaclass=_AnyOf):
        """`datetime.datetime`."""

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Self:
            return cls.fromtimestamp(unix_time(), tz)

        @classmethod
        def today(cls) -> Self:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Self:
            return cls.now()

        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: datetime.tzinfo | None = None) -> Self:
            found = super().fromtimestamp(timestamp, tz or datetime.UTC)
            return found if tz else found.replace(tzinfo=None)

        @classmethod
        def utcfromtimestamp(cls, timestamp: float, /) -> Self:
            return cls.fromtimestamp(timestamp)

        def timestamp(self) -> float:
            return super().timestamp() if self.tzinfo else self.replace(tzinfo=datetime.UTC).timestamp()

    return DateTime
