"""How a game session begins: its place in the fleet is taken first, and given back where it cannot begin."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from deployment.record import UnknownScript
from deployment.store import StoreError
from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.fleet_rows import CARRIED, fleet_of, happened, launched, must_be_here
from desk.gamelift.fleets import end_soon
from desk.gamelift.game_session_rows import NO_PLAYERS, game_session_row, place, shown
from desk.gamelift.notices import tell_of
from desk.gamelift.office import Answer, Call, Office, digest
from desk.gamelift.scripts import deployed_as
from desk.gamelift.state.tables import game_sessions
from desk.house import GameSessionView, NewGameSession, Refused
from session.configuration import MAX_PLAYERS
from session.values import value

#: A creator without a policy of the fleet begins one game session in so many seconds, as with GameLift.
CREATOR_SECONDS = 1.0
#: Members that the script is told, and GameSession shows.
_TOLD = ("Name", "GameProperties", "GameSessionData", "MatchmakerData")


@value
class Place:
    """A game session's place in its fleet, in one of the ServerProcesses of its runtime configuration.

    One that was there before, by its token, is not begun again.
    """

    fleet: Any
    game_session: str
    arn: str
    process: int = 0
    taken_before: bool = False


async def create_game_session(office: Office, call: Call) -> Answer:
    """Begin a game session, or give the one that the same token has begun; the answer comes when it runs."""
    _must_make_sense(office, call.asked)
    await office.journal.flush()
    taken = await office.database.write(lambda connection: _place_of_call(connection, office, call))
    if taken.taken_before:
        row = await office.database.read(lambda connection: game_session_row(connection, taken.arn))
    else:
        row = await _written(office, await begun(office, call.asked, taken))
    return {"GameSession": shown(office, row)}


async def _written(office: Office, view: GameSessionView) -> Any:
    """Write that a game session runs, and give its row; where that cannot be, or it is to end already, it ends."""
    row = None
    try:
        row = await office.database.write(lambda connection: runs(connection, office, view))
        return row
    finally:
        if row is None or row.status != "ACTIVE":
            await end_soon(office, view.id, "nobody knows of it", now=True)


def properties_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """Game properties as the house has them; raises `GameLiftError`."""
    given = asked.get("GameProperties", [])
    properties = {one["Key"]: one["Value"] for one in given}
    if len(properties) != len(given):
        raise invalid("GameProperties has a key twice")
    return properties


def max_players_of(asked: Mapping[str, Any]) -> int:
    """How many players are wanted; raises `GameLiftError`."""
    wanted: int = asked["MaximumPlayerSessionCount"]
    if not 1 <= wanted <= MAX_PLAYERS:
        raise invalid(f"MaximumPlayerSessionCount is to be from 1 to {MAX_PLAYERS}, not {wanted}")
    return wanted


def _must_make_sense(office: Office, asked: Mapping[str, Any]) -> None:
    if ("FleetId" in asked) == ("AliasId" in asked):
        raise invalid("exactly one of FleetId and AliasId is to be given")
    if "GameSessionId" in asked and "IdempotencyToken" in asked:
        raise invalid("only one of GameSessionId and IdempotencyToken is to be given")
    must_be_here(office.names, asked)
    max_players_of(asked)
    properties_of(asked)


def _place_of_call(connection: Connection, office: Office, call: Call) -> Place:
    asked = call.asked
    fleet = fleet_of(connection, asked, to_change=True)  # Nobody else takes a place meanwhile.
    tail = asked.get("IdempotencyToken", asked.get("GameSessionId", ""))
    if tail and (known := _begun_before(connection, fleet.id, tail)):
        if known.wish != digest(asked) or "GameSessionId" in asked:
            message = "a game session with this id was begun, with other parameters"
            raise GameLiftError("IdempotentParameterMismatchException", message)
        return Place(fleet, known.id, office.names.game_session(fleet.id, tail), taken_before=True)
    _must_be_patient(connection, fleet, asked.get("CreatorId"), office.clock())
    return place_taken(connection, office, fleet, asked, tail)


def _begun_before(connection: Connection, fleet_id: str, tail: str) -> Any:
    here = game_sessions.c
    before = select(here.wish, here.id).where(here.fleet_id == fleet_id, here.tail == tail)
    return connection.execute(before).one_or_none()


def place_taken(connection: Connection, office: Office, fleet: Any, asked: Mapping[str, Any], tail: str = "") -> Place:
    """Take a place in a fleet, whose row is locked, for what CreateGameSession is asked. Raises `GameLiftError`.

    ``tail`` ends its ARN; without one it is its id.
    """
    process = _free_process(connection, fleet)
    identity = f"gsess-{secrets.token_hex(8)}"
    tail = tail or identity
    new = _new(identity, tail, digest(asked), fleet, asked) | {"process": process, "created": office.clock()}
    connection.execute(insert(game_sessions).values(new))
    return Place(fleet, identity, office.names.game_session(fleet.id, tail), process)


def _free_process(connection: Connection, fleet: Any) -> int:
    """The first of the fleet's processes that may carry one more. Raises `GameLiftError` where none may."""
    if fleet.status != "ACTIVE":
        raise GameLiftError("InvalidFleetStatusException", f"the fleet is {fleet.status}, and takes no game sessions")
    here = game_sessions.c
    carried = select(here.process, func.count().label("carried")).where(
        here.fleet_id == fleet.id, here.status.in_(CARRIED)
    )
    taken = {row.process: row.carried for row in connection.execute(carried.group_by(here.process))}
    room = [fleet.desired * int(one["ConcurrentExecutions"]) for one in fleet.runtime["ServerProcesses"]]
    if sum(taken.values()) >= (most := sum(room)):
        message = f"the fleet carries {most} game sessions, and no more: UpdateFleetCapacity gives it more instances"
        raise GameLiftError("FleetCapacityExceededException", message)
    return next(process for process, count in enumerate(room) if taken.get(process, 0) < count)


