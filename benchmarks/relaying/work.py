"""Work: how many rooms of what size, how much is said in them, and what a measurement of it gave."""

from session.values import value

#: The rate at which a client says something, of those who do not say as much as they can.
RATE_PER_SECOND = 20
#: So many messages of a client are on their way, where it says as much as it can.
WINDOW = 8
#: Rooms of this size come in this number, so that there is work for several.
ROOMS_OF = {10: 20, 50: 1, 200: 1}
PAYLOAD_BYTES = (64, 256)
#: The least time between two flushes at a rate; a saturated relay never waits.
FLUSH_MILLISECONDS = 10


@value
class Work:
    """``rate`` is in messages a second of each client, 0 is as many as can be; ``seconds`` is what is measured."""

    rooms: int
    size: int
    rate: int
    payload_bytes: int
    flush_milliseconds: int
    seconds: float = 4.0

    @property
    def name(self) -> str:
        """What the table calls it, such as ``20x10@20 64B``."""
        rate = str(self.rate) if self.rate else "max"
        flush = "" if self.flush_milliseconds or not self.rate else " flush 0"
        return f"{self.rooms}x{self.size}@{rate} {self.payload_bytes}B{flush}"


@value
class Measured:
    """One measurement: ``delivered`` is what the cost is shared by, ``owed`` what should have been delivered.

    ``generator_share`` is of its core; ``late_us`` is the latest that it was with a message.
    """

    contender: str
    work: str
    processor_seconds: float
    seconds: float
    delivered: int
    owed: int
    missing: int
    disordered: int
    p50_us: float
    p99_us: float
    generator_share: float
    late_us: float

    @property
    def per_million(self) -> float:
        """Processor seconds for one million delivered messages."""
        return self.processor_seconds / self.delivered * 1e6 if self.delivered else float("inf")


#: The generator is the bottleneck when it uses more of its core than this.
BUSY_SHARE = 0.9
#: Who delivers less than this share of what is owed in the time cannot keep up with the rate.
KEEPS_UP_SHARE = 0.95


def works(sizes: tuple[int, ...], seconds: float, flush_milliseconds: int = FLUSH_MILLISECONDS) -> list[Work]:
    """Give all work with rooms of these sizes."""
    return [
        Work(ROOMS_OF.get(size, 1), size, rate, payload, flush_milliseconds if rate else 0, seconds)
        for size in sizes
        for rate in (RATE_PER_SECOND, 0)
        for payload in PAYLOAD_BYTES
    ]


def goals(seconds: float, flush_milliseconds: int = FLUSH_MILLISECONDS) -> list[Work]:
    """Give the two works that there are goals for at a rate: one room of fifty, twenty rooms of ten."""
    return [
        Work(ROOMS_OF[size], size, RATE_PER_SECOND, PAYLOAD_BYTES[0], flush_milliseconds, seconds) for size in (50, 10)
    ]
