"""Which requests are refused, and what their senders are told."""

import math
import re
from collections.abc import Container, Iterator, Sequence

from matchmaking.pool import Player
from matchmaking.ruleset import MAX_NUMBER, AttributeValue, RuleSet
from matchmaking.tickets.life import Status
from matchmaking.tickets.ticket import MatchmakingTicket

MAX_PLAYERS_IN_A_TICKET = 10
MAX_PLAYERS_IN_A_BACKFILL = 199
MAX_ATTRIBUTES = 10
MAX_STRINGS_IN_A_LIST = 100
MAX_KEYS_IN_A_MAP = 10
MAX_STRING_CHARACTERS = 100
MAX_LOCATIONS = 100
MAX_PLAYER_ID_CHARACTERS = 1024

_TICKET_ID = re.compile(r"[a-zA-Z0-9\-.]{1,128}")


class InvalidTicketRequest(Exception):
    """A request about a ticket cannot be heeded: the text says what is wrong, and what would do."""


class TicketNotFound(Exception):
    """There is no such ticket, or matchmaker, or none of that name any more."""


class TooManyTickets(Exception):
    """A matchmaker has as many tickets as it may have; later there may be room."""


def checked_id(ticket_id: str, known: Container[str]) -> str:
    """Give a new ticket's id.

    Raises:
        InvalidTicketRequest: it is malformed, or there is such a ticket.
    """
    if not _TICKET_ID.fullmatch(ticket_id):
        raise InvalidTicketRequest(f"the ticket id {ticket_id!r} is not 1 to 128 letters, digits, hyphens and dots")
    if ticket_id in known:
        raise InvalidTicketRequest(f"there is a ticket {ticket_id} already; each request needs an id of its own")
    return ticket_id


def check_players(players: Sequence[Player], most: int) -> None:
    """Look whether these players may be in a ticket.

    Raises:
        InvalidTicketRequest: they are too many, or one is not as the API wants it; the text names all that is wrong.
    """
    if not 1 <= len(players) <= most:
        raise InvalidTicketRequest(f"a ticket holds 1 to {most} players, not {len(players)}")
    names = [player.player_id for player in players]
    faults = [f"the player {name!r} is in it twice" for name in sorted(set(names)) if names.count(name) > 1]
    faults += [fault for player in players for fault in _faults(player)]
    if faults:
        raise InvalidTicketRequest("; ".join(faults))


def check_teams(players: Sequence[Player], rule_set: RuleSet) -> None:
    """Look whether all players of a backfill ticket play in teams of the rule set.

    Raises:
        InvalidTicketRequest: one does not.
    """
    teams = rule_set.team_names
    astray = [player for player in players if player.team not in teams]
    if astray:
        raise InvalidTicketRequest(
            "; ".join(
                f"the player {player.player_id!r} is in team {player.team!r}, which is none of {', '.join(teams)}"
                for player in astray
            )
        )


def check_answer(ticket: MatchmakingTicket, players: Sequence[str]) -> None:
    """Look whether these players can be asked now.

    Raises:
        InvalidTicketRequest: their ticket's match waits for nobody, or they are not in the ticket.
    """
    if ticket.status is not Status.REQUIRES_ACCEPTANCE:
        raise InvalidTicketRequest(f"the ticket {ticket.id} is {ticket.status}; only REQUIRES_ACCEPTANCE is answered")
    strangers = set(players) - {player.player_id for player in ticket.players}
    if strangers or not players:
        raise InvalidTicketRequest(
            f"not in the ticket {ticket.id}: {', '.join(sorted(strangers)) or 'nobody is named'}"
        )
    if ticket.vacancy is not None:
        raise InvalidTicketRequest(f"the players of the backfill ticket {ticket.id} play already and are not asked")


def _faults(player: Player) -> Iterator[str]:
    who = f"the player {player.player_id[:40]!r}"
    if not 1 <= len(player.player_id) <= MAX_PLAYER_ID_CHARACTERS:
        yield f"{who} has an id of {len(player.player_id)} characters; 1 to {MAX_PLAYER_ID_CHARACTERS} are allowed"
    if len(player.attributes) > MAX_ATTRIBUTES:
        yield f"{who} has {len(player.attributes)} attributes; {MAX_ATTRIBUTES} are the most"
    for name, attribute in player.attributes.items():
        fault = _attribute_fault(attribute)
        if fault:
            yield f"{who}, attribute {name!r}: {fault}"
    if len(player.latency_ms) > MAX_LOCATIONS:
        yield f"{who} tells latencies to {len(player.latency_ms)} locations; {MAX_LOCATIONS} are the most"
    for location, latency in player.latency_ms.items():
        if not 0 < latency < math.inf:
            yield f"{who}: the latency to {location} is {latency:g} ms; it has to be more than 0"


def _attribute_fault(attribute: AttributeValue) -> str:
    match attribute:
        case str():
            return _string_fault(attribute)
        case float() | int():
            return _number_fault(attribute)
        case tuple():
            if len(attribute) > MAX_STRINGS_IN_A_LIST:
                return f"{len(attribute)} strings; {MAX_STRINGS_IN_A_LIST} are the most"
            return next(filter(None, map(_string_fault, attribute)), "")
        case _:
            if len(attribute) > MAX_KEYS_IN_A_MAP:
                return f"{len(attribute)} keys; {MAX_KEYS_IN_A_MAP} are the most"
            return next(filter(None, [*map(_string_fault, attribute), *map(_number_fault, attribute.values())]), "")


def _number_fault(number: float) -> str:
    within = f"between -{MAX_NUMBER:g} and {MAX_NUMBER:g}"
    return "" if abs(number) <= MAX_NUMBER else f"{number!r:.20} is no number {within}"


def _string_fault(text: str) -> str:
    if 1 <= len(text) <= MAX_STRING_CHARACTERS:
        return ""
    return f"a string of {len(text)} characters; 1 to {MAX_STRING_CHARACTERS} are allowed"
