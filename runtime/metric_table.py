"""All metrics of a server: their names, types, labels, and what they mean. The reference says the same."""

from enum import StrEnum

from desk.gamelift.counts import WAIT_SECONDS
from session.values import value


class Kind(StrEnum):
    """Prometheus' types of metrics."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@value
class Metric:
    """One metric. ``bounds`` are the upper bounds of a histogram's buckets, but for the last, which has none."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    meaning: str
    bounds: tuple[float, ...] = ()


#: Bounds for times: a ruling takes a tenth of a millisecond, and a sandbox that takes a second is killed.
SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
#: Bounds for flushes, which may have no packet, and for batches.
FLUSH_PACKETS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
BATCH_ASKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)

#: The first label of whatever is counted for each worker: its number, from 0.
WORKER = "worker"
#: The first labels of whatever is counted for each script.
SCRIPT = ("script", "version")


def _counter(name: str, labels: tuple[str, ...], meaning: str) -> Metric:
    return Metric(f"harena_{name}_total", Kind.COUNTER, labels, meaning)


def _gauge(name: str, meaning: str) -> Metric:
    return Metric(f"harena_{name}", Kind.GAUGE, (WORKER,), meaning)


def _histogram(name: str, labels: tuple[str, ...], bounds: tuple[float, ...], meaning: str) -> Metric:
    return Metric(f"harena_{name}", Kind.HISTOGRAM, labels, meaning, bounds)


CONNECTIONS = _gauge("connections", "sockets of players that are open, those that have not logged in included")
PLAYERS = _gauge("players", "players who were let in and are here")
GAME_SESSIONS = _gauge("game_sessions", "game sessions that have not ended, those that wait for a worker included")

PACKETS_RECEIVED = _counter(
    "packets_received", (WORKER,), "packets that came from peers, logins and those that came to nothing included"
)
PACKETS_SENT = _counter(
    "packets_sent", (WORKER,), "packets in what was written to peers' sockets, once for each recipient"
)
BYTES_RECEIVED = _counter("bytes_received", (WORKER,), "bytes that came from peers, all of HTTP and WebSocket included")
BYTES_SENT = _counter("bytes_sent", (WORKER,), "bytes that were written to peers' sockets, the same")
FLUSH_SIZES = _histogram(
    "flush_packets", (WORKER,), FLUSH_PACKETS, "packets in one write to one peer; 0: a pong, a ping or a close frame"
)
DATAGRAMS_RECEIVED = _counter(
    "datagrams_received",
    (WORKER,),
    "datagrams that came to the fast channel, whoever sent them and whatever is in them",
)
DATAGRAMS_SENT = _counter("datagrams_sent", (WORKER,), "datagrams that were sent to players, one for each packet")
DATAGRAMS_DROPPED = _counter(
    "datagrams_dropped", (WORKER, "reason"), "datagrams that came to nothing, on the way in or out"
)
FAST_OPENED = _counter(
    "fast_opened", (WORKER,), "fast channels that began to be used, also where one was silent before"
)
FAST_LOST = _counter(
    "fast_lost", (WORKER,), "fast channels that were silent for too long, so that all goes by WebSocket"
)
TURNED_AWAY = _counter(
    "connections_turned_away", (WORKER,), "connections that were closed at once because of fleet.max_connections"
)
TLS_HANDSHAKES = _counter("tls_handshakes", (WORKER,), "handshakes of TLS that were completed")
TLS_FAILURES = _counter(
    "tls_failures", (WORKER, "reason"), "connections that ended because something was wrong with their TLS"
)
DTLS_HANDSHAKES = _counter(
    "dtls_handshakes", (WORKER, "step"), "how far those came who knocked by DTLS; one may be counted at several steps"
)
CUT_OFF = _counter("peers_cut_off", (WORKER, "reason"), "connections that the server has closed, by its close code")
LOGINS_REFUSED = _counter("logins_refused", (WORKER, "reason"), "logins that were refused, by the close code")
DROPPED_PACKETS = _counter("dropped_packets", (WORKER, "reason"), "packets of players that came to nothing")
DROPPED_LOG_LINES = _counter(
    "dropped_log_lines",
    (WORKER,),
    "lines of game sessions' logs that were too many a second, for a sandbox or the desk",
)
RESERVATIONS = _counter("reservations", ("result",), "seats that a worker was asked to keep: kept or refused")

BATCH_SIZES = _histogram("batch_asks", (WORKER,), BATCH_ASKS, "questions that were put to one sandbox at a time")
INPUT_WAIT = _histogram(
    "input_wait_seconds",
    (WORKER,),
    SECONDS,
    "from when an input is put to its script, at the end of the turn in which it came, until the relay has the ruling: "
    "the time behind earlier inputs and that in the script",
)
SCRIPT_TIME = _histogram(
    "script_seconds",
    (*SCRIPT, "callback"),
    SECONDS,
    "time in the script as the relay sees it, from a question or the ruling before it to its ruling, the way there and "
    "back included; rulings that come together share it evenly",
)
SCRIPT_ERRORS = _counter(
    "script_errors",
    SCRIPT,
    "exceptions that left a callback or a timer; beyond log_lines_per_second they are dropped lines",
)
SANDBOX_BIRTHS = _counter("sandbox_births", (WORKER,), "sandboxes that were made for game sessions")
SANDBOX_DEATHS = _counter(
    "sandbox_deaths", (WORKER, "outcome"), "sandboxes of game sessions that ended by themselves or were killed"
)

PLACEMENTS = Metric(
    "harena_placements_pending", Kind.GAUGE, (), "placements that wait in a queue for their game session"
)
PLACEMENT_WAIT = _histogram(
    "placement_seconds", ("status",), WAIT_SECONDS, "from when a placement was asked for until its end, by how it ended"
)
TICKETS = Metric(
    "harena_tickets", Kind.GAUGE, ("status",), "matchmaking tickets that are not over, those of backfill included"
)
TICKET_WAIT = _histogram(
    "ticket_seconds", ("status",), WAIT_SECONDS, "from when a matchmaking ticket began until its end, by how it ended"
)

METRICS = (
    CONNECTIONS,
    PLAYERS,
    GAME_SESSIONS,
    PACKETS_RECEIVED,
    PACKETS_SENT,
    BYTES_RECEIVED,
    BYTES_SENT,
    FLUSH_SIZES,
    DATAGRAMS_RECEIVED,
    DATAGRAMS_SENT,
    DATAGRAMS_DROPPED,
    FAST_OPENED,
    FAST_LOST,
    TURNED_AWAY,
    TLS_HANDSHAKES,
    TLS_FAILURES,
    DTLS_HANDSHAKES,
    CUT_OFF,
    LOGINS_REFUSED,
    DROPPED_PACKETS,
    DROPPED_LOG_LINES,
    RESERVATIONS,
    BATCH_SIZES,
    INPUT_WAIT,
    SCRIPT_TIME,
    SCRIPT_ERRORS,
    SANDBOX_BIRTHS,
    SANDBOX_DEATHS,
    PLACEMENTS,
    PLACEMENT_WAIT,
    TICKETS,
    TICKET_WAIT,
)
