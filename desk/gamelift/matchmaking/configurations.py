"""Matchmaking configurations: each is a matchmaker, with its rule set, its timeouts and its queues."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from desk.gamelift.creating import properties_of
from desk.gamelift.errors import GameLiftError, OfficeTrouble, invalid, not_found
from desk.gamelift.limits import MAX_PAGE
from desk.gamelift.matchmaking.matchmaker import DEFAULTS, KIND, Configured, configured
from desk.gamelift.matchmaking.rule_sets import KIND as RULE_SET
from desk.gamelift.matchmaking.rule_sets import rule_set_row
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import matchmaking_configurations, queues
from desk.gamelift.tags import drop_tags, put_tags

#: What cannot be changed, or is kept in a column of its own.
_NO_FACTS = ("Name", "RuleSetName", "Tags")


async def create_configuration(office: Office, call: Call) -> Answer:
    """Make a matchmaker."""
    asked, name = call.asked, call.asked["Name"]
    if not name:
        raise invalid("Name is to have 1 to 128 characters")

    def act(connection: Connection) -> tuple[Any, Configured]:
        _must_be_free(connection, name)
        _must_have_room(connection, office)
        text = rule_set_row(connection, asked["RuleSetName"])
        made = _checked(connection, office, name, {**DEFAULTS, **_facts(asked)}, text.body)
        row = {"id": name, "rule_set": text.id, "created": office.clock(), "facts": made.facts}
        connection.execute(insert(matchmaking_configurations).values(row))
        put_tags(connection, office.names.arn(KIND, name), asked.get("Tags", []))
        return _row(connection, name), made

    return await _changed(office, act)


async def update_configuration(office: Office, call: Call) -> Answer:
    """Change a matchmaker: what is new counts for the tickets that wait, too."""
    asked = call.asked

    def act(connection: Connection) -> tuple[Any, Configured]:
        row = _row(connection, asked["Name"])
        text = rule_set_row(connection, asked.get("RuleSetName", row.rule_set))
        made = _checked(connection, office, row.id, {**row.facts, **_facts(asked)}, text.body)
        this = update(matchmaking_configurations).where(matchmaking_configurations.c.id == row.id)
        connection.execute(this.values(rule_set=text.id, facts=made.facts))
        return _row(connection, row.id), made

    return await _changed(office, act)


async def describe_configurations(office: Office, call: Call) -> Answer:
    """Show the matchmakers of these names, those with one rule set, or all."""
    asked, here = call.asked, matchmaking_configurations.c
    query = select(matchmaking_configurations)
    if "Names" in asked:
        _must_be_few("Names", asked["Names"])
        query = query.where(here.id.in_([id_of(name) for name in asked["Names"]]))
    if "RuleSetName" in asked:
        query = query.where(here.rule_set == id_of(asked["RuleSetName"]))
    rows, token = await office.database.read(lambda connection: page(connection, office, call, query, here.serial))
    return {"Configurations": [_shown(office, row) for row in rows], "NextToken": token}


async def delete_configuration(office: Office, call: Call) -> Answer:
    """Delete a matchmaker that has no active tickets."""
    name = id_of(call.asked["Name"])
    async with office.lobby.configuring:
        await office.database.read(lambda connection: _row(connection, name))
        removed = office.lobby.remove(name)

        def act(connection: Connection) -> None:
            connection.execute(delete(matchmaking_configurations).where(matchmaking_configurations.c.id == name))
            drop_tags(connection, office.names.arn(KIND, name))

        try:
            await office.lobby.flush(act)  # With its tickets, which nobody could ever forget without it.
        except OfficeTrouble:
            office.lobby.configure(removed)
            raise
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateMatchmakingConfiguration": create_configuration,
    "DeleteMatchmakingConfiguration": delete_configuration,
    "DescribeMatchmakingConfigurations": describe_configurations,
    "UpdateMatchmakingConfiguration": update_configuration,
}


async def _changed(office: Office, act: Callable[[Connection], tuple[Any, Configured]]) -> Answer:
    """Write a matchmaker, and let it count, one after the other."""
    async with office.lobby.configuring:
        row, made = await office.database.write(act)
        office.lobby.configure(made)
    return {"Configuration": _shown(office, row)}


def _checked(connection: Connection, office: Office, name: str, facts: Mapping[str, Any], text: str) -> Configured:
    properties_of(facts)
    _must_be_queues(connection, facts.get("GameSessionQueueArns", ()))
    return configured(office.names, office.limits, name, facts, text)


def _must_be_queues(connection: Connection, arns: Sequence[str]) -> None:
    _must_be_few("GameSessionQueueArns", arns)
    wanted = dict.fromkeys(map(id_of, arns))
    known = set(connection.execute(select(queues.c.id).where(queues.c.id.in_(wanted))).scalars())
    for name in wanted:
        if name not in known:
            raise not_found(f"there is no queue {name}")


def _must_be_few(member: str, given: Sequence[str]) -> None:
    if len(given) > MAX_PAGE:
        raise invalid(f"{member} is to be at most {MAX_PAGE} elements long, not {len(given)}")


def _facts(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given for name, given in asked.items() if name not in _NO_FACTS}


def _row(connection: Connection, given: str) -> Any:
    here = matchmaking_configurations.c.id
    row = connection.execute(select(matchmaking_configurations).where(here == id_of(given))).one_or_none()
    if row is None:
        raise not_found(f"there is no matchmaking configuration {id_of(given)}")
    return row


def _must_be_free(connection: Connection, name: str) -> None:
    here = matchmaking_configurations.c
    if connection.execute(select(here.serial).where(here.id == name)).first():
        raise invalid(f"there is a matchmaking configuration {name} already: UpdateMatchmakingConfiguration changes it")


def _must_have_room(connection: Connection, office: Office) -> None:
    count = connection.execute(select(func.count()).select_from(matchmaking_configurations)).scalar_one()
    if count >= office.limits.max_matchmakers:
        message = (
            f"there are {count} matchmaking configurations, and the setting gamelift.max_matchmakers allows no more"
        )
        raise GameLiftError("LimitExceededException", message)


def _shown(office: Office, row: Any) -> Answer:
    return {
        **row.facts,
        "Name": row.id,
        "ConfigurationArn": office.names.arn(KIND, row.id),
        "RuleSetName": row.rule_set,
        "RuleSetArn": office.names.arn(RULE_SET, row.rule_set),
        "CreationTime": row.created,
    }
