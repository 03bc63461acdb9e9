"""SearchGameSessions: those of a fleet that are ACTIVE, filtered and sorted.

A fleet carries no more game sessions than the server does, so all of them are looked at, without what may be long.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from desk.gamelift.errors import invalid
from desk.gamelift.expressions import (
    PROPERTIES,
    Comparison,
    Either,
    Every,
    Filter,
    Not,
    Operand,
    Order,
    filter_untrusted,
    order_untrusted,
)
from desk.gamelift.fleet_rows import fleet_of, must_be_here
from desk.gamelift.game_session_rows import players_held, shown, with_players
from desk.gamelift.limits import MAX_SEARCHED
from desk.gamelift.office import Answer, Call, Office, Operation
from desk.gamelift.state.tables import game_sessions
from session.values import value

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@value
class Seen:
    """What can be searched for of a game session: the values by their operands' names, and its properties."""

    serial: int
    values: Mapping[str, str | int | bool | None]
    properties: Mapping[str, str]


async def search_game_sessions(office: Office, call: Call) -> Answer:
    """Show the game sessions of a fleet or an alias that are ACTIVE and fit."""
    asked = call.asked
    if ("FleetId" in asked) == ("AliasId" in asked):
        raise invalid("exactly one of FleetId and AliasId is to be given")
    must_be_here(office.names, asked)
    wanted = filter_untrusted(asked["FilterExpression"]) if "FilterExpression" in asked else None
    order = order_untrusted(asked["SortExpression"]) if "SortExpression" in asked else None
    before = office.seals.position_untrusted(call.scope, asked["NextToken"]) if "NextToken" in asked else 0
    after = before + min(asked.get("Limit", MAX_SEARCHED), MAX_SEARCHED)
    await office.journal.flush()

    def act(connection: Connection) -> tuple[list[Any], bool]:
        found = [one for one in _active(connection, office, asked) if wanted is None or fits(wanted, one)]
        page = sorted_by(order, found)[before:after]
        return _rows(connection, [one.serial for one in page]), len(found) > after

    rows, more = await office.database.read(act)
    token = office.seals.token(call.scope, after) if more else None
    return {"GameSessions": [shown(office, row) for row in rows], "NextToken": token}


OPERATIONS: Mapping[str, Operation] = {"SearchGameSessions": search_game_sessions}


def fits(wanted: Filter, game: Seen) -> bool:
    """Whether a game session is one of those that are wanted. A value that is missing differs from every other."""
    match wanted:
        case Comparison():
            return _COMPARED[wanted.comparator](_value(wanted.operand, game), wanted.wanted)
        case Not():
            return not fits(wanted.what, game)
        case Every():
            return all(fits(part, game) for part in wanted.parts)
        case Either():
            return any(fits(part, game) for part in wanted.parts)


def sorted_by(order: Order | None, games: Sequence[Seen]) -> list[Seen]:
    """Game sessions in order, where those that miss the value come last; else, and of the same value, as they are."""
    if order is None:
        return list(games)
    there = [one for one in games if _value(order.operand, one) is not None]
    there.sort(key=lambda one: _value(order.operand, one), reverse=order.descending)
    return there + [one for one in games if _value(order.operand, one) is None]


def _value(operand: Operand, game: Seen) -> Any:
    return game.properties.get(operand.key) if operand.name == PROPERTIES else game.values[operand.name]


def _active(connection: Connection, office: Office, asked: Mapping[str, Any]) -> list[Seen]:
    row = game_sessions.c
    here = (row.fleet_id == fleet_of(connection, asked).id) & (row.status == "ACTIVE")
    name, properties = row.facts["Name"].as_string(), row.facts["GameProperties"]
    query = select(
        row.serial,
        row.fleet_id,
        row.tail,
        row.created,
        row.max_players,
        name.label("name"),
        properties.label("properties"),
        players_held().label("players"),
    )
    return [_seen(office, found) for found in connection.execute(query.where(here).order_by(row.serial))]


def _seen(office: Office, row: Any) -> Seen:
    values = {
        "gameSessionId": office.names.game_session(row.fleet_id, row.tail),
        "gameSessionName": row.name,
        "maximumSessions": row.max_players,
        "creationTimeMillis": int(row.created * 1_000),
        "playerSessionCount": row.players,
        "hasAvailablePlayerSessions": row.players < row.max_players,
    }
    return Seen(row.serial, values, {one["Key"]: one["Value"] for one in row.properties or ()})


def _rows(connection: Connection, serials: Sequence[int]) -> list[Any]:
    """The game sessions in this order, with all that is shown of them."""
    query = with_players().where(game_sessions.c.serial.in_(serials))
    found = {row.serial: row for row in connection.execute(query)}
    return [found[serial] for serial in serials]
