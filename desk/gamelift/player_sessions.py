"""Player sessions: seats that are kept for players, until they come or their time is over."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from anyio import CancelScope
from sqlalchemy import Connection, insert, select

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.game_session_rows import game_session_row
from desk.gamelift.journal import end_game_session
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import game_sessions, player_sessions
from desk.house import Full, NewPlayerSession, PlayerSessionView, Refused, UnknownGameSession

_STATUSES = ("RESERVED", "ACTIVE", "COMPLETED", "TIMEDOUT")


async def create_player_session(office: Office, call: Call) -> Answer:
    """Keep a seat for a player."""
    asked = call.asked
    data = {asked["PlayerId"]: asked["PlayerData"]} if "PlayerData" in asked else {}
    (made,) = await keep_seats(office, asked["GameSessionId"], [asked["PlayerId"]], data)
    return {"PlayerSession": made}


async def create_player_sessions(office: Office, call: Call) -> Answer:
    """Keep seats for several players; where there are too few it raises, and those that it kept stay RESERVED."""
    asked = call.asked
    if len(set(asked["PlayerIds"])) != len(asked["PlayerIds"]):
        raise invalid("PlayerIds has a player twice")
    made = await keep_seats(office, asked["GameSessionId"], asked["PlayerIds"], asked.get("PlayerDataMap", {}))
    return {"PlayerSessions": made}


async def describe_player_sessions(office: Office, call: Call) -> Answer:
    """Show one player session, those of a game session, or those of a player."""
    asked = call.asked
    if sum(name in asked for name in ("GameSessionId", "PlayerId", "PlayerSessionId")) != 1:
        raise invalid("exactly one of GameSessionId, PlayerId and PlayerSessionId is to be given")
    if asked.get("PlayerSessionStatusFilter", "ACTIVE") not in _STATUSES:
        raise invalid(f"PlayerSessionStatusFilter is to be one of {', '.join(_STATUSES)}")
    await office.journal.flush()

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        player = player_sessions.c
        both = player_sessions.join(game_sessions, player.game_session == game_sessions.c.id)
        game = game_sessions.c
        query = select(player_sessions, game.fleet_id, game.tail, game.facts).select_from(both)
        query = query.where(_wanted(connection, asked))
        if "PlayerSessionStatusFilter" in asked and "PlayerSessionId" not in asked:
            query = query.where(player.status == asked["PlayerSessionStatusFilter"])
        return page(connection, office, call, query, player.serial)

    rows, token = await office.database.read(act)
    if not rows and "PlayerSessionId" in asked:
        raise not_found(f"there is no player session {asked['PlayerSessionId']}")
    return {"PlayerSessions": [_shown(office, row) for row in rows], "NextToken": token}


async def get_player_connection_details(office: Office, call: Call) -> Answer:
    """Give the address that players connect to: that of their game session, as there is no player gateway."""
    given, players = call.asked["GameSessionId"], call.asked["PlayerIds"]
    await office.journal.flush()
    row = await office.database.read(lambda connection: game_session_row(connection, given))
    if row.status != "ACTIVE":
        raise GameLiftError("InvalidGameSessionStatusException", f"the game session is {row.status}, not ACTIVE")
    endpoint = {name: row.facts[name] for name in ("IpAddress", "Port") if name in row.facts}
    details = [{"PlayerId": player, "Endpoints": [endpoint]} for player in players]
    return {"GameSessionId": office.names.game_session(row.fleet_id, row.tail), "PlayerConnectionDetails": details}


OPERATIONS: Mapping[str, Operation] = {
    "CreatePlayerSession": create_player_session,
    "CreatePlayerSessions": create_player_sessions,
    "DescribePlayerSessions": describe_player_sessions,
    "GetPlayerConnectionDetails": get_player_connection_details,
}


async def keep_seats(office: Office, given: str, players: Sequence[str], data: Mapping[str, str]) -> list[Answer]:
    """Keep seats in a game session, by its ARN; give them as PlayerSession has them. Raises `GameLiftError`."""
    await office.journal.flush()
    row = await office.database.read(lambda connection: game_session_row(connection, given))
    _must_admit(row, len(players))
    kept: list[PlayerSessionView] = []
    try:
        for player in players:
            wanted = NewPlayerSession(player, data.get(player, ""))
            kept.append(await office.house.create_player_session(row.id, wanted))
    except Full as error:
        raise GameLiftError("GameSessionFullException", str(error)) from None
    except (Refused, UnknownGameSession) as error:
        raise GameLiftError("InvalidGameSessionStatusException", str(error)) from None
    finally:
        # Also where there is no seat for all, or nobody waits: those that were kept are, until their time is over.
        made: list[Any] = []
        if kept:
            with CancelScope(shield=True):
                made = await office.database.write(lambda one: seats_written(one, office, row.id, kept, data))
    return [_shown(office, one) for one in made]


def _must_admit(row: Any, wanted: int) -> None:
    if row.status != "ACTIVE":
        raise GameLiftError("InvalidGameSessionStatusException", f"the game session is {row.status}, not ACTIVE")
    if row.admits == "DENY_ALL":
        message = "the game session takes no new players: its PlayerSessionCreationPolicy is DENY_ALL"
        raise GameLiftError("InvalidGameSessionStatusException", message)
    if wanted > row.max_players:
        raise GameLiftError("GameSessionFullException", f"the game session has {row.max_players} seats in all")


def seats_written(
    connection: Connection,
    office: Office,
    game_session: str,
    kept: Sequence[PlayerSessionView],
    data: Mapping[str, str],
) -> list[Any]:
    """Write the seats that are kept, and give their rows, each with its game session's."""
    rows = [
        {
            "id": one.id,
            "game_session": game_session,
            "player_id": one.player_id,
            "player_digest": _digest(one.player_id),
            "player_data": data.get(one.player_id),
            "status": one.state,
            "created": one.created,
            "expires": one.expires,
        }
        for one in kept
    ]
    if not rows:
        return []
    connection.execute(insert(player_sessions), rows)
    game, player = game_sessions.c, player_sessions.c
    both = player_sessions.join(game_sessions, player.game_session == game.id)
    query = select(player_sessions, game.fleet_id, game.tail, game.facts, game.status.label("game_status"))
    query = query.select_from(both).where(player.id.in_([one.id for one in kept])).order_by(player.serial)
    written = connection.execute(query).all()
    if written[0].game_status == "TERMINATED":  # It ended while the seats were being kept.
        end_game_session(connection, game_session, office.clock())
        written = connection.execute(query).all()
    return list(written)


def _wanted(connection: Connection, asked: Mapping[str, Any]) -> Any:
    player = player_sessions.c
    if "PlayerSessionId" in asked:
        return player.id == asked["PlayerSessionId"]
    if "PlayerId" in asked:
        return player.player_digest == _digest(asked["PlayerId"])
    return player.game_session == game_session_row(connection, asked["GameSessionId"]).id


def _digest(player_id: str) -> str:
    return hashlib.sha256(player_id.encode()).hexdigest()


def _shown(office: Office, row: Any) -> Answer:
    return {
        "PlayerSessionId": row.id,
        "PlayerId": row.player_id,
        "GameSessionId": office.names.game_session(row.fleet_id, row.tail),
        "FleetId": row.fleet_id,
        "FleetArn": office.names.arn("fleet", row.fleet_id),
        "CreationTime": row.created,
        "TerminationTime": row.terminated,
        "Status": row.status,
        **{name: row.facts[name] for name in ("IpAddress", "DnsName", "Port") if name in row.facts},
        "PlayerData": row.player_data,
    }
