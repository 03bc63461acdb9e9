"""The tally of a worker: all that it has counted since it told the desk last."""

from bisect import bisect_left

from relay.counts import Counts
from relay.dtls.steps import DtlsStep
from relay.fast.drops import FastDrop
from relay.websocket import INTERNAL_ERROR
from runtime.metric_table import (
    BYTES_RECEIVED,
    BYTES_SENT,
    CUT_OFF,
    DATAGRAMS_DROPPED,
    DATAGRAMS_RECEIVED,
    DATAGRAMS_SENT,
    DROPPED_LOG_LINES,
    DTLS_HANDSHAKES,
    FAST_LOST,
    FAST_OPENED,
    FLUSH_SIZES,
    LOGINS_REFUSED,
    PACKETS_RECEIVED,
    PACKETS_SENT,
    SANDBOX_BIRTHS,
    TLS_FAILURES,
    TLS_HANDSHAKES,
    TURNED_AWAY,
    Metric,
)
from runtime.words import Counted
from session.farewells import CloseCode

#: What a peer is told whose login is refused; any other close code cuts off.
REFUSALS = frozenset({CloseCode.LOGIN_REFUSED, CloseCode.GAME_SESSION_FULL})

#: A metric's name and its labels, without the worker.
Series = tuple[str, tuple[str | int, ...]]


class Histogram:
    """How often something measured lay within each bound, and beyond the last, and the sum of all."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, measured: float, times: int = 1) -> None:
        """Count something that was measured, so many times over."""
        self.counts[bisect_left(self._bounds, measured)] += times
        self.total += measured * times


class Tally:
    """Counters and histograms; those of the channels are counted by their listener, and come in at the end."""

    def __init__(self) -> None:
        self._counters: dict[Series, int] = {}
        self._histograms: dict[Series, Histogram] = {}
        #: Changes whenever all begins anew; a histogram is good for one round.
        self.round = 0

    def count(self, metric: Metric, *labels: str | int, by: int = 1) -> None:
        """Count something rare."""
        series = metric.name, labels
        self._counters[series] = self._counters.get(series, 0) + by

    def histogram(self, metric: Metric, *labels: str | int) -> Histogram:
        """Give the histogram to add to in this round."""
        series = metric.name, labels
        found = self._histograms.get(series)
        if found is None:
            found = self._histograms[series] = Histogram(metric.bounds)
        return found

    def taken(self, channels: Counts, connections: int) -> Counted:
        """Give all that was counted, and begin anew."""
        self._add(channels)
        counters, self._counters = self._counters, {}
        histograms, self._histograms = self._histograms, {}
        self.round += 1
        single = [(*series, (number,)) for series, number in counters.items()]
        several = [(*series, (*found.counts, found.total)) for series, found in histograms.items()]
        return Counted(connections, (*single, *several))

    def _add(self, counts: Counts) -> None:
        self.count(PACKETS_RECEIVED, by=counts.packets_in)
        self.count(BYTES_RECEIVED, by=counts.bytes_in)
        self.count(BYTES_SENT, by=counts.bytes_out)
        self.count(DATAGRAMS_RECEIVED, by=counts.datagrams_in)
        self.count(DATAGRAMS_SENT, by=counts.datagrams_out)
        self.count(FAST_OPENED, by=counts.fast_opened)
        self.count(FAST_LOST, by=counts.fast_lost)
        self.count(TURNED_AWAY, by=counts.turned_away)
        self.count(TLS_HANDSHAKES, by=counts.handshakes)
        for rare in (SANDBOX_BIRTHS, DROPPED_LOG_LINES):  # A series is to be there before the first is counted.
            self.count(rare, by=0)
        for packets, flushes in counts.flushes.items():
            self.histogram(FLUSH_SIZES).add(packets, flushes)
        self.count(PACKETS_SENT, by=sum(packets * flushes for packets, flushes in counts.flushes.items()))
        for why, number in counts.tls_failures.items():
            self.count(TLS_FAILURES, why, by=number)
        for step, number in counts.dtls_steps.items():
            self.count(DTLS_HANDSHAKES, DtlsStep(step).name.lower(), by=number)
        for reason, number in counts.fast_drops.items():
            self.count(DATAGRAMS_DROPPED, FastDrop(reason).name.lower(), by=number)
        for code, number in counts.closed.items():
            self.count(LOGINS_REFUSED if code in REFUSALS else CUT_OFF, _reason(code), by=number)


def _reason(code: int) -> str:
    """A close code's name. There is one of WebSocket's own that we use."""
    return "internal_error" if code == INTERNAL_ERROR else CloseCode(code).name.lower()
