"""Placing: how a placement is asked for, stopped and waited for, by back ends and by matchmaking.

A placement waits in its queue, in the database, until the `placer` has begun a game session for it, or its time is
over. A restart loses none: who asks for it again, by the same id, gets the same one.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select

from desk.gamelift.counts import PlacementBegan
from desk.gamelift.creating import max_players_of, properties_of
from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.limits import MAX_LATENCIES, MAX_LATENCY_MILLISECONDS
from desk.gamelift.office import Office, digest
from desk.gamelift.placement_rows import count_pending, end_placement, placement_row
from desk.gamelift.queues import must_name_once, queue_row
from desk.gamelift.routing import route_of
from desk.gamelift.state.database import bring
from desk.gamelift.state.tables import placements
from session.values import value

#: Members that GameSessionPlacement shows as they were given.
_FACTS = (
    "GameProperties",
    "MaximumPlayerSessionCount",
    "GameSessionName",
    "PlayerLatencies",
    "GameSessionData",
    "MatchmakerData",
    "PriorityConfigurationOverride",
)


@value
class Outcome:
    """How a placement stands. Until it is FULFILLED there is no game session, and ``message`` says why if it ends so.

    ``status`` is PENDING, FULFILLED, CANCELLED, TIMED_OUT or FAILED; ``game_session`` is an ARN; of ``ip_address`` and
    ``dns_name`` one is empty; ``player_sessions`` are the ids of player sessions by those of players.
    """

    placement: str
    status: str
    message: str
    game_session: str
    ip_address: str
    dns_name: str
    port: int
    player_sessions: Mapping[str, str]


async def start(office: Office, asked: Mapping[str, Any]) -> Any:
    """Put a placement into its queue, or find it there by its id; give its row. Raises `GameLiftError`.

    ``asked`` has the members of StartGameSessionPlacement and, where players were matched, MatchmakerData.
    """
    _must_make_sense(asked)
    row = await office.database.write(lambda connection: _put(connection, office, asked))
    office.bell.ring()
    return row


async def stop(office: Office, placement: str) -> Any:
    """Take a placement out of its queue; give its row. Raises `GameLiftError`, also where it is over."""

    def act(connection: Connection) -> Any:
        row = placement_row(connection, placement, to_change=True)
        if row.status == "PENDING":
            end_placement(connection, row, "CANCELLED", "it was stopped", office.clock())
        elif row.status != "CANCELLED":
            raise invalid(f"the placement is {row.status}: TerminateGameSession ends a game session that it began")
        return placement_row(connection, placement)

    row = await office.database.write(act)
    office.bell.over(placement)
    return row


async def outcome(office: Office, placement: str) -> Outcome:
    """Wait until a placement is over. Raises `GameLiftError` where there is none of that id."""
    while True:
        over, found = office.bell.until_over(placement), None
        try:
            found = await standing(office, placement)
        finally:
            if found is None or found.status != "PENDING":
                office.bell.over(placement)  # There is nothing to wait for: nothing is to be kept of it.
        if found.status != "PENDING":
            return found
        await over.wait()


async def standing(office: Office, placement: str) -> Outcome:
    """How a placement stands now. Raises `GameLiftError` where there is none of that id."""
    row = await office.database.read(lambda connection: placement_row(connection, placement))
    facts = row.facts
    seats = {one["PlayerId"]: one["PlayerSessionId"] for one in facts.get("PlacedPlayerSessions", ())}
    address = facts.get("IpAddress", ""), facts.get("DnsName", ""), facts.get("Port", 0)
    return Outcome(row.id, row.status, row.message, facts.get("GameSessionArn", ""), *address, seats)


def _put(connection: Connection, office: Office, asked: Mapping[str, Any]) -> Any:
    identity, wish, now = asked["PlacementId"], digest(asked), office.clock()
    known = connection.execute(select(placements).where(placements.c.id == identity)).one_or_none()
    if known is not None:
        if known.wish != wish:
            raise invalid(f"there is a placement {identity} already, with other parameters: ids are used once")
        return known
    queue = queue_row(connection, asked["GameSessionQueueName"])
    _must_suit(queue.facts, asked)
    _must_have_room(connection, office)
    new = {
        "id": identity,
        "queue": queue.id,
        "wish": wish,
        "status": "PENDING",
        "started": now,
        "deadline": now + queue.facts["TimeoutInSeconds"],
        "message": "",
        "route": asdict(route_of(asked, (office.names.region,))),
        "facts": {name: asked[name] for name in _FACTS if name in asked},
        "players": asked.get("DesiredPlayerSessions", []),
    }
    connection.execute(insert(placements).values(new))
    bring(connection, PlacementBegan())
    return placement_row(connection, identity)


def _must_suit(queue: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    order = queue.get("PriorityConfiguration", {}).get("PriorityOrder", [])
    if "PriorityConfigurationOverride" in asked and order[:1] != ["LOCATION"]:
        raise invalid("PriorityConfigurationOverride is for queues whose PriorityOrder begins with LOCATION")


def _must_have_room(connection: Connection, office: Office) -> None:
    if (count := count_pending(connection)) >= office.limits.max_pending_placements:
        # No quota of GameLift's, and StartGameSessionPlacement lists no exception for one; the SDKs try this again.
        message = f"{count:,} placements wait, and the setting gamelift.max_pending_placements allows no more"
        raise GameLiftError("ThrottlingException", message)


def _must_make_sense(asked: Mapping[str, Any]) -> None:
    properties_of(asked)
    players, seats = asked.get("DesiredPlayerSessions", []), max_players_of(asked)
    if not all("PlayerId" in one for one in players):
        raise invalid("each of DesiredPlayerSessions is to have a PlayerId")
    if len({one["PlayerId"] for one in players}) != len(players):
        raise invalid("DesiredPlayerSessions has a player twice")
    if len(players) > seats:
        raise invalid(f"DesiredPlayerSessions has {len(players)} players, for {seats} seats")
    must_name_once(asked, "PriorityConfigurationOverride", "LocationOrder")
    _must_be_latencies(asked)


def _must_be_latencies(asked: Mapping[str, Any]) -> None:
    latencies = asked.get("PlayerLatencies", [])
    if latencies and "PriorityConfigurationOverride" in asked:
        raise invalid("only one of PlayerLatencies and PriorityConfigurationOverride is to be given")
    if len(latencies) > MAX_LATENCIES:
        raise invalid(f"PlayerLatencies is to be at most {MAX_LATENCIES} elements long, not {len(latencies)}")
    for one in latencies:
        if not 0 <= one.get("LatencyInMilliseconds", 0.0) <= MAX_LATENCY_MILLISECONDS:
            raise invalid(f"LatencyInMilliseconds is to be from 0 to {MAX_LATENCY_MILLISECONDS:,}")
