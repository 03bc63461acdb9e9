"""What the tests of matchmaking share: tickets from JSON, a pool that is ticked, an expression's value."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.expressions import parse_expression
from matchmaking.kinds import Schema
from matchmaking.lineup import Columns
from matchmaking.matching import form_matches
from matchmaking.measuring import Measuring
from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Player, PotentialMatch, Ticket
from matchmaking.ruleset import AttributeType, PartyAggregation, RuleSet

HERE = Path(__file__).parent
RULE_SETS = sorted((HERE / "rulesets").glob("*.json"))

Json = dict[str, Any]


def player(value: Json) -> Player:
    attributes = {
        name: tuple(each) if isinstance(each, list) else each for name, each in value.get("attributes", {}).items()
    }
    return Player(value["playerId"], attributes, value.get("latencyInMs", {}), value.get("team", ""))


def ticket(value: Json) -> Ticket:
    players = tuple(player(each) for each in value["players"])
    return Ticket(value["ticketId"], players, value["at"], value.get("backfill", False))


def rule_set(value: Json) -> RuleSet:
    return parse_rule_set(json.dumps(value))


class Pool:
    """Tickets that wait, and matches that leave."""

    def __init__(self, rules: RuleSet, tickets: Iterable[Ticket], choices: Choices = DEFAULT_CHOICES) -> None:
        self.rules, self.waiting, self.choices = rules, list(tickets), choices
        self.rng = random.Random(7)

    def tick(self, now: float) -> tuple[PotentialMatch, ...]:
        here = [each for each in self.waiting if each.since <= now]
        found = form_matches(self.rules, here, now, self.rng, self.choices).matches
        matched = {each.ticket_id for match in found for each in match.tickets}
        self.waiting = [each for each in self.waiting if each.ticket_id not in matched]
        return found

    def waiting_at(self, now: float) -> set[str]:
        return {each.ticket_id for each in self.waiting if each.since <= now}


def evaluate(text: str, teams: Mapping[str, Sequence[Json]]) -> Any:
    """Give the value of an expression over teams of players, all of them alone."""
    types = {"skill": AttributeType.NUMBER, "maps": AttributeType.STRING_LIST}
    columns = Columns()
    schema = Schema({name: (at,) for at, name in enumerate(teams)}, types)
    measure = Measuring(schema, columns, {}, DEFAULT_CHOICES).measure(parse_expression(text), PartyAggregation.AVG)
    return as_json(measure([[columns.piece([player(each)]) for each in team] for team in teams.values()]))


def as_json(value: Any) -> Any:
    return [as_json(each) for each in value] if isinstance(value, list | tuple) else value
