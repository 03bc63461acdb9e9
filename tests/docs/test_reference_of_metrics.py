"""The metrics, compared with the code; and what the guide asks of them is there."""

import re

from relay.dtls.steps import DtlsStep
from relay.fast.drops import FastDrop
from runtime.metric_table import METRICS
from runtime.metrics import MAX_SCRIPTS, MAX_VERSIONS
from session.effects import Drop
from tests.docs.pages import DOCS, REFERENCE, bare, rows

PAGE = REFERENCE / "metrics.md"
GUIDE = DOCS / "how-to" / "watch-with-prometheus.md"


def test_the_metrics_are_all_there_with_type_labels_and_meaning() -> None:
    named = [
        (row.name, row.cells[1], tuple(filter(None, bare(row.cells[2]).split(", "))), bare(row.cells[3]))
        for heading in ("Players and connections", "Scripts", "Who waits")
        for row in rows(PAGE, heading)
    ]
    assert named == [(metric.name, metric.kind.value, metric.labels, metric.meaning) for metric in METRICS]


def test_the_buckets_are_all_there() -> None:
    bounds = {row.name: row.cells[1].split(", ") for row in rows(PAGE, "Buckets")}
    named = {name: [float(bound.replace(",", "")) for bound in those] for name, those in bounds.items()}
    assert named == {metric.name: list(metric.bounds) for metric in METRICS if metric.bounds}


def test_the_reasons_for_drops_are_all_there() -> None:
    text = PAGE.read_text()
    assert [drop for drop in Drop if f"`{drop.name.lower()}`" not in text] == []


def test_the_reasons_for_dropped_datagrams_are_all_there() -> None:
    named = [row.name for row in rows(REFERENCE / "channels.md", "What is dropped")]
    assert named == [drop.name.lower() for drop in FastDrop]


def test_the_steps_of_dtls_are_all_there() -> None:
    assert {row.name for row in rows(PAGE, "How far DTLS came")} == {step.name.lower() for step in DtlsStep}


def test_the_limits_of_labels_are_in_words() -> None:
    assert (MAX_VERSIONS, MAX_SCRIPTS) == (5, 100), "the page says five and a hundred"


def test_what_the_guide_asks_for_is_there() -> None:
    series = {f"{metric.name}{end}" for metric in METRICS for end in ("", "_sum", "_count", "_bucket")}
    asked = re.findall(r"\bharena_\w+", GUIDE.read_text())
    assert asked
    assert set(asked) <= series
