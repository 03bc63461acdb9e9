"""Routes, views, events, packets and commands, compared with a server that runs and with the code."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import get_args
from urllib.request import urlopen

import pytest
import typer.main
from typer.core import TyperGroup

from deployment.checker import Fault
from desk import certificate_view, fleet_views, house, key_view, status_view, ticket_view
from desk.events import Event
from desk.gamelift.feed import Notice
from desk.refusals import STATUS
from matchmaking.insight import explaining
from matchmaking.insight.expanding import NextStep
from matchmaking.pool import Tally
from relay import codec
from relay.packet_pb2 import Packet
from runtime.cli.app import app
from tests.docs.pages import REFERENCE, bare, named_in_reference, rows
from tests.docs.reader import Reader

LOCAL_API = REFERENCE / "local-api.md"
EVENTS = REFERENCE / "events.md"
PACKETS = REFERENCE / "packets.md"

VIEWS = [
    status_view.StatusView,
    status_view.WorkerView,
    status_view.LayerView,
    house.ScriptView,
    house.VersionView,
    house.DeployView,
    house.GameSessionView,
    house.PlayerSessionView,
    house.GameSessionLog,
    house.LogView,
    house.GameSessionDetail,
    house.PlayerView,
    house.GroupView,
    house.UseView,
    house.SourceView,
    house.FileView,
    house.PruneView,
    house.PrunedView,
    ticket_view.TicketView,
    explaining.Explanation,
    explaining.Refusal,
    explaining.NearestMiss,
    explaining.Missed,
    NextStep,
    Tally,
    certificate_view.CertificateView,
    key_view.KeyView,
    key_view.NewKeyView,
    fleet_views.FleetView,
    fleet_views.QueueView,
    fleet_views.PlacementView,
    Notice,
    Fault,
]


def test_the_routes_are_those_that_a_server_tells(server: Reader) -> None:
    with urlopen(f"http://{server.http_address}/", timeout=10) as answer:
        told = set(re.findall(r"^  ((?:GET|POST) +/\S+)$", answer.read().decode(), re.MULTILINE))
    named = {row.name for row in rows(LOCAL_API, "The local API")}
    assert {re.sub(" +", " ", route) for route in told} == named - {"GET /"}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_the_fields_of_a_view_are_all_there(view: type) -> None:
    (row,) = [row for row in rows(LOCAL_API, "Views") if row.name == view.__name__]
    assert bare(row.cells[1]).split(", ") == [field.name for field in fields(view)]


def test_the_statuses_of_errors_are_all_there() -> None:
    assert {status for status, _ in STATUS.values()} <= {int(row.name) for row in rows(LOCAL_API, "Errors")}


def test_the_events_are_all_there_with_their_fields() -> None:
    named = {row.name: bare(row.cells[1]).split(", ") for row in rows(EVENTS)}
    happens = {event.__name__: [field.name for field in fields(event)] for event in get_args(Event)}
    assert happens.items() <= named.items()
    assert named.keys() - happens.keys() == {"Following", "Missed", "Heartbeat"}


def test_the_op_codes_are_all_there() -> None:
    named = {bare(row.cells[1]): int(row.name) for row in rows(PACKETS, "Op codes")}
    constants = {name: found for name, found in vars(codec).items() if name.isupper() and type(found) is int}
    assert named == {name: found for name, found in constants.items() if found <= 0 and name != "SERVER"}


def test_the_fields_of_a_packet_are_all_there() -> None:
    named = {row.name: int(row.cells[1]) for row in rows(PACKETS, "Fields of a packet")}
    assert named == {field.name: field.number for field in Packet.DESCRIPTOR.fields}


def test_the_verbs_of_the_command_are_all_there() -> None:
    text = named_in_reference()
    assert {"dev", "script rollback"} <= set(_verbs())
    assert [path for path in _verbs() if f"harena {path}" not in text] == []


def _verbs() -> list[str]:
    """Every command that does something: ``script list``, ``status``, ..."""
    return list(_below(typer.main.get_command(app), ""))


def _below(command: object, path: str) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _below(inner, f"{path} {name}".strip())
    else:
        yield path
