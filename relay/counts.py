"""Counts: what passes through the connections of a process, as plain numbers that cost next to nothing to keep."""

from bisect import bisect_left

#: The upper bounds by which flushes are counted, in packets; those without any are a WebSocket's own frames.
FLUSH_PACKETS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


class Counts:
    """Everything since it was made."""

    __slots__ = ("bytes_in", "bytes_out", "closed", "flushes", "packets_in", "packets_out", "turned_away")

    def __init__(self) -> None:
        #: WebSocket messages that came, whatever was in them, and all bytes.
        self.packets_in = self.bytes_in = 0
        #: Packets in what was written, and all bytes of it.
        self.packets_out = self.bytes_out = 0
        #: Writes, by their number of packets: up to each bound, and beyond the last.
        self.flushes = [0] * (len(FLUSH_PACKETS) + 1)
        #: Connections that were closed from this side, by close code.
        self.closed: dict[int, int] = {}
        #: Connections that were closed at once because there were too many.
        self.turned_away = 0

    def flushed(self, packets: int, size: int) -> None:
        """Count one write of so many packets and bytes."""
        self.packets_out += packets
        self.bytes_out += size
        self.flushes[bisect_left(FLUSH_PACKETS, packets)] += 1

    def parted(self, code: int) -> None:
        """Count a connection that is closed from this side."""
        self.closed[code] = self.closed.get(code, 0) + 1
