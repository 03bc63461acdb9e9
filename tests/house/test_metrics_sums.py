"""Sums of metrics: what workers tell is added up under labels that are never too many."""

from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from desk.gamelift.counts import WAIT_SECONDS, Waiting
from relay.counts import Counts
from runtime.config import Config
from runtime.fleet import Fleet
from runtime.log_files import LogFiles, LogLimits
from runtime.log_writer import LogWriter
from runtime.metric_table import INPUT_WAIT, METRICS, PACKETS_SENT, SCRIPT_ERRORS, SCRIPT_TIME, Kind
from runtime.metrics import MAX_SCRIPTS, MAX_VERSIONS, OLDER, OTHER, Metrics
from runtime.reservations import Reservations
from runtime.scripts import Scripts
from runtime.tally import Tally
from runtime.words import Counted


@pytest.fixture
def metrics(tmp_path: Path) -> Metrics:
    """The metrics of a server with two workers, on which nothing has happened."""
    logs = LogWriter(LogFiles(tmp_path, LogLimits()))
    fleet = Fleet(Scripts(), Config, lambda _, __: None, lambda _: None, logs)
    return Metrics(2, fleet, Reservations(lambda _, __: None), Waiting)


def samples(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    """What is given of one name, by its labels in order of their names."""
    return {
        tuple(label for _, label in sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(generate_latest(metrics.now()).decode())
        for one in family.samples
        if one.name == name
    }


def errors(script: str, version: int, number: int = 1) -> Counted:
    tally = Tally()
    tally.count(SCRIPT_ERRORS, script, version, by=number)
    tally.histogram(SCRIPT_TIME, script, version, "on_message").add(0.002)
    return tally.taken(Counts(), 0)


def test_what_was_taken_is_not_taken_again(metrics: Metrics) -> None:
    tally, counts = Tally(), Counts()
    for _ in range(3):
        counts.flushes[2] += 1
        tally.histogram(INPUT_WAIT).add(0.0001)
    metrics.take(0, tally.taken(counts, 5))
    metrics.take(0, tally.taken(Counts(), 4))
    metrics.take(1, Tally().taken(counts, 1))
    assert samples(metrics, "harena_packets_sent_total") == {("0",): 6, ("1",): 6}
    assert samples(metrics, "harena_connections") == {("0",): 4, ("1",): 1}
    assert samples(metrics, "harena_input_wait_seconds_count") == {("0",): 3}
    metrics.lost(0)
    assert samples(metrics, "harena_connections") == {("0",): 0, ("1",): 1}
    assert samples(metrics, "harena_packets_sent_total") == {("0",): 6, ("1",): 6}


def test_who_waits_is_shown(metrics: Metrics) -> None:
    assert samples(metrics, "harena_placements_pending") == {(): 0}
    waits = (*[0] * 3, 2, *[0] * (len(WAIT_SECONDS) - 3), 0.75)
    metrics.waiting = lambda: Waiting(7, {"SEARCHING": 3}, {"FULFILLED": waits}, {"COMPLETED": waits})
    assert samples(metrics, "harena_placements_pending") == {(): 7}
    assert samples(metrics, "harena_tickets") == {("SEARCHING",): 3}
    for name in ("harena_placement_seconds", "harena_ticket_seconds"):
        assert list(samples(metrics, f"{name}_sum").values()) == [0.75]
        buckets = {bound: number for (bound, _), number in samples(metrics, f"{name}_bucket").items()}
        assert (buckets["0.25"], buckets["0.5"], buckets["+Inf"]) == (0, 2, 2)


def test_a_bucket_holds_all_below_its_bound(metrics: Metrics) -> None:
    tally = Tally()
    for seconds in (0.00005, 0.0001, 0.0002, 0.7, 9.0):
        tally.histogram(INPUT_WAIT).add(seconds)
    metrics.take(0, tally.taken(Counts(), 0))
    buckets = samples(metrics, "harena_input_wait_seconds_bucket")
    told = {bound: number for (bound, _), number in buckets.items()}
    assert (told["0.0001"], told["0.00025"], told["0.5"], told["1.0"], told["+Inf"]) == (2, 3, 3, 4, 5)
    assert len(told) == len(INPUT_WAIT.bounds) + 1


def test_the_newest_versions_have_labels_of_their_own(metrics: Metrics) -> None:
    last = MAX_VERSIONS + 2
    for version in range(1, last + 1):
        metrics.take(0, errors("tag", version))
    newest = {("tag", str(version)): 1.0 for version in range(3, last + 1)}
    assert samples(metrics, "harena_script_errors_total") == newest
    metrics.take(0, errors("tag", 1, 7))
    metrics.take(1, errors("tag", last))
    assert samples(metrics, "harena_script_errors_total") == {**newest, ("tag", str(last)): 2, ("tag", OLDER): 7}
    assert set(samples(metrics, "harena_script_seconds_count")) == {
        ("on_message", "tag", label) for label in (*(version for _, version in newest), OLDER)
    }


def test_scripts_beyond_the_limit_share_a_label(metrics: Metrics) -> None:
    for number in range(MAX_SCRIPTS + 3):
        metrics.take(0, errors(f"script-{number}", 1))
    found = samples(metrics, "harena_script_errors_total")
    assert len(found) == MAX_SCRIPTS + 1
    assert found[OTHER, OLDER] == 3


def test_metrics_are_there_before_anything_is_counted(metrics: Metrics) -> None:
    families = list(text_string_to_metric_families(generate_latest(metrics.now()).decode()))
    assert len(families) == len(METRICS)
    assert samples(metrics, "harena_players") == {("0",): 0, ("1",): 0}
    metrics.take(0, Tally().taken(Counts(), 0))
    assert samples(metrics, PACKETS_SENT.name) == {("0",): 0}


def test_names_follow_prometheus() -> None:
    for metric in METRICS:
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
        assert bool(metric.bounds) == (metric.kind is Kind.HISTOGRAM)
        assert list(metric.bounds) == sorted(set(metric.bounds))