def _must_be_patient(connection: Connection, fleet: Any, creator: str | None, now: float) -> None:
    policy = fleet.facts.get("ResourceCreationLimitPolicy", {})
    most, seconds = policy.get("NewGameSessionsPerCreator", 0), policy.get("PolicyPeriodInMinutes", 0) * 60.0
    if not (most and seconds):
        most, seconds = 1, CREATOR_SECONDS
    elif creator is None:
        raise invalid("CreatorId is required: the fleet has a ResourceCreationLimitPolicy")
    if creator is None:
        return
    here = game_sessions.c
    recent = (here.fleet_id == fleet.id) & (here.creator == creator) & (here.created > now - seconds)
    if connection.execute(select(func.count()).select_from(game_sessions).where(recent)).scalar_one() >= most:
        message = f"this CreatorId may begin {most} game sessions in {seconds:g} seconds"
        raise GameLiftError("LimitExceededException", message)


def _new(identity: str, tail: str, wish: str, fleet: Any, asked: Mapping[str, Any]) -> dict[str, object]:
    facts = {name: asked[name] for name in _TOLD if name in asked}
    return {
        "id": identity,
        "fleet_id": fleet.id,
        "tail": tail,
        "wish": wish,
        "status": "ACTIVATING",
        "creator": asked.get("CreatorId"),
        "max_players": asked["MaximumPlayerSessionCount"],
        "admits": "ACCEPT_ALL",
        "protection": fleet.facts.get("NewGameSessionProtectionPolicy", "NoProtection"),
        "facts": facts,
    }


async def begun(office: Office, asked: Mapping[str, Any], taken: Place) -> GameSessionView:
    """Have the house begin it; where it cannot, or nobody waits for it any more, its place is free again.

    Raises `GameLiftError`, or `StoreError` as the house does.
    """
    try:
        return await office.house.create_game_session(_wanted(asked, taken))
    except UnknownScript as error:
        await _give_back(office, taken, str(error))
        raise GameLiftError("InvalidFleetStatusException", f"the fleet's script cannot begin: {error}") from None
    except Refused as error:
        await _give_back(office, taken, str(error))
        raise GameLiftError("FleetCapacityExceededException", str(error)) from None
    except StoreError as error:
        await _give_back(office, taken, str(error))
        raise
    except BaseException:  # Such as the server's stop: nobody is told of it, and it may have begun.
        await end_soon(office, taken.game_session, "nobody waits for it any more", now=True)
        raise


def _wanted(asked: Mapping[str, Any], taken: Place) -> NewGameSession:
    process = taken.fleet.runtime["ServerProcesses"][taken.process]
    return NewGameSession(
        deployed_as(taken.fleet.script_id),
        asked.get("Name", taken.game_session),
        max_players_of(asked),
        properties_of(asked),
        asked.get("GameSessionData", ""),
        asked.get("MatchmakerData", ""),
        taken.game_session,
        launched(process["LaunchPath"]),
        tuple((process.get("Parameters") or "").split()),
    )


def runs(connection: Connection, office: Office, view: GameSessionView) -> Any:
    """Write that a game session runs, and where; give its row, which is not ACTIVE where it has ended meanwhile."""
    row = connection.execute(select(game_sessions).where(game_sessions.c.id == view.id)).one()
    where, status = place(office, view.port), "ACTIVE" if row.status == "ACTIVATING" else row.status
    this = (
        update(game_sessions).where(game_sessions.c.id == view.id).values(facts={**row.facts, **where}, status=status)
    )
    if status == "ACTIVE":
        tell_of(connection, row, "GameSessionActive", office.clock(), **where)
    return connection.execute(this.returning(game_sessions, NO_PLAYERS)).one()


async def _give_back(office: Office, taken: Place, why: str) -> None:
    def act(connection: Connection) -> None:
        connection.execute(delete(game_sessions).where(game_sessions.c.id == taken.game_session))
        message = f"A game session could not begin: {why}."
        happened(connection, taken.fleet.id, "GENERIC_EVENT", message, office.clock())

    try:
        await office.database.write(act)
    except BaseException:
        office.journal.game_session_over(taken.game_session)  # Which writes it as soon as that can be.
        raise
