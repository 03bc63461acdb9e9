"""Filling: seats in game sessions that run, for those who were matched with players there; and who still plays."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import select, update

from desk.gamelift.errors import GameLiftError
from desk.gamelift.game_session_rows import game_session_row
from desk.gamelift.office import Office
from desk.gamelift.player_sessions import keep_seats
from desk.gamelift.state.tables import game_sessions, player_sessions
from desk.house import GameSessionUpdate, Refused, UnknownGameSession
from matchmaking.pool import Player
from matchmaking.tickets.effects import Fill
from matchmaking.tickets.placing import players_of_data
from matchmaking.tickets.ticket import Connection
from session.values import value


class NoVacancy(Exception):
    """A game session takes nobody any more: it is over, full, or lets nobody in."""


async def fill(office: Office, deed: Fill) -> Connection | None:
    """Keep seats in a game session, and tell its script who comes. Raises `NoVacancy` or `OfficeTrouble`.

    None where the match is off by then: nobody comes, and the seats are free again once their time is over.
    """
    arn, players = deed.game_session_arn, [player.player_id for player in deed.players]
    if _is_off(office, deed):
        return None
    try:
        made = await keep_seats(office, arn, players, {})
    except GameLiftError as error:
        raise NoVacancy(str(error)) from None
    if _is_off(office, deed):
        return None
    row = await _told(office, arn, "", deed.matchmaker_data)
    facts = row.facts
    if _is_off(office, deed):
        await _told(office, arn, deed.matchmaker_data, facts.get("MatchmakerData", ""))
        return None
    seats = tuple((str(one["PlayerId"]), str(one["PlayerSessionId"])) for one in made)
    return Connection(arn, facts.get("IpAddress", ""), facts.get("DnsName", ""), facts.get("Port", 0), seats)


def _is_off(office: Office, deed: Fill) -> bool:
    return not office.lobby.matchmakers.configuration_of(deed.match)


async def _told(office: Office, arn: str, before: str, data: str) -> Any:
    """Give a game session other data, where it still has those before or they are ""; give its row as it was."""
    row = await office.database.write(lambda one: _with_data(one, arn, before, data))
    if data and before in ("", row.facts.get("MatchmakerData", "")):
        try:
            await office.house.update_game_session(row.id, GameSessionUpdate(None, None, {}, data))
        except (Refused, UnknownGameSession):
            raise NoVacancy("the game session has ended") from None
    return row


@value
class Played:
    """A game session that a matchmaker has begun, and who of its players is there or is expected."""

    game_session_arn: str
    configuration: str
    players: Sequence[Player]


def played(connection: DatabaseConnection, office: Office, left: Collection[str]) -> list[Played]:
    """The game sessions of matchmakers that run, and that one of these player sessions was of."""
    player, game = player_sessions.c, game_sessions.c
    of_them = select(player.game_session).where(player.id.in_(left))
    rows = connection.execute(select(game_sessions).where(game.id.in_(of_them), game.status == "ACTIVE")).all()
    return [_played(connection, office, row) for row in rows if "MatchmakerData" in row.facts]


def arns(connection: DatabaseConnection, office: Office, ids: Collection[str]) -> list[str]:
    """The ARNs of game sessions, by what the house calls them."""
    game = game_sessions.c
    rows = connection.execute(select(game.fleet_id, game.tail).where(game.id.in_(ids))).all()
    return [office.names.game_session(row.fleet_id, row.tail) for row in rows]


def ended(connection: DatabaseConnection, given: Sequence[str]) -> list[str]:
    """Which of these game sessions, by their ARNs, do not run, or are forgotten."""
    return [arn for arn in given if not _runs(connection, arn)]


def _runs(connection: DatabaseConnection, arn: str) -> bool:
    try:
        return bool(game_session_row(connection, arn).status == "ACTIVE")
    except GameLiftError:
        return False


def _with_data(connection: DatabaseConnection, arn: str, before: str, data: str) -> Any:
    row = game_session_row(connection, arn, to_change=True)
    if data and before in ("", row.facts.get("MatchmakerData", "")):
        facts: Mapping[str, Any] = {**row.facts, "MatchmakerData": data}
        connection.execute(update(game_sessions).where(game_sessions.c.id == row.id).values(facts=facts))
    return row


def _played(connection: DatabaseConnection, office: Office, row: Any) -> Played:
    player = player_sessions.c
    here = (player.game_session == row.id) & player.status.in_(("RESERVED", "ACTIVE"))
    there = set(connection.execute(select(player.player_id).where(here)).scalars())
    configuration, players = players_of_data(row.facts["MatchmakerData"])
    arn = office.names.game_session(row.fleet_id, row.tail)
    return Played(arn, configuration, [one for one in players if one.player_id in there])
