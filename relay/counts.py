"""Counts: what passes through the connections of a process, as plain numbers that cost next to nothing to keep."""

from collections import Counter, defaultdict


class Counts:
    """Everything since it was made."""

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "closed",
        "datagrams_in",
        "datagrams_out",
        "dtls_steps",
        "fast_drops",
        "fast_lost",
        "fast_opened",
        "flushes",
        "handshakes",
        "packets_in",
        "tls_failures",
        "turned_away",
    )

    def __init__(self) -> None:
        #: WebSocket messages that came, whatever was in them, and all bytes; where there is TLS, those inside of it.
        self.packets_in = self.bytes_in = 0
        #: All bytes that were written.
        self.bytes_out = 0
        #: Writes by their number of packets; those without any are a WebSocket's own frames.
        self.flushes: defaultdict[int, int] = defaultdict(int)
        #: Connections that were closed from this side, by close code.
        self.closed: defaultdict[int, int] = defaultdict(int)
        #: Connections that were closed at once because there were too many.
        self.turned_away = 0
        #: Handshakes of TLS that came to an end, and what became of the others, by ``TlsFailure``.
        self.handshakes = 0
        self.tls_failures: defaultdict[str, int] = defaultdict(int)
        #: Datagrams that came, whatever was in them, and those that were sent.
        self.datagrams_in = self.datagrams_out = 0
        #: Fast channels that began to be used, and those that fell silent: a peer may have both many times.
        self.fast_opened = self.fast_lost = 0
        #: Datagrams that came to nothing, in or out, by the reason.
        self.fast_drops: defaultdict[str, int] = defaultdict(int)
        #: What became of those who knocked by DTLS.
        self.dtls_steps: Counter[str] = Counter()
