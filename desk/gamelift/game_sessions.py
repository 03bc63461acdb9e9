"""Game sessions: looked at, updated and ended. How they begin stands in ``creating``."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, update

from desk.gamelift.creating import create_game_session, max_players_of, properties_of
from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.fleet_rows import fleet_of, must_be_here
from desk.gamelift.fleets import end_soon
from desk.gamelift.game_session_rows import game_session_row, shown, with_players
from desk.gamelift.logs import log_path
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import game_sessions
from desk.house import GameSessionUpdate, Refused, UnknownGameSession

#: So long an answer waits for a game session that is to end, so that it can say that it has.
END_SECONDS = 0.5
_STATUSES = ("ACTIVE", "ACTIVATING", "TERMINATING", "TERMINATED")
_REASONS = {
    "TRIGGER_ON_PROCESS_TERMINATE": "TRIGGERED_ON_PROCESS_TERMINATE",
    "FORCE_TERMINATE": "FORCE_TERMINATED",
}


async def describe_game_sessions(office: Office, call: Call) -> Answer:
    """Show one game session, or those of a fleet or an alias."""
    rows, token = await _asked(office, call)
    return {"GameSessions": [shown(office, row) for row in rows], "NextToken": token}


async def describe_game_session_details(office: Office, call: Call) -> Answer:
    """Show the same, with the protection policy of each."""
    rows, token = await _asked(office, call)
    details = [{"GameSession": shown(office, row), "ProtectionPolicy": row.protection} for row in rows]
    return {"GameSessionDetails": details, "NextToken": token}


async def update_game_session(office: Office, call: Call) -> Answer:
    """Change what can change of a game session, and tell its script."""
    asked, given = call.asked, call.asked["GameSessionId"]
    await office.journal.flush()
    row = await office.database.read(lambda connection: game_session_row(connection, given))
    if row.status not in ("ACTIVE", "ACTIVATING"):
        raise GameLiftError("InvalidGameSessionStatusException", f"the game session is {row.status}")
    await _tell_house(office, row.id, asked)

    def act(connection: Connection) -> Any:
        now = game_session_row(connection, given, to_change=True)
        connection.execute(update(game_sessions).where(game_sessions.c.id == now.id).values(_changes(now, asked)))
        return game_session_row(connection, given)

    return {"GameSession": shown(office, await office.database.write(act))}


async def terminate_game_session(office: Office, call: Call) -> Answer:
    """End a game session, after its script's farewell or at once."""
    given, mode = call.asked["GameSessionId"], call.asked["TerminationMode"]
    await office.journal.flush()

    def act(connection: Connection) -> Any:
        row = game_session_row(connection, given, to_change=True)
        if row.status == "TERMINATED":
            raise GameLiftError("InvalidGameSessionStatusException", "the game session is TERMINATED")
        ending = {"status": "TERMINATING", "reason": _REASONS[mode]}
        connection.execute(update(game_sessions).where(game_sessions.c.id == row.id).values(ending))
        return row

    row = await office.database.write(act)
    await end_soon(office, row.id, "", now=mode == "FORCE_TERMINATE", seconds=END_SECONDS)
    await office.journal.flush()
    return {"GameSession": shown(office, await office.database.read(lambda one: game_session_row(one, given)))}


async def get_game_session_log_url(office: Office, call: Call) -> Answer:
    """Give an address at which the log can be read for a quarter of an hour, while the game goes on as well."""
    row = await office.database.read(lambda connection: game_session_row(connection, call.asked["GameSessionId"]))
    return {"PreSignedUrl": call.origin + log_path(office, row.id)}


OPERATIONS: Mapping[str, Operation] = {
    "CreateGameSession": create_game_session,
    "DescribeGameSessionDetails": describe_game_session_details,
    "DescribeGameSessions": describe_game_sessions,
    "GetGameSessionLogUrl": get_game_session_log_url,
    "TerminateGameSession": terminate_game_session,
    "UpdateGameSession": update_game_session,
}


async def _asked(office: Office, call: Call) -> tuple[list[Any], str | None]:
    asked = call.asked
    if sum(name in asked for name in ("FleetId", "AliasId", "GameSessionId")) != 1:
        raise invalid("exactly one of FleetId, AliasId and GameSessionId is to be given")
    if asked.get("StatusFilter", "ACTIVE") not in _STATUSES:
        raise invalid(f"StatusFilter is to be one of {', '.join(_STATUSES)}")
    must_be_here(office.names, asked)
    await office.journal.flush()

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        query = _filtered(connection, asked)
        return page(connection, office, call, query, game_sessions.c.serial)

    return await office.database.read(act)


def _filtered(connection: Connection, asked: Mapping[str, Any]) -> Select[Any]:
    row, query = game_sessions.c, with_players()
    if "GameSessionId" in asked:
        query = query.where(row.id == game_session_row(connection, asked["GameSessionId"]).id)
    else:
        query = query.where(row.fleet_id == fleet_of(connection, asked).id)
    if "StatusFilter" in asked:
        query = query.where(row.status == asked["StatusFilter"])
    return query


async def _tell_house(office: Office, game_session: str, asked: Mapping[str, Any]) -> None:
    max_players = max_players_of(asked) if "MaximumPlayerSessionCount" in asked else None
    properties = properties_of(asked)
    if not (max_players or properties or "Name" in asked):
        return
    wanted = GameSessionUpdate(asked.get("Name"), max_players, properties)
    try:
        await office.house.update_game_session(game_session, wanted)
    except UnknownGameSession:
        raise GameLiftError("InvalidGameSessionStatusException", "the game session has ended") from None
    except Refused as error:
        raise invalid(str(error)) from None


def _changes(row: Any, asked: Mapping[str, Any]) -> dict[str, object]:
    facts = dict(row.facts)
    if "Name" in asked:
        facts["Name"] = asked["Name"]
    if "GameProperties" in asked:
        before = {one["Key"]: one["Value"] for one in facts.get("GameProperties", [])}
        both = {**before, **properties_of(asked)}
        facts["GameProperties"] = [{"Key": key, "Value": text} for key, text in both.items()]
    return {
        "facts": facts,
        "max_players": asked.get("MaximumPlayerSessionCount", row.max_players),
        "admits": asked.get("PlayerSessionCreationPolicy", row.admits),
        "protection": asked.get("ProtectionPolicy", row.protection),
    }
