"""The metrics of a server: what its workers have counted, added up, and what the desk knows itself."""

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

from prometheus_client import Metric as Family
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from desk.gamelift.counts import Waiting, Waits
from runtime.fleet import Fleet
from runtime.metric_table import (
    CONNECTIONS,
    GAME_SESSIONS,
    METRICS,
    PLACEMENT_WAIT,
    PLACEMENTS,
    PLAYERS,
    RESERVATIONS,
    SCRIPT,
    TICKET_WAIT,
    TICKETS,
    WORKER,
    Kind,
    Metric,
)
from runtime.reservations import Reservations
from runtime.words import Counted

#: Scripts with labels of their own; those that come later share ``OTHER``.
MAX_SCRIPTS = 100
#: Versions of a script with a label of their own, the newest; the others share ``OLDER``.
MAX_VERSIONS = 5
#: No script can be called so.
OTHER, OLDER = "(other)", "(older)"

Labels = tuple[str, ...]
#: Numbers of a metric by its labels, as in ``Counted``.
Series = dict[Labels, tuple[float, ...]]


class Metrics:
    """Adds up. What a worker said counts once, and stays when another takes its place."""

    def __init__(self, workers: int, fleet: Fleet, reservations: Reservations, waiting: Callable[[], Waiting]) -> None:
        self._fleet = fleet
        self.waiting = waiting
        self._reservations = reservations
        self._connections = dict.fromkeys(range(workers), 0)
        self._versions: dict[str, list[int]] = {}
        self._sums: dict[str, Series] = {metric.name: {} for metric in METRICS}

    def take(self, worker: int, word: Counted) -> None:
        """A worker has counted."""
        self._connections[worker] = word.connections
        for name, given, numbers in word.series:
            sums, labels = self._sums[name], self._labels(name, worker, given)
            before = sums.get(labels)
            sums[labels] = tuple(map(sum, zip(before, numbers, strict=True))) if before else numbers

    def lost(self, worker: int) -> None:
        """A worker has ended: its connections did too."""
        self._connections[worker] = 0

    def now(self) -> "Snapshot":
        """Give all metrics as they are now."""
        sums = {name: dict(series) for name, series in self._sums.items()}
        return Snapshot({**sums, **self._known_here()})

    def _known_here(self) -> dict[str, Series]:
        players, game_sessions = dict.fromkeys(self._connections, 0), dict.fromkeys(self._connections, 0)
        for record in self._fleet.living:
            players[record.worker] += record.players
            game_sessions[record.worker] += 1
        known = {CONNECTIONS: self._connections, PLAYERS: players, GAME_SESSIONS: game_sessions}
        known_here = {metric.name: _plain(numbers) for metric, numbers in known.items()}
        waiting = self.waiting()
        return {
            **known_here,
            RESERVATIONS.name: _plain(self._reservations.results),
            PLACEMENTS.name: {(): (waiting.placements,)},
            PLACEMENT_WAIT.name: _by_status(waiting.placement_waits),
            TICKETS.name: _plain(waiting.tickets),
            TICKET_WAIT.name: _by_status(waiting.ticket_waits),
        }

    def _labels(self, name: str, worker: int, given: tuple[str | int, ...]) -> Labels:
        if BY_NAME[name].labels[0] == WORKER:
            return (str(worker), *map(str, given))
        script, version, *more = given  # Whatever is not counted by worker is counted by version.
        return (*self._shown(str(script), int(version)), *map(str, more))

    def _shown(self, script: str, version: int) -> tuple[str, str]:
        """Label a version, so that there are never too many labels."""
        if script not in self._versions and len(self._versions) == MAX_SCRIPTS:
            return OTHER, OLDER
        newest = self._versions.setdefault(script, [])
        if version not in newest:
            newest.append(version)
            newest.sort()
            if len(newest) > MAX_VERSIONS:
                self._forget(script, newest.pop(0))
        return script, str(version) if version in newest else OLDER

    def _forget(self, script: str, version: int) -> None:
        """End the series of a version. Were they added to those of the older ones, these would seem to leap."""
        for metric in METRICS:
            if metric.labels[: len(SCRIPT)] == SCRIPT:
                sums = self._sums[metric.name]
                gone = [labels for labels in sums if labels[: len(SCRIPT)] == (script, str(version))]
                for labels in gone:
                    del sums[labels]


class Snapshot(Collector):
    """All metrics at one moment. It does not change, so that another thread may write it down."""

    def __init__(self, series: Mapping[str, Series]) -> None:
        self._series = series

    def collect(self) -> Iterable[Family]:
        """Give each metric with all of its series."""
        return [FAMILIES[metric.kind](metric, self._series[metric.name]) for metric in METRICS]


def _plain(numbers: Mapping[object, int] | Mapping[int, int] | Mapping[str, int]) -> Series:
    return {(str(key),): (number,) for key, number in numbers.items()}


def _by_status(waits: Waits) -> Series:
    return {(status,): numbers for status, numbers in waits.items()}


def _counter(metric: Metric, series: Series) -> Family:
    family = CounterMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels, (number,) in series.items():
        family.add_metric(labels, number)
    return family


def _gauge(metric: Metric, series: Series) -> Family:
    family = GaugeMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    for labels, (number,) in series.items():
        family.add_metric(labels, number)
    return family


def _histogram(metric: Metric, series: Series) -> Family:
    family = HistogramMetricFamily(metric.name, metric.meaning, labels=metric.labels)
    bounds = [*(str(float(bound)) for bound in metric.bounds), "+Inf"]
    for labels, (*counts, total) in series.items():
        family.add_metric(labels, list(zip(bounds, accumulate(counts), strict=True)), total)
    return family


FAMILIES = {Kind.COUNTER: _counter, Kind.GAUGE: _gauge, Kind.HISTOGRAM: _histogram}
BY_NAME = {metric.name: metric for metric in METRICS}
