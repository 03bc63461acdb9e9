"""Queues: where game sessions are placed, in which order of preference, and how long a placement may wait for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.fleet_rows import alias_row, fleet_row
from desk.gamelift.limits import (
    MAX_DESTINATIONS,
    MAX_LATENCY_POLICIES,
    MAX_PAGE,
    MAX_TIMEOUT_SECONDS,
    MIN_TIMEOUT_SECONDS,
)
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import queues
from desk.gamelift.tags import drop_tags, put_tags

#: The kind of resource in a queue's ARN.
KIND = "gamesessionqueue"
#: Members that are kept as they were given.
_FACTS = (
    "TimeoutInSeconds",
    "PlayerLatencyPolicies",
    "Destinations",
    "FilterConfiguration",
    "PriorityConfiguration",
    "CustomEventData",
    "NotificationTarget",
)
_REFUSED = ("LogConfiguration", "AddLogDeliveryDestinations", "RemoveLogDeliveryDestinations")
_NO_TWICE = (("PriorityConfiguration", "PriorityOrder"), ("PriorityConfiguration", "LocationOrder"))


async def create_queue(office: Office, call: Call) -> Answer:
    """Make a queue."""
    asked, name = call.asked, call.asked["Name"]
    facts = {"TimeoutInSeconds": MAX_TIMEOUT_SECONDS, **_facts(asked)}

    def act(connection: Connection) -> Any:
        _must_be_new(connection, office, name)
        _must_lead_somewhere(connection, facts.get("Destinations", ()))
        connection.execute(insert(queues).values(id=name, created=office.clock(), facts=facts))
        put_tags(connection, office.names.arn(KIND, name), asked.get("Tags", []))
        return queue_row(connection, name)

    return {"GameSessionQueue": _shown(office, await office.database.write(act))}


async def describe_queues(office: Office, call: Call) -> Answer:
    """Show the queues of these names, or all."""

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        if names := call.asked.get("Names"):
            if len(names) > MAX_PAGE:
                raise invalid(f"Names has {len(names)} queues; {MAX_PAGE} can be asked for at the same time")
            return [queue_row(connection, name) for name in dict.fromkeys(map(id_of, names))], None
        return page(connection, office, call, select(queues), queues.c.serial)

    rows, token = await office.database.read(act)
    return {"GameSessionQueues": [_shown(office, row) for row in rows], "NextToken": token}


async def update_queue(office: Office, call: Call) -> Answer:
    """Change a queue; what waits in it goes by what is new, but for its time, which it keeps."""
    changes = _facts(call.asked)

    def act(connection: Connection) -> Any:
        row = queue_row(connection, call.asked["Name"])
        _must_lead_somewhere(connection, changes.get("Destinations", ()))
        connection.execute(update(queues).where(queues.c.id == row.id).values(facts={**row.facts, **changes}))
        return queue_row(connection, row.id)

    return {"GameSessionQueue": _shown(office, await office.database.write(act))}


async def delete_queue(office: Office, call: Call) -> Answer:
    """Delete a queue; what waits in it fails."""

    def act(connection: Connection) -> None:
        row = queue_row(connection, call.asked["Name"])
        connection.execute(delete(queues).where(queues.c.id == row.id))
        drop_tags(connection, office.names.arn(KIND, row.id))

    await office.database.write(act)
    office.bell.ring()
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateGameSessionQueue": create_queue,
    "DeleteGameSessionQueue": delete_queue,
    "DescribeGameSessionQueues": describe_queues,
    "UpdateGameSessionQueue": update_queue,
}


def queue_row(connection: Connection, given: str) -> Any:
    """The queue of a name or ARN; raises `GameLiftError`."""
    row = connection.execute(select(queues).where(queues.c.id == id_of(given))).one_or_none()
    if row is None:
        raise not_found(f"there is no queue {id_of(given)}")
    return row


def _facts(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of what was asked for. Raises `GameLiftError`."""
    for name in _REFUSED:
        if name in asked:
            raise invalid(f"{name} cannot be used: DescribeGameSessionPlacement and notices tell how placements end")
    seconds = asked.get("TimeoutInSeconds", MAX_TIMEOUT_SECONDS)
    if not MIN_TIMEOUT_SECONDS <= seconds <= MAX_TIMEOUT_SECONDS:
        raise invalid(f"TimeoutInSeconds is from {MIN_TIMEOUT_SECONDS} to {MAX_TIMEOUT_SECONDS}, not {seconds}")
    _must_be_policies(asked.get("PlayerLatencyPolicies", ()))
    for name, inner in _NO_TWICE:
        must_name_once(asked, name, inner)
    return {name: asked[name] for name in _FACTS if name in asked}


def _must_be_policies(policies: Sequence[Mapping[str, int]]) -> None:
    if len(policies) > MAX_LATENCY_POLICIES:
        raise invalid(f"PlayerLatencyPolicies is to be at most {MAX_LATENCY_POLICIES} elements long")
    if not all("MaximumIndividualPlayerLatencyMilliseconds" in one for one in policies):
        raise invalid("each of PlayerLatencyPolicies is to have a MaximumIndividualPlayerLatencyMilliseconds")


def _must_lead_somewhere(connection: Connection, destinations: Sequence[Mapping[str, str]]) -> None:
    if len(destinations) > MAX_DESTINATIONS:
        raise invalid(f"Destinations is to be at most {MAX_DESTINATIONS} elements long, not {len(destinations)}")
    for one in destinations:
        arn = one.get("DestinationArn", "")
        match kind_of(arn):
            case "fleet":
                fleet_row(connection, arn)
            case "alias":
                alias_row(connection, arn)
            case _:
                raise invalid("each of Destinations is to have the ARN of a fleet or of an alias as DestinationArn")


def must_name_once(asked: Mapping[str, Any], name: str, inner: str) -> None:
    """Raises `GameLiftError` where a list in a member of what was asked has something twice."""
    listed = asked.get(name, {}).get(inner, ())
    if len(set(listed)) != len(listed):
        raise invalid(f"{name}.{inner} names something twice")


def kind_of(arn: str) -> str:
    """The kind of resource in an ARN."""
    return arn.rpartition(":")[2].partition("/")[0]


def _must_be_new(connection: Connection, office: Office, name: str) -> None:
    # CreateGameSessionQueue lists no ConflictException.
    if connection.execute(select(queues.c.serial).where(queues.c.id == name)).first():
        raise invalid(f"there is a queue {name} already: UpdateGameSessionQueue changes it")
    count = connection.execute(select(func.count()).select_from(queues)).scalar_one()
    if count >= office.limits.max_queues:
        message = f"there are {count} queues, and the setting gamelift.max_queues allows no more"
        raise GameLiftError("LimitExceededException", message)


def _shown(office: Office, row: Any) -> Answer:
    # An empty configuration takes away what was there, as the model has it.
    facts = {name: one for name, one in row.facts.items() if one not in ({}, "")}
    return {**facts, "Name": row.id, "GameSessionQueueArn": office.names.arn(KIND, row.id)}
