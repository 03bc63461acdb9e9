"""Every limit is named in the reference, with the value that it has."""

import importlib
import re
from dataclasses import fields

import pytest

import deployment.source
import deployment.version
import desk.gamelift.limits
import relay.dtls.limits
import sandbox.limits
from deployment.settling import Timing
from relay.channel import ChannelLimits
from relay.dtls.limits import DtlsLimits
from relay.fast.limits import FastLimits
from runtime.log_files import LogLimits
from sandbox.limits import Limits
from tests.docs.pages import REFERENCE, Row, rows

LIMITS = REFERENCE / "limits.md"

UNITS = {"": 1, "s": 1, "KiB": 1024, "MiB": 1024 * 1024}

#: Rooms whose numbers are all limits; what lies elsewhere is named by hand.
ALL_OF = [sandbox.limits, deployment.source, deployment.version, desk.gamelift.limits, relay.dtls.limits]
#: A unit, and no limit.
NO_LIMITS = {"KIB", "MIB"}


@pytest.mark.parametrize("row", rows(LIMITS), ids=lambda row: row.name)
def test_a_limit_has_the_default_that_is_told(row: Row) -> None:
    assert _told(row.cells[1]) == _found(row.name)


def test_the_limits_of_scripts_channels_and_the_watch_are_all_there() -> None:
    named = {row.name for row in rows(LIMITS)}
    for values in (Limits, ChannelLimits, DtlsLimits, FastLimits, Timing, LogLimits):
        numbers = [field.name for field in fields(values) if field.type is not bool]
        assert {f"{values.__module__}.{values.__name__}.{name}" for name in numbers} <= named


@pytest.mark.parametrize("room", ALL_OF, ids=lambda room: room.__name__)
def test_the_numbers_of_a_room_are_all_there(room: object) -> None:
    name = getattr(room, "__name__", "")
    numbers = {key for key, found in vars(room).items() if key.isupper() and isinstance(found, int | float)}
    assert {f"{name}.{key}" for key in numbers - NO_LIMITS} <= {row.name for row in rows(LIMITS)}


def _told(cell: str) -> float:
    match = re.fullmatch(r"([\d,.]+) ?(s|KiB|MiB|)", cell)
    assert match, f"{cell!r} is no number with a unit"
    return float(match[1].replace(",", "")) * UNITS[match[2]]


def _found(name: str) -> object:
    """The number of a dotted name: of a module, or of a class in it by its default."""
    path, _, last = name.rpartition(".")
    module, _, owner = path.rpartition(".")
    if owner[0].isupper():
        cls = getattr(importlib.import_module(module), owner)
        return next(field.default for field in fields(cls) if field.name == last)
    return getattr(importlib.import_module(path), last)
