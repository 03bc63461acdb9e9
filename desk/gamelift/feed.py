"""The feed: notices in the order in which they were written, to whoever follows them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from desk.gamelift.names import Names
from desk.gamelift.notices import envelope
from desk.gamelift.state.database import Database
from desk.gamelift.state.tables import notices
from session.values import value

#: Notices that are read at once.
PAGE_NOTICES = 100


@value
class Notice:
    """One notice, its number, when it was written (Unix seconds), and the NotificationTarget that it has, or ""."""

    number: int
    time: float
    target: str
    content: Mapping[str, object]


class Feed:
    """Reads notices, and waits for those that there are not yet. All methods may raise `OfficeTrouble`."""

    def __init__(self, database: Database, names: Names) -> None:
        self._database = database
        self._names = names
        self._closed = False

    async def last(self) -> int:
        """The number of the newest notice; 0 while there is none."""

        def act(connection: Connection) -> int:
            return int(connection.execute(select(func.coalesce(func.max(notices.c.serial), 0))).scalar_one())

        return await self._database.read(act)

    async def page(self, since: int) -> Sequence[Notice]:
        """The next notices with a number above ``since``."""
        query = select(notices).where(notices.c.serial > since).order_by(notices.c.serial).limit(PAGE_NOTICES)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Notice(row.serial, row.time, row.target, envelope(self._names, row)) for row in rows]

    async def after(self, since: int) -> Sequence[Notice]:
        """The same, waiting for at least one; none once the feed is closed and all are told."""
        while True:
            news = self._database.news
            found = await self.page(since)
            if found or self._closed:
                return found
            await news.wait()

    def close(self) -> None:
        """End all that follow."""
        self._closed = True
        self._database.stir()
