"""Tags: names with values that somebody gives to a script, a fleet, a queue and so on; they mean nothing to us."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.limits import MAX_TAGS
from desk.gamelift.office import Answer, Call, Office, Operation
from desk.gamelift.state.tables import (
    aliases,
    fleets,
    matchmaking_configurations,
    queues,
    rule_sets,
    scripts,
    tags,
)

#: By the word before the id in an ARN.
_TAGGED = {
    "script": scripts,
    "fleet": fleets,
    "alias": aliases,
    "gamesessionqueue": queues,
    "matchmakingruleset": rule_sets,
    "matchmakingconfiguration": matchmaking_configurations,
}


async def tag_resource(office: Office, call: Call) -> Answer:
    """Add tags, or change them."""
    arn, given = call.asked["ResourceARN"], call.asked["Tags"]

    def act(connection: Connection) -> None:
        _must_exist(connection, office, arn)
        put_tags(connection, arn, given)

    await office.database.write(act)
    return {}


async def untag_resource(office: Office, call: Call) -> Answer:
    """Take tags away; those that are not there are passed over."""
    arn, keys = call.asked["ResourceARN"], call.asked["TagKeys"]

    def act(connection: Connection) -> None:
        _must_exist(connection, office, arn)
        connection.execute(delete(tags).where(tags.c.arn == arn, tags.c.key.in_(keys)))

    await office.database.write(act)
    return {}


async def list_tags(office: Office, call: Call) -> Answer:
    """All tags of one resource."""
    arn = call.asked["ResourceARN"]

    def act(connection: Connection) -> Sequence[Any]:
        _must_exist(connection, office, arn)
        return connection.execute(select(tags).where(tags.c.arn == arn).order_by(tags.c.serial)).all()

    return {"Tags": [{"Key": row.key, "Value": row.value} for row in await office.database.read(act)]}


OPERATIONS: Mapping[str, Operation] = {
    "ListTagsForResource": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}


def must_be_tags(given: Sequence[Mapping[str, str]]) -> None:
    """Raise `GameLiftError` (TaggingFailedException) where a key is there twice."""
    if len({one["Key"] for one in given}) != len(given):
        raise GameLiftError("TaggingFailedException", "a key is there twice among the tags")


def put_tags(connection: Connection, arn: str, given: Sequence[Mapping[str, str]]) -> None:
    """Add tags to a resource, or change them; raises `GameLiftError` (TaggingFailedException)."""
    must_be_tags(given)
    keys = [one["Key"] for one in given]
    connection.execute(delete(tags).where(tags.c.arn == arn, tags.c.key.in_(keys)))
    if given:
        rows = [{"arn": arn, "key": one["Key"], "value": one["Value"]} for one in given]
        connection.execute(insert(tags), rows)
    count = connection.execute(select(func.count()).select_from(tags).where(tags.c.arn == arn)).scalar_one()
    if count > MAX_TAGS:
        raise GameLiftError("TaggingFailedException", f"a resource has at most {MAX_TAGS} tags, not {count}")


def drop_tags(connection: Connection, arn: str) -> None:
    """Forget the tags of a resource that is deleted."""
    connection.execute(delete(tags).where(tags.c.arn == arn))


def _must_exist(connection: Connection, office: Office, arn: str) -> None:
    kind, _, identity = arn.rpartition(":")[2].partition("/")
    table = _TAGGED.get(kind)
    if table is None or arn != office.names.arn(kind, identity):
        raise invalid(
            "ResourceARN is to be the ARN of a script, a fleet, an alias, a queue or a matchmaker of this server"
        )
    if connection.execute(select(table.c.serial).where(table.c.id == identity)).first() is None:
        raise not_found(f"there is no resource {arn}")
