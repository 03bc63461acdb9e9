"""Players and tickets, as the API has them and as the matchmaker does."""

from collections.abc import Mapping, Sequence
from typing import Any

from desk.gamelift.errors import invalid
from desk.gamelift.names import Names
from desk.gamelift.office import Answer
from matchmaking.pool import Player
from matchmaking.ruleset import AttributeValue
from matchmaking.tickets.ticket import Connection, MatchmakingTicket


def players_of(asked: Sequence[Mapping[str, Any]]) -> tuple[Player, ...]:
    """Players as they are given; what they may be is the matchmaker's business. Raises `GameLiftError`."""
    return tuple(_player(one) for one in asked)


def _player(given: Mapping[str, Any]) -> Player:
    if "PlayerId" not in given:
        raise invalid("each of Players is to have a PlayerId")
    attributes = {name: _attribute(name, one) for name, one in given.get("PlayerAttributes", {}).items()}
    latencies = {location: float(one) for location, one in given.get("LatencyInMs", {}).items()}
    return Player(given["PlayerId"], attributes, latencies, given.get("Team", ""))


def _attribute(name: str, given: Mapping[str, Any]) -> AttributeValue:
    match list(given.items()):
        case [("S", str(text))]:
            return text
        case [("N", float(number))]:
            return number
        case [("SL", list(texts))]:
            return tuple(dict.fromkeys(texts))  # It is a set.
        case [("SDM", dict(numbers))]:
            return numbers
    raise invalid(f"PlayerAttributes.{name:.40} is to have exactly one of S, N, SL and SDM")


def shown_ticket(names: Names, ticket: MatchmakingTicket) -> Answer:
    """A ticket as MatchmakingTicket has it."""
    return {
        "TicketId": ticket.id,
        "ConfigurationName": ticket.configuration,
        "ConfigurationArn": names.arn("matchmakingconfiguration", ticket.configuration),
        "Status": ticket.status.value,
        "StatusReason": ticket.why.reason.value or None,
        "StatusMessage": ticket.why.message or None,
        "StartTime": ticket.started,
        "EndTime": ticket.ended,
        "Players": [_shown_player(player) for player in ticket.players],
        "GameSessionConnectionInfo": _shown_connection(ticket.connection),
        "EstimatedWaitTime": ticket.estimated_wait_seconds,
    }


def _shown_player(player: Player) -> Answer:
    return {
        "PlayerId": player.player_id,
        "PlayerAttributes": {name: _shown_attribute(one) for name, one in player.attributes.items()},
        "LatencyInMs": {location: int(one) for location, one in player.latency_ms.items()},
        "Team": player.team or None,
    }


def _shown_attribute(given: AttributeValue) -> Answer:
    match given:
        case str():
            return {"S": given}
        case float() | int():
            return {"N": float(given)}
        case tuple():
            return {"SL": list(given)}
        case _:
            return {"SDM": dict(given)}


def _shown_connection(connection: Connection | None) -> Answer | None:
    if connection is None or not connection.game_session_arn:
        return None
    seats = [{"PlayerId": player, "PlayerSessionId": seat} for player, seat in connection.player_sessions]
    return {
        "GameSessionArn": connection.game_session_arn,
        "IpAddress": connection.ip_address or None,
        "DnsName": connection.dns_name or None,
        "Port": connection.port,
        "MatchedPlayerSessions": seats,
    }
