"""Game sessions in the database: how they are found, and what is shown of them."""

from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, func, literal, select

from desk.gamelift.errors import not_found
from desk.gamelift.names import game_session_of
from desk.gamelift.office import Answer, Office
from desk.gamelift.state.tables import game_sessions, player_sessions

#: Listening addresses that are no place to connect to.
_EVERY_ADDRESS = ("0.0.0.0", "::", "")
#: What `with_players` finds of a game session that has just begun.
NO_PLAYERS = literal(0).label("players")


def with_players() -> Select[Any]:
    """Game sessions, each with ``players``: its seats that are held."""
    return select(game_sessions, players_held().label("players"))


def players_held() -> ScalarSelect[int]:
    """How many seats are held of the game session that the question around it is about.

    A player who is in and has made a reservation to come again has two player sessions, and one seat.
    """
    player = player_sessions.c
    held = player.status.in_(("RESERVED", "ACTIVE")) & (player.game_session == game_sessions.c.id)
    return select(func.count(player.player_digest.distinct())).where(held).correlate(game_sessions).scalar_subquery()


def game_session_row(connection: Connection, given: str, *, to_change: bool = False) -> Any:
    """The game session of an ARN, locked until the transaction's end if it is to change. Raises `GameLiftError`."""
    fleet_id, tail = game_session_of(given)
    query = with_players().where(game_sessions.c.fleet_id == fleet_id, game_sessions.c.tail == tail)
    row = connection.execute(query.with_for_update() if to_change else query).one_or_none()
    if row is None:
        raise not_found(f"there is no game session {given[:200]}")
    return row


def place(office: Office, port: int) -> dict[str, object]:
    """Where players connect, as members of GameSession and PlayerSession."""
    host = office.limits.address
    if host in _EVERY_ADDRESS:
        host = "127.0.0.1"
    try:
        address = {"IpAddress": str(ip_address(host))}
    except ValueError:
        return {"DnsName": host, "Port": port}
    # With TLS, GameLift's clients take the name; an address is a name in our certificate, too.
    return {**address, **({"DnsName": host} if office.house.status().certificate else {}), "Port": port}


def shown(office: Office, row: Any) -> Answer:
    """A row as GameSession has it."""
    return {
        **row.facts,
        "GameSessionId": office.names.game_session(row.fleet_id, row.tail),
        "FleetId": row.fleet_id,
        "FleetArn": office.names.arn("fleet", row.fleet_id),
        "CreationTime": row.created,
        "TerminationTime": row.terminated,
        "CurrentPlayerSessionCount": row.players,
        "MaximumPlayerSessionCount": row.max_players,
        "Status": row.status,
        "StatusReason": row.reason,
        "PlayerSessionCreationPolicy": row.admits,
        "CreatorId": row.creator,
        "Location": office.names.region,
    }
