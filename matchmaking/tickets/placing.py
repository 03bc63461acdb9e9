"""What a match needs to become a game session, and what its script is told of it (MatchmakerData).

The shape of MatchmakerData is that of the service's, which game servers and backfill requests of any language read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from matchmaking.pool import Player
from matchmaking.ruleset import AttributeValue, RuleSet
from matchmaking.tickets.configuration import BackfillMode, MatchmakingConfiguration
from matchmaking.tickets.effects import Fill, Place
from matchmaking.tickets.ticket import MatchId, MatchmakingTicket

#: What a game session can be told, as with the service; of a match that says more the attributes are left out.
MAX_DATA_CHARACTERS = 390_000


def place(
    tickets: Sequence[MatchmakingTicket], configuration: MatchmakingConfiguration, rule_set: RuleSet
) -> Place | Fill:
    """Say what is to be done for a match that is agreed upon."""
    match = tickets[0].match
    teams = by_team(tickets, rule_set)
    free = rule_set.max_players - configuration.additional_players - sum(map(len, teams.values()))
    automatic = configuration.backfill_mode is BackfillMode.AUTOMATIC and free > 0
    backfill_id = automatic_backfill_id(match) if automatic else ""
    data = matchmaker_data(match, configuration.arn, teams, backfill_id)
    if len(data) > MAX_DATA_CHARACTERS:
        bare = {name: [replace(player, attributes={}) for player in members] for name, members in teams.items()}
        data = matchmaker_data(match, configuration.arn, bare, backfill_id)
    arriving = tuple(player for ticket in tickets if ticket.vacancy is None for player in ticket.players)
    running = next((ticket.vacancy for ticket in tickets if ticket.vacancy is not None), None)
    if running is None:
        return Place(match, arriving, rule_set.max_players, data)
    return Fill(match, running.game_session_arn, arriving, data)


def automatic_backfill_id(match: MatchId) -> str:
    """Give the id of the ticket with which the matchmaker asks for more players for a match's game session."""
    return f"auto-backfill-{match}"


def by_team(tickets: Sequence[MatchmakingTicket], rule_set: RuleSet) -> dict[str, list[Player]]:
    """Give the players of a match by their teams, in the rule set's order; a team without players is left out.

    Teams of a rule set that the matchmaker had before come last: no player is lost.
    """
    teams: dict[str, list[Player]] = {name: [] for name in rule_set.team_names}
    for player in (player for ticket in tickets for player in ticket.players):
        teams.setdefault(player.team, []).append(player)
    return {name: members for name, members in teams.items() if members}


def matchmaker_data(
    match: MatchId, configuration_arn: str, teams: Mapping[str, Sequence[Player]], backfill_id: str = ""
) -> str:
    """Give a match as JSON text: its id, its matchmaker, and each team's players with their attributes.

    Latencies are never in it. ``backfill_id`` is the ticket of automatic backfill, where there is one.
    """
    told = [{"name": name, "players": [_player(player) for player in members]} for name, members in teams.items()]
    backfill = {"autoBackfillMode": "AUTOMATIC", "autoBackfillTicketId": backfill_id} if backfill_id else {}
    data = {"matchId": match, "matchmakingConfigurationArn": configuration_arn, "teams": told, **backfill}
    return json.dumps(data, separators=(",", ":"))


def _player(player: Player) -> Mapping[str, object]:
    attributes = {name: _attribute(attribute) for name, attribute in player.attributes.items()}
    return {"playerId": player.player_id, "attributes": attributes}


def _attribute(attribute: AttributeValue) -> Mapping[str, object]:
    match attribute:
        case str():
            return {"attributeType": "STRING", "valueAttribute": attribute}
        case float() | int():
            return {"attributeType": "DOUBLE", "valueAttribute": float(attribute)}
        case tuple():
            return {"attributeType": "STRING_LIST", "valueAttribute": list(attribute)}
        case _:
            numbers = {key: float(number) for key, number in attribute.items()}
            return {"attributeType": "STRING_DOUBLE_MAP", "valueAttribute": numbers}


def players_of_data(text: str) -> tuple[str, list[Player]]:
    """Read MatchmakerData of our own: the name of the matchmaker, and the players, each with its team."""
    data = json.loads(text)
    players = [
        Player(one["playerId"], {name: _value(each) for name, each in one["attributes"].items()}, {}, team["name"])
        for team in data["teams"]
        for one in team["players"]
    ]
    return data["matchmakingConfigurationArn"].rpartition("/")[2], players


def _value(told: Mapping[str, Any]) -> AttributeValue:
    found: Any = told["valueAttribute"]
    return tuple(found) if told["attributeType"] == "STRING_LIST" else found
