"""The cases about tickets that were taken from the service's documentation, step by step."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from matchmaking.parsing import parse_rule_set
from matchmaking.pool import Player
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.effects import Changed, Effects, Place, Tell
from matchmaking.tickets.events import MatchmakingEvent
from matchmaking.tickets.life import Status
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound
from matchmaking.tickets.ticket import Connection, MatchmakingTicket
from tests.matchmaking.world import player

CASES = json.loads((Path(__file__).parents[1] / "flexmatch-cases.json").read_text())
LIFECYCLE = [case for case in CASES if case["kind"] == "lifecycle"]
#: Of the cases about the API those that are about a request's players and id; the others are the desk's.
REQUESTS = [case for case in CASES if case["kind"] == "api" and case.get("operation") == "StartMatchmaking"]


class Played:
    """A case: its steps in order, and what came of them."""

    def __init__(self, case: dict[str, Any]) -> None:
        config = case["config"]
        configuration = MatchmakingConfiguration(
            "c",
            "arn:aws:gamelift:here:1:matchmakingconfiguration/c",
            config["requestTimeoutSeconds"],
            acceptance_required=config["acceptanceRequired"],
            acceptance_timeout_seconds=config.get("acceptanceTimeoutSeconds", 600),
        )
        self.matchmakers = Matchmakers(random.Random(1))
        self.matchmakers.configure(configuration, parse_rule_set(json.dumps(case["rule_set"])))
        self.events: list[MatchmakingEvent] = []
        self.tickets: dict[str, MatchmakingTicket] = {}
        self.returned: dict[str, Status] = {}
        self.described: list[str] = []
        self.error = ""
        for step in case["steps"]:
            self.step(step)

    def step(self, step: dict[str, Any]) -> None:
        for ticket, status in step.get("expect_status", {}).items():
            assert self.tickets[ticket].status == status
        try:
            effects = self.effects(step, float(step["at"]))
        except InvalidTicketRequest:
            self.error = "InvalidRequestException"
            return
        self.perform(effects, float(step["at"]))

    def effects(self, step: dict[str, Any], now: float) -> Effects:
        match step.get("op"):
            case "StartMatchmaking":
                players = [player(one) for one in step["players"]]
                effects = self.matchmakers.start("c", step["ticketId"], players, now)
                assert isinstance(effects[0], Changed)
                self.returned[step["ticketId"]] = effects[0].ticket.status
                return effects
            case "StopMatchmaking":
                return self.matchmakers.stop(step["ticketId"], now)
            case "AcceptMatch":
                accepted = step["acceptanceType"] == "ACCEPT"
                return self.matchmakers.accept(step["ticketId"], step["playerIds"], accepted, now)
            case "DescribeMatchmaking":
                self.described = [one for one in step["ticketIds"] if self.matchmakers.find(one)]
                return []
        return self.matchmakers.tick(now) if step.get("op") == "tick" else []

    def perform(self, effects: Effects, now: float) -> None:
        for effect in effects:
            match effect:
                case Changed(ticket):
                    self.tickets[ticket.id] = ticket
                case Tell(event):
                    self.events.append(event)
                case Place(match):
                    self.perform(self.matchmakers.placed(match, Connection("game-1"), now), now)


@pytest.mark.parametrize("case", LIFECYCLE, ids=lambda case: str(case["name"]))
def test_lifecycle(case: dict[str, Any]) -> None:
    played, expected = Played(case), dict(case["expected"])
    types = [event.type.value for event in played.events]
    checks = {
        "returned_status": lambda wanted: {name: played.returned[name] for name in wanted} == wanted,
        "status": lambda wanted: {name: played.tickets[name].status for name in wanted} == wanted,
        "status_in": lambda wanted: all(played.tickets[name].status in several for name, several in wanted.items()),
        "events": lambda wanted: types == wanted,
        "events_include_in_order": lambda wanted: _in_order(wanted, types),
        "detail": lambda wanted: wanted.items() <= played.events[-1].detail.items(),
        "error": lambda wanted: played.error == wanted,
        "returned_tickets": lambda wanted: played.described == wanted,
        "accept_completed_not": lambda wanted: wanted not in _acceptances(played.events),
        "statusReason_or_message_contains": lambda wanted: all(
            text in played.tickets[name].why.message for name, text in wanted.items()
        ),
        "no_event_for": lambda wanted: not any(name in _told(played.events, kind) for name, kind in wanted.items()),
    }
    for name, wanted in expected.items():
        assert checks[name](wanted), f"{name}: {wanted}"  # type: ignore[no-untyped-call]  # JSON


def _in_order(wanted: list[str], types: list[str]) -> bool:
    rest = iter(types)
    return all(one in rest for one in wanted)


def _acceptances(events: list[MatchmakingEvent]) -> list[object]:
    found = [event.detail["acceptance"] for event in events if "acceptance" in event.detail]
    assert found
    return found


def _told(events: list[MatchmakingEvent], kind: str) -> list[object]:
    details = [json.loads(json.dumps(event.detail)) for event in events if event.type == kind]
    return [ticket["ticketId"] for detail in details for ticket in detail["tickets"]]


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: str(case["name"]))
def test_requests(case: dict[str, Any]) -> None:
    request = case["request"]
    matchmakers = Matchmakers(random.Random(1))
    if request["ConfigurationName"] == "c":
        teams = [{"name": "all", "minPlayers": 1, "maxPlayers": 20}]
        rule_set = parse_rule_set(json.dumps({"ruleLanguageVersion": "1.0", "teams": teams}))
        matchmakers.configure(MatchmakingConfiguration("c", "", 60), rule_set)
    players = [Player(one["PlayerId"], _attributes(one.get("PlayerAttributes", {}))) for one in request["Players"]]
    refusals = {"NotFoundException": TicketNotFound, "InvalidRequestException": InvalidTicketRequest}
    with pytest.raises(refusals[case["expected"]["error"]]):
        matchmakers.start(request["ConfigurationName"], request["TicketId"], players, 0.0)


def _attributes(told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    values = {name: next(iter(value.values())) for name, value in told.items()}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
