"""The database: SQLite in a file, or PostgreSQL by its URL. One writer; whatever it has acknowledged is on the disk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from anyio import CapacityLimiter, Event, to_thread
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.state.migrating import migrate

T = TypeVar("T")

#: Questions that are answered at the same time; further ones wait for their turn.
READERS = 4
#: In the `info` of a connection: the facts that its transaction brings about.
_FACTS = "facts"
#: A fact: there is something that somebody waits for.
NEWS = "news"
_WAIT_SECONDS = 10


class Database:
    """Runs functions of a connection, each in a transaction of its own, in threads: nothing here waits on the loop.

    Where the database fails, `OfficeTrouble` is raised, and nothing is changed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._one_writer = CapacityLimiter(1)
        self._readers = CapacityLimiter(READERS)
        self._news = Event()
        self._hear: list[Callable[[object], None]] = []

    def listen(self, hear: Callable[[object], None]) -> None:
        """Have every fact heard of, on the event loop, once it is written."""
        self._hear.append(hear)

    @property
    def news(self) -> Event:
        """Set when a transaction has been written that brought `NEWS`: take it before you look."""
        return self._news

    def stir(self) -> None:
        """Let those look again who wait for news."""
        self._news.set()
        self._news = Event()

    async def read(self, act: Callable[[Connection], T]) -> T:
        """Ask something."""
        return await to_thread.run_sync(self.act, act, limiter=self._readers)

    async def write(self, act: Callable[[Connection], T]) -> T:
        """Change something: all of it, or nothing where the function raises. When this returns it will not be lost."""
        done, facts = await to_thread.run_sync(self._done, act, limiter=self._one_writer)
        if NEWS in facts:
            self.stir()
        for hear in self._hear:
            for fact in facts:
                hear(fact)
        return done

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def act(self, act: Callable[[Connection], T]) -> T:
        """Do something in this thread, which waits for the disk or the network."""
        return self._done(act)[0]

    def _done(self, act: Callable[[Connection], T]) -> tuple[T, list[object]]:
        facts: list[object] = []
        try:
            with self._engine.begin() as connection:
                connection.info[_FACTS] = facts
                return act(connection), facts
        except SQLAlchemyError as error:
            raise OfficeTrouble(f"the database could not be used: {_why(error)}") from error


def bring(connection: Connection, fact: object) -> None:
    """Note what a transaction brings about, for those who listen once it is written."""
    connection.info[_FACTS].append(fact)


def open_database(url: str, default: Path) -> Database:
    """Open a database, with its tables as this version of Harena has them; "" is SQLite in the default's file.

    Waits, for the disk or the network. Raises `OfficeTrouble`.
    """
    try:
        engine = _engine(url, default)
        with engine.begin() as connection:
            migrate(connection)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise OfficeTrouble(f"the setting gamelift.database names no database: {error}") from None
    except (SQLAlchemyError, OSError) as error:
        raise OfficeTrouble(f"the database {_shown(url, default)} cannot be used: {_why(error)}") from None
    return Database(engine)


def _engine(url: str, default: Path) -> Engine:
    if url:
        # psycopg is the driver that there are tests for.
        parsed = make_url(url)
        name = "postgresql+psycopg" if parsed.drivername in ("postgres", "postgresql") else parsed.drivername
        return create_engine(parsed.set(drivername=name), pool_size=READERS + 1, pool_pre_ping=True)
    default.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{default}", connect_args={"timeout": _WAIT_SECONDS})
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return engine


def _prepared(connection: Any, _record: object) -> None:
    """Let SQLite survive a crash at any moment, and readers not wait for the writer."""
    connection.isolation_level = None  # Transactions begin where we say so, those that change tables too.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _why(error: Exception) -> str:
    """What the driver says, on one line, without the question that was asked: its parameters are nobody's business."""
    return " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())


def _shown(url: str, default: Path) -> str:
    return make_url(url).render_as_string(hide_password=True) if url else str(default)
