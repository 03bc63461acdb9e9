"""Tickets as plain values, to be kept wherever JSON can be, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from matchmaking.pool import Player, Tally
from matchmaking.ruleset import AttributeValue
from matchmaking.tickets.life import Status
from matchmaking.tickets.ticket import Connection, MatchId, MatchmakingTicket, Reason, Vacancy, Why

# What was kept is our own writing: a key that is missing is a fault of ours, and shows as such.
Kept = Mapping[str, Any]


#: What a ticket is made of, and the names of its fields.
_FIELDS = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (MatchmakingTicket, Player, Tally, Why, Vacancy, Connection)
}


def kept(ticket: MatchmakingTicket) -> Kept:
    """Give a ticket as JSON values, under the names of its fields; maps of players are the ticket's own, not copies."""
    plain: Kept = _plain(ticket)
    return plain


def _plain(value: Any) -> Any:
    names = _FIELDS.get(type(value))
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(each) for each in value] if type(value) is tuple else value


def ticket_of(kept: Kept) -> MatchmakingTicket:
    """Give the ticket that was kept so, whether JSON lay between or not."""
    vacancy, connection = kept["vacancy"], kept["connection"]
    known: dict[str, Any] = {
        **kept,
        "status": Status(kept["status"]),
        "why": Why(Reason(kept["why"]["reason"]), kept["why"]["message"]),
        "match": MatchId(kept["match"]),
        "players": tuple(_player(player) for player in kept["players"]),
        "answers": tuple((player, accepted) for player, accepted in kept["answers"]),
        "tallies": tuple(Tally(**tally) for tally in kept["tallies"]),
        "vacancy": None if vacancy is None else Vacancy(**vacancy),
        "connection": None if connection is None else _connection(connection),
    }
    return MatchmakingTicket(**known)


def _player(kept: Kept) -> Player:
    attributes = {name: _attribute(attribute) for name, attribute in kept["attributes"].items()}
    return Player(kept["player_id"], attributes, kept["latency_ms"], kept["team"])


def _attribute(kept: Any) -> AttributeValue:
    return tuple(kept) if isinstance(kept, list) else kept


def _connection(kept: Kept) -> Connection:
    sessions = tuple((player, player_session) for player, player_session in kept["player_sessions"])
    return Connection(**{**kept, "player_sessions": sessions})
