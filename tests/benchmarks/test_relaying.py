"""The benchmark's generator, its limit and the contenders that need no network, for a moment each."""

import json
import shutil
import sys
from dataclasses import replace

import pytest

from benchmarks.relaying import ours
from benchmarks.relaying.contenders import contenders
from benchmarks.relaying.contending import ContenderFailed, Ground
from benchmarks.relaying.generating import GeneratorFailed
from benchmarks.relaying.installing import PEERS, build, build_tls
from benchmarks.relaying.measuring import Range, measure, measure_idle, measure_logins
from benchmarks.relaying.table import doubts
from benchmarks.relaying.work import Work

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="the load generator is C, and there is no gcc")

AT_A_RATE = Work(2, 3, 20, 64, 10, 0.5)
#: So many that nobody says more than Harena lets a player say.
SATURATED = Work(2, 20, 0, 256, 0, 0.5)
#: Those that are there without a package from npm.
HERE = {each.name: each for each in contenders("left out", "") if not each.lacks}


@pytest.fixture(scope="module")
def range_(tmp_path_factory: pytest.TempPathFactory) -> Range:
    built = tmp_path_factory.mktemp("built")
    build(built)
    return Range(Ground(built, None), None, warm_seconds=0.2)


@pytest.mark.parametrize("name", ["limit", "websockets", "harena", "harena-filter"])
@pytest.mark.parametrize("work", [AT_A_RATE, SATURATED], ids=["at a rate", "saturated"])
def test_nothing_is_lost_or_out_of_order(name: str, work: Work, range_: Range) -> None:
    found = measure(HERE[name], work, range_)
    assert (found.contender, found.work) == (name, work.name)
    assert found.delivered > 0
    assert (found.missing, found.disordered) == (0, 0)
    assert 0 < found.p50_us <= found.p99_us


@pytest.mark.parametrize("work", [AT_A_RATE, SATURATED], ids=["at a rate", "saturated"])
def test_by_tls_it_is_the_same(work: Work, range_: Range) -> None:
    if lacks := build_tls(range_.ground.built):
        pytest.skip(lacks)
    found = measure(HERE["harena-tls"], work, range_)
    assert found.delivered > 0
    assert (found.missing, found.disordered) == (0, 0)


def test_what_is_lost_is_missed(range_: Range) -> None:
    every_second = (
        "said = 0\n\ndef on_send_to_group(message):\n    global said\n    said += 1\n    return said % 2 == 0\n"
    )
    found = measure(ours.contender("forgetful", "", every_second), AT_A_RATE, range_)
    assert found.missing > 0
    assert found.disordered == 0
    assert "missing" in doubts([found], merged=False)


def test_what_lies_around_a_payload_is_what_the_stock_client_sends() -> None:
    before, behind = ours.around(64)
    assert before[0] == len(before) - 1 + 64 + len(behind)


def test_idle_connections_are_counted_beyond_the_first_of_each_room(range_: Range) -> None:
    found = measure_idle(HERE["limit"], SATURATED, range_)
    assert found.connections == 38


def test_logins_are_decided_by_the_script(range_: Range) -> None:
    assert measure_logins(ours.WITH_DOOR, Work(1, 4, 0, 64, 0, 0.5), range_, together=4).logins > 0


def test_a_server_that_does_not_start_is_told_with_its_log(range_: Range) -> None:
    broken = replace(HERE["limit"], start=lambda *_: [sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(ContenderFailed, match="no such luck"):
        measure(broken, AT_A_RATE, range_)


def test_a_script_that_is_refused_is_not_measured(range_: Range) -> None:
    with pytest.raises(ContenderFailed, match="the script is refused"):
        measure(ours.contender("broken", "", "def on_message(:"), AT_A_RATE, range_)


def test_clients_that_are_sent_away_are_a_failure(range_: Range) -> None:
    with pytest.raises(GeneratorFailed, match="4002 the game session is full"):
        measure(HERE["harena"], Work(1, 201, 20, 64, 10, 0.5), range_)


def test_a_payload_that_cannot_hold_what_is_measured_is_refused(range_: Range) -> None:
    with pytest.raises(GeneratorFailed, match="a payload has 23 bytes at least"):
        measure(HERE["limit"], replace(AT_A_RATE, payload_bytes=8), range_)


def test_peers_are_pinned_and_no_registry_is_named() -> None:
    asked = json.loads((PEERS / "package.json").read_text())["dependencies"]
    lock = json.loads((PEERS / "package-lock.json").read_text())["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert not [name for name, entry in lock.items() if "resolved" in entry]
