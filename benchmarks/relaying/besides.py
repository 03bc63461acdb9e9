"""What is measured besides relaying: connections that do nothing, and logins."""

from collections.abc import Callable, Sequence

from benchmarks.relaying import ours
from benchmarks.relaying.contending import Contender, ContenderFailed
from benchmarks.relaying.generating import GeneratorFailed
from benchmarks.relaying.measuring import Idle, Logins, Range, measure_idle, measure_logins
from benchmarks.relaying.table import drawn
from benchmarks.relaying.work import PAYLOAD_BYTES, Work

#: A thousand connections in rooms as large as Harena's may be.
IDLE = Work(5, 200, 0, PAYLOAD_BYTES[0], 0, 5.0)
#: So many clients log in and leave at a time.
TOGETHER = 16
LOGINS = Work(1, TOGETHER, 0, PAYLOAD_BYTES[0], 0, 5.0)

IDLE_HEADINGS = ("contender", "idle connections", "KiB each", "CPU ms a second")
LOGIN_HEADINGS = ("contender", "logins a second", "CPU ms a login")


def idle(who: Sequence[Contender], range_: Range, say: Callable[[str], None]) -> list[Idle]:
    """Measure what idle connections cost each contender."""
    found = []
    for each in who:
        try:
            found.append(measure_idle(each, IDLE, range_))
        except (ContenderFailed, GeneratorFailed) as error:
            say(f"idle {each.name} failed: {error}")
        else:
            say(f"idle {each.name} {found[-1].bytes_each / 1024:.1f} KiB each")
    return found


def logins(who: Sequence[Contender], range_: Range, say: Callable[[str], None]) -> list[Logins]:
    """Measure logins that a script of ours decides on; by TLS as well, if anybody takes part by it."""
    found = []
    for each in (ours.WITH_DOOR, *([ours.DOOR_BY_TLS] if any(one.tls for one in who) else [])):
        try:
            found.append(measure_logins(each, LOGINS, range_))
        except (ContenderFailed, GeneratorFailed) as error:
            say(f"logins {each.name} failed: {error}")
    return found


def show(idles: Sequence[Idle], logged_in: Sequence[Logins]) -> None:
    """Print both tables."""
    of_idle = [
        (
            each.contender,
            f"{each.connections:,}",
            f"{each.bytes_each / 1024:.1f}",
            f"{each.milliseconds_per_second:.1f}",
        )
        for each in idles
    ]
    of_logins = [
        (each.contender, f"{each.logins / each.seconds:,.0f}", f"{each.processor_seconds / each.logins * 1000:.2f}")
        for each in logged_in
        if each.logins
    ]
    print(f"\n{drawn(IDLE_HEADINGS, of_idle)}\n\n{drawn(LOGIN_HEADINGS, of_logins)}")  # noqa: T201
