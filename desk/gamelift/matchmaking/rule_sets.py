"""Rule sets: what a match must be like. They are checked when they are made, and never change."""

from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from sqlalchemy import Connection, delete, func, insert, select

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import matchmaking_configurations, rule_sets
from desk.gamelift.tags import drop_tags, put_tags
from matchmaking.faults import BadRuleSet
from matchmaking.parsing import parse_rule_set

KIND = "matchmakingruleset"


async def create_rule_set(office: Office, call: Call) -> Answer:
    """Make a rule set."""
    asked, name, now = call.asked, call.asked["Name"], office.clock()
    if not name:
        raise invalid("Name is to have 1 to 128 characters")
    await _must_be_valid(asked["RuleSetBody"])

    def act(connection: Connection) -> Any:
        _must_be_free(connection, name)
        _must_have_room(connection, office)
        row = {"id": name, "body": asked["RuleSetBody"], "created": now}
        connection.execute(insert(rule_sets).values(row))
        put_tags(connection, office.names.arn(KIND, name), asked.get("Tags", []))
        return rule_set_row(connection, name)

    return {"RuleSet": _shown(office, await office.database.write(act))}


async def describe_rule_sets(office: Office, call: Call) -> Answer:
    """Show the rule sets of these names, or all."""

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        if names := call.asked.get("Names"):
            return [rule_set_row(connection, name) for name in names], None
        return page(connection, office, call, select(rule_sets), rule_sets.c.serial)

    rows, token = await office.database.read(act)
    return {"RuleSets": [_shown(office, row) for row in rows], "NextToken": token}


async def delete_rule_set(office: Office, call: Call) -> Answer:
    """Delete a rule set that no configuration uses."""

    def act(connection: Connection) -> None:
        row = rule_set_row(connection, call.asked["Name"])
        configuration = matchmaking_configurations.c
        users = connection.execute(select(configuration.id).where(configuration.rule_set == row.id)).scalars().all()
        if users:
            raise invalid(f"the rule set {row.id} is used by the matchmaking configuration {', '.join(users[:10])}")
        connection.execute(delete(rule_sets).where(rule_sets.c.id == row.id))
        drop_tags(connection, office.names.arn(KIND, row.id))

    await office.database.write(act)
    return {}


async def validate_rule_set(_office: Office, call: Call) -> Answer:
    """Look through a rule set; the exception names all of its faults."""
    await _must_be_valid(call.asked["RuleSetBody"])
    return {"Valid": True}


OPERATIONS: Mapping[str, Operation] = {
    "CreateMatchmakingRuleSet": create_rule_set,
    "DeleteMatchmakingRuleSet": delete_rule_set,
    "DescribeMatchmakingRuleSets": describe_rule_sets,
    "ValidateMatchmakingRuleSet": validate_rule_set,
}


def rule_set_row(connection: Connection, given: str) -> Any:
    """The rule set of a name or ARN; raises `GameLiftError`."""
    row = connection.execute(select(rule_sets).where(rule_sets.c.id == id_of(given))).one_or_none()
    if row is None:
        raise not_found(f"there is no rule set {id_of(given)}")
    return row


async def _must_be_valid(body: str) -> None:
    try:
        await to_thread.run_sync(parse_rule_set, body)
    except BadRuleSet as error:
        raise invalid(f"RuleSetBody is no valid rule set:\n{error}") from None


def _must_be_free(connection: Connection, name: str) -> None:
    if connection.execute(select(rule_sets.c.serial).where(rule_sets.c.id == name)).first():
        raise invalid(f"there is a rule set {name} already, and it cannot be changed: choose another Name")


def _must_have_room(connection: Connection, office: Office) -> None:
    count = connection.execute(select(func.count()).select_from(rule_sets)).scalar_one()
    if count >= office.limits.max_rule_sets:
        message = f"there are {count} rule sets, and the setting gamelift.max_rule_sets allows no more"
        raise GameLiftError("LimitExceededException", message)


def _shown(office: Office, row: Any) -> Answer:
    return {
        "RuleSetName": row.id,
        "RuleSetArn": office.names.arn(KIND, row.id),
        "RuleSetBody": row.body,
        "CreationTime": row.created,
    }
