"""Populations and rule sets made by chance, for the tests of promises."""

import random
from typing import Any

from matchmaking.pool import PotentialMatch
from tests.matchmaking.naive import Teams
from tests.matchmaking.world import Json

WORDS = ["x", "y", "z"]
REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]

TEMPLATES: list[Json] = [
    {"type": "distance", "measurements": ["avg(teams[*].players.attributes[skill])"],
     "referenceValue": "avg(flatten(teams[*].players.attributes[skill]))", "maxDistance": 1},
    {"type": "distance", "measurements": ["max(flatten(teams[*].players.attributes[skill]))"],
     "referenceValue": "min(flatten(teams[*].players.attributes[skill]))", "maxDistance": 2, "partyAggregation": "max"},
    {"type": "distance", "measurements": ["sum(teams[red].players.attributes[skill])"],
     "referenceValue": "sum(teams[blue].players.attributes[skill])", "minDistance": 1, "maxDistance": 3},
    {"type": "comparison", "measurements": ["count(teams[red].players)"],
     "referenceValue": "count(teams[blue].players)", "operation": "="},
    {"type": "comparison", "measurements": ["flatten(teams[*].players.attributes[mode])"], "operation": "="},
    {"type": "comparison", "measurements": ["teams[red,blue].players.attributes[skill]"], "operation": "!="},
    {"type": "comparison", "measurements": ["teams[red].players.attributes[skill]"], "referenceValue": 2,
     "operation": ">="},
    {"type": "comparison", "measurements": ["median(flatten(teams[*].players.attributes[skill]))"],
     "referenceValue": 2, "operation": "<=", "partyAggregation": "min"},
    {"type": "collection", "operation": "intersection", "minCount": 1,
     "measurements": ["flatten(teams[*].players.attributes[maps])"]},
    {"type": "collection", "operation": "contains", "minCount": 1, "maxCount": 2, "referenceValue": "x",
     "measurements": ["flatten(teams[*].players.attributes[maps])"], "partyAggregation": "intersection"},
    {"type": "collection", "operation": "reference_intersection_count", "minCount": 1,
     "measurements": ["flatten(teams[*].players.attributes[maps])"],
     "referenceValue": "set_intersection(flatten(teams[*].players.attributes[maps]))"},
    {"type": "collection", "operation": "reference_intersection_count", "maxCount": 1,
     "measurements": ["flatten(teams[*].players.attributes[maps])"],
     "referenceValue": "flatten(teams[red].players.attributes[maps])"},
    {"type": "batchDistance", "batchAttribute": "skill", "maxDistance": 2, "partyAggregation": "min"},
    {"type": "batchDistance", "batchAttribute": "mode"},
    {"type": "latency", "maxLatency": 100, "partyAggregation": "max"},
]  # fmt: skip
STATEMENTS = ["and({0}, {1})", "or({0}, {1})", "xor({0}, {1})", "not({0})", "or(not({0}), and({0}, {1}))"]


def rule_set_by_chance(rng: random.Random) -> Json:
    """Make a rule set of two teams with a few rules, perhaps a compound and an expansion."""
    rules = [{"name": f"rule-{at}", **each} for at, each in enumerate(rng.sample(TEMPLATES, rng.randint(0, 3)))]
    may_be_named = [rule["name"] for rule in rules if rule["type"] != "batchDistance"]
    if len(may_be_named) > 1 and rng.random() < 0.5:
        statement = rng.choice(STATEMENTS).format(*may_be_named[:2])
        rules.append({"name": "compound", "type": "compound", "statement": statement})
    teams = [
        {"name": name, "minPlayers": (low := rng.randint(0, 2)), "maxPlayers": rng.randint(max(low, 1), 3)}
        for name in ("red", "blue")
    ]
    expansions = [
        {
            "target": f"rules[{rule['name']}].maxDistance",
            "steps": [{"waitTimeSeconds": 10, "value": rng.choice([0, 5])}],
        }
        for rule in rules
        if "maxDistance" in rule
    ]
    return {
        "ruleLanguageVersion": "1.0", "teams": teams, "rules": rules, "expansions": expansions,
        "playerAttributes": [
            {"name": "skill", "type": "number", "default": 1}, {"name": "mode", "type": "string"},
            {"name": "maps", "type": "string_list", "default": ["x"]},
        ],
        "algorithm": {"expansionAgeSelection": rng.choice(["newest", "oldest"])},
    }  # fmt: skip


def population(rules: Json, rng: random.Random, tickets: int, most: int = 3, apart: float = 0.3) -> list[Json]:
    """Make tickets of one to ``most`` players; the last ones are the newest, by ``apart`` seconds each."""
    found = []
    for number in range(tickets):
        ids = [f"p{number}-{at}" for at in range(rng.choice([1, 1, 1, *range(1, most + 1)]))]
        players = [player_by_chance(rules, rng, player_id) for player_id in ids]
        found.append({"ticketId": f"t{number}", "at": number * apart, "players": players})
    return found


def player_by_chance(rules: Json, rng: random.Random, player_id: str) -> Json:
    attributes = {
        each["name"]: value_by_chance(each, rng)
        for each in rules.get("playerAttributes", [])
        if "default" not in each or rng.random() < 0.8
    }
    return {
        "playerId": player_id,
        "attributes": attributes,
        "latencyInMs": {each: rng.randint(20, 130) for each in REGIONS},
    }


def value_by_chance(attribute: Json, rng: random.Random) -> Any:
    default = attribute.get("default")
    match attribute["type"]:
        case "number":
            return rng.randint(0, 4) if rng.random() < 0.5 else rng.choice([0, 1])
        case "string":
            return rng.choice(["x", "y"])
        case "string_list":
            words = [*WORDS, *(default or []), "p1-0", "Classic", "Survival"]
            return rng.sample(words, rng.randint(1, 3))
        case _:
            return {word: rng.randint(0, 100) for word in rng.sample(WORDS, 2)}


def teams_of(match: PotentialMatch, tickets: dict[str, Json]) -> Teams:
    """Give a match's teams with their parties, in JSON, for the naive judge."""
    where = {player.player_id: name for name, players in match.teams.items() for player in players}
    teams: Teams = {name: [] for name in match.teams}
    for each in match.tickets:
        ticket = tickets[each.ticket_id]
        parties = [[player] for player in ticket["players"]] if ticket.get("backfill") else [ticket["players"]]
        for party in parties:
            (team,) = {where[player["playerId"]] for player in party}
            teams[team].append(party)
    return teams
