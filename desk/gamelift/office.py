"""The office: what every operation works with, and what it is asked."""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Select

from desk.gamelift.bell import Bell
from desk.gamelift.journal import Journal
from desk.gamelift.limits import MAX_PAGE, GameLiftLimits
from desk.gamelift.matchmaking.lobby import Lobby
from desk.gamelift.names import Names
from desk.gamelift.seals import Seals
from desk.gamelift.state.database import Database
from desk.house import House
from session.values import value

#: What an operation answers: members of its output shape; those that are None are left out.
Answer = Mapping[str, object]


@value
class Office:
    """The house, what is remembered, and how it is named and sealed. ``clock`` gives Unix seconds."""

    house: House
    database: Database
    journal: Journal
    names: Names
    seals: Seals
    limits: GameLiftLimits
    bell: Bell
    lobby: Lobby
    clock: Callable[[], float] = time.time


@value
class Call:
    """One call: the operation, its checked members, and the address under which the caller reached us."""

    operation: str
    asked: Mapping[str, Any]
    origin: str = ""

    @property
    def scope(self) -> str:
        """The question that a page's token belongs to."""
        question = {name: one for name, one in self.asked.items() if name not in ("Limit", "NextToken")}
        return f"{self.operation} {digest(question)}"


Operation = Callable[[Office, Call], Awaitable[Answer]]


def digest(asked: object) -> str:
    """A digest of what was asked."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=repr).encode()).hexdigest()


def page(
    connection: Connection, office: Office, call: Call, query: Select[Any], serial: Column[int]
) -> tuple[list[Any], str | None]:
    """One page of rows in the order in which they were made, and the token of the next. Raises `GameLiftError`."""
    size = min(call.asked.get("Limit", MAX_PAGE), MAX_PAGE)
    token = call.asked.get("NextToken")
    after = office.seals.position_untrusted(call.scope, token) if token else 0
    rows = list(connection.execute(query.where(serial > after).order_by(serial).limit(size + 1)))
    if len(rows) <= size:
        return rows, None
    return rows[:size], office.seals.token(call.scope, rows[size - 1].serial)
