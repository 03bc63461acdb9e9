"""Aliases: names that stay while the fleet behind them changes, or that lead to a message."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.fleet_rows import alias_row, living_fleet_row, resolved
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import aliases
from desk.gamelift.tags import drop_tags, put_tags


async def create_alias(office: Office, call: Call) -> Answer:
    """Make an alias."""
    asked, now, identity = call.asked, office.clock(), f"alias-{uuid4()}"

    def act(connection: Connection) -> Any:
        _must_have_room(connection, office)
        row = {"id": identity, "name": asked["Name"], "description": asked.get("Description"), "created": now}
        route = _route(connection, asked["RoutingStrategy"])
        connection.execute(insert(aliases).values({**row, **route, "updated": now}))
        put_tags(connection, office.names.arn("alias", identity), asked.get("Tags", []))
        return alias_row(connection, identity)

    return {"Alias": _shown(office, await office.database.write(act))}


async def describe_alias(office: Office, call: Call) -> Answer:
    """Show one alias."""
    row = await office.database.read(lambda connection: alias_row(connection, call.asked["AliasId"]))
    return {"Alias": _shown(office, row)}


async def list_aliases(office: Office, call: Call) -> Answer:
    """List aliases: all, or those of one name or one kind."""
    query = select(aliases)
    if "Name" in call.asked:
        query = query.where(aliases.c.name == call.asked["Name"])
    if "RoutingStrategyType" in call.asked:
        query = query.where(aliases.c.type == call.asked["RoutingStrategyType"])
    rows, token = await office.database.read(lambda connection: page(connection, office, call, query, aliases.c.serial))
    return {"Aliases": [_shown(office, row) for row in rows], "NextToken": token}


async def update_alias(office: Office, call: Call) -> Answer:
    """Change an alias: new game sessions go where it leads now."""
    asked = call.asked

    def act(connection: Connection) -> Any:
        row = alias_row(connection, asked["AliasId"])
        route = _route(connection, asked["RoutingStrategy"]) if "RoutingStrategy" in asked else {}
        new = {"name": asked.get("Name", row.name), "description": asked.get("Description", row.description)}
        changes = {**new, **route, "updated": office.clock()}
        connection.execute(update(aliases).where(aliases.c.id == row.id).values(changes))
        return alias_row(connection, row.id)

    return {"Alias": _shown(office, await office.database.write(act))}


async def delete_alias(office: Office, call: Call) -> Answer:
    """Delete an alias; the fleet is left alone."""

    def act(connection: Connection) -> None:
        row = alias_row(connection, call.asked["AliasId"])
        connection.execute(delete(aliases).where(aliases.c.id == row.id))
        drop_tags(connection, office.names.arn("alias", row.id))

    await office.database.write(act)
    return {}


async def resolve_alias(office: Office, call: Call) -> Answer:
    """Give the fleet that an alias leads to."""
    fleet_id = await office.database.read(lambda connection: resolved(connection, call.asked["AliasId"]))
    return {"FleetId": fleet_id, "FleetArn": office.names.arn("fleet", fleet_id)}


OPERATIONS: Mapping[str, Operation] = {
    "CreateAlias": create_alias,
    "DeleteAlias": delete_alias,
    "DescribeAlias": describe_alias,
    "ListAliases": list_aliases,
    "ResolveAlias": resolve_alias,
    "UpdateAlias": update_alias,
}


def _route(connection: Connection, strategy: Mapping[str, str]) -> dict[str, str | None]:
    """The columns of a routing strategy. Raises `GameLiftError`."""
    fleet_id, message = strategy.get("FleetId"), strategy.get("Message")
    match strategy.get("Type"):
        case "SIMPLE" if fleet_id and not message:
            return {"type": "SIMPLE", "fleet_id": _fleet(connection, fleet_id), "message": None}
        case "TERMINAL" if message and not fleet_id:
            return {"type": "TERMINAL", "fleet_id": None, "message": message}
    raise invalid("RoutingStrategy is to have the Type SIMPLE and a FleetId, or the Type TERMINAL and a Message")


def _fleet(connection: Connection, given: str) -> str:
    """The id of a fleet that is there; that it is not is InvalidRequest, as CreateAlias lists no NotFound."""
    try:
        return str(living_fleet_row(connection, given).id)
    except GameLiftError as error:
        raise invalid(f"RoutingStrategy: {error}") from None


def _must_have_room(connection: Connection, office: Office) -> None:
    count = connection.execute(select(func.count()).select_from(aliases)).scalar_one()
    if count >= office.limits.max_aliases:
        message = f"there are {count} aliases, and the setting gamelift.max_aliases allows no more"
        raise GameLiftError("LimitExceededException", message)


def _shown(office: Office, row: Any) -> Answer:
    return {
        "AliasId": row.id,
        "Name": row.name,
        "AliasArn": office.names.arn("alias", row.id),
        "Description": row.description,
        "RoutingStrategy": {"Type": row.type, "FleetId": row.fleet_id, "Message": row.message},
        "CreationTime": row.created,
        "LastUpdatedTime": row.updated,
    }
