"""The pages about matchmaking tickets and populations name all that there is."""

import pytest

from matchmaking.insight.population import BadPopulation, read_population
from matchmaking.tickets import requests
from matchmaking.tickets.book import ENDED_REMEMBERED
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.events import Acceptance, EventType
from matchmaking.tickets.life import Status
from matchmaking.tickets.ticket import Reason
from tests.docs.pages import REFERENCE, rows
from tests.docs.ticket_diagram import PAGE, drawn

POPULATIONS = REFERENCE / "populations.md"


def test_the_diagram_is_the_table() -> None:
    assert PAGE.read_text() == drawn(PAGE.read_text()), "run `python -m tests.docs.ticket_diagram`"


def test_statuses_reasons_and_events_are_all_there() -> None:
    assert [row.name for row in rows(PAGE, "Statuses")] == [status.value for status in Status]
    assert [row.name for row in rows(PAGE, "Events")] == [event.value for event in EventType]
    told = [row.name for row in rows(PAGE, "Why a ticket has its status")]
    assert told == [reason.value for reason in Reason if reason.value]
    assert all(f"`{acceptance}`" in PAGE.read_text() for acceptance in Acceptance)


def test_limits_are_as_they_are_told() -> None:
    told = [int(row.cells[1].replace(",", "")) for row in rows(PAGE, "Limits")]
    limits = [
        requests.MAX_PLAYERS_IN_A_TICKET,
        requests.MAX_PLAYERS_IN_A_BACKFILL,
        requests.MAX_ATTRIBUTES,
        requests.MAX_STRING_CHARACTERS,
        requests.MAX_STRINGS_IN_A_LIST,
        requests.MAX_KEYS_IN_A_MAP,
        requests.MAX_LOCATIONS,
        requests.MAX_PLAYER_ID_CHARACTERS,
        128,
        MatchmakingConfiguration("", "", 1).max_tickets,
        MatchmakingConfiguration("", "", 1).max_ended_tickets,
        ENDED_REMEMBERED,
    ]
    assert told == limits


def test_the_keys_of_a_population_are_all_there() -> None:
    with pytest.raises(BadPopulation) as refusal:
        read_population('{"nonsense": 1}')
    known = str(refusal.value).rpartition("there are ")[2].split(", ")
    assert sorted(row.name for row in rows(POPULATIONS, "Populations")) == known
