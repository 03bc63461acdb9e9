"""Tickets: players who want a match, asked for, looked at, accepted and stopped by the API."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from desk.gamelift.errors import invalid
from desk.gamelift.game_session_rows import game_session_row
from desk.gamelift.matchmaking.keeping import read_tickets
from desk.gamelift.matchmaking.shapes import players_of, shown_ticket
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation
from matchmaking.tickets.effects import Changed, Effects
from matchmaking.tickets.ticket import MatchmakingTicket

#: Of one DescribeMatchmaking, as with GameLift.
MAX_TICKET_IDS = 10


async def start_matchmaking(office: Office, call: Call) -> Answer:
    """Let players wait for a match; what they wait for elsewhere they give up."""
    asked = call.asked
    name, players, ticket_id = id_of(asked["ConfigurationName"]), players_of(asked["Players"]), _new_id(asked)
    effects = await office.lobby.change(lambda all_of_them, now: all_of_them.start(name, ticket_id, players, now))
    return {"MatchmakingTicket": shown_ticket(office.names, _requested(effects, ticket_id))}


async def start_match_backfill(office: Office, call: Call) -> Answer:
    """Let a game session that runs wait for more players."""
    asked = call.asked
    name, players, ticket_id = id_of(asked["ConfigurationName"]), players_of(asked["Players"]), _new_id(asked)
    arn = await _game_session(office, name, asked.get("GameSessionArn", ""))
    effects = await office.lobby.change(
        lambda all_of_them, now: all_of_them[name].start_backfill(ticket_id, arn, players, now)
    )
    return {"MatchmakingTicket": shown_ticket(office.names, _requested(effects, ticket_id))}


async def describe_matchmaking(office: Office, call: Call) -> Answer:
    """Show tickets, as far as there are any; what is shown is on the disk."""
    ids = call.asked["TicketIds"]
    if len(ids) > MAX_TICKET_IDS:
        raise invalid(f"TicketIds is to be at most {MAX_TICKET_IDS} elements long, not {len(ids)}")
    found = {ticket.id: ticket for ticket in await office.database.read(lambda one: read_tickets(one, ids))}
    return {"TicketList": [shown_ticket(office.names, found[one]) for one in dict.fromkeys(ids) if one in found]}


async def accept_match(office: Office, call: Call) -> Answer:
    """Players accept the match that was found for them, or reject it."""
    asked = call.asked
    accepted = asked["AcceptanceType"] == "ACCEPT"
    await office.lobby.change(
        lambda all_of_them, now: all_of_them.accept(asked["TicketId"], asked["PlayerIds"], accepted, now)
    )
    return {}


async def stop_matchmaking(office: Office, call: Call) -> Answer:
    """Let a ticket wait no more."""
    await office.lobby.change(lambda all_of_them, now: all_of_them.stop(call.asked["TicketId"], now))
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "AcceptMatch": accept_match,
    "DescribeMatchmaking": describe_matchmaking,
    "StartMatchBackfill": start_match_backfill,
    "StartMatchmaking": start_matchmaking,
    "StopMatchmaking": stop_matchmaking,
}


def _new_id(asked: Mapping[str, Any]) -> str:
    return str(asked["TicketId"] if "TicketId" in asked else uuid4())


def _requested(effects: Effects, ticket_id: str) -> MatchmakingTicket:
    """The ticket as it was when it was made: QUEUED."""
    return next(one.ticket for one in effects if isinstance(one, Changed) and one.ticket.id == ticket_id)


async def _game_session(office: Office, name: str, given: str) -> str:
    """The ARN of the game session that is to be filled up, as we write it. Raises `GameLiftError`."""
    made = office.lobby.configured.get(name)
    if made is None or made.stands_alone:
        return given
    if not given:
        raise invalid("GameSessionArn is required, unless FlexMatchMode is STANDALONE")
    await office.journal.flush()

    def act(connection: Connection) -> Any:
        return game_session_row(connection, given)

    row = await office.database.read(act)
    if row.status != "ACTIVE":
        raise invalid(f"the game session is {row.status}, not ACTIVE: nobody new can come")
    return office.names.game_session(row.fleet_id, row.tail)
