"""Limits: what one script may use. Their names carry their units."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from session.values import value

KIB = 1024
MIB = 1024 * KIB


#: The relay's clock gives a call so many times the processor time that it may use: others want the processor, too.
WALL_TIMES_CPU = 5
#: The stretch of time within which a sandbox may use its share of the processor.
CPU_WINDOW_SECONDS = 10.0
#: To load a script may take so much more for each KiB of it: to check and compile that takes 3, to look for mistakes 3.
LOAD_CPU_MILLISECONDS_PER_KIB = 10


@value
class Limits:
    """What a sandbox may use of this machine.

    ``load_wall_seconds`` and ``call_wall_seconds`` bound the time to load a script and to answer one question, by the
    clock on the wall; where five times the processor time allowed is longer, that counts. ``cpu_percent`` is the share
    of a core within ten seconds, after loading. ``memory_bytes`` is address space on top of what a fresh sandbox has.
    """

    load_wall_seconds: float = 5.0
    call_wall_seconds: float = 1.0
    load_cpu_milliseconds: int = 500
    callback_cpu_milliseconds: int = 100
    tick_cpu_milliseconds: int = 50
    cpu_percent: int = 25
    memory_bytes: int = 64 * MIB
    commands_per_call: int = 1000
    message_bytes_per_second: int = 1 * MIB
    timers: int = 1000
    log_lines_per_second: int = 100

    def load_cpu_seconds(self, script_bytes: int) -> float:
        """The processor time to load a script of this size: the limit, and what it takes to read the script."""
        return (self.load_cpu_milliseconds + script_bytes / KIB * LOAD_CPU_MILLISECONDS_PER_KIB) / 1000

    def load_seconds(self, script_bytes: int) -> float:
        """The time to load a script of this size, by the clock on the wall."""
        return max(self.load_wall_seconds, WALL_TIMES_CPU * self.load_cpu_seconds(script_bytes))

    @property
    def call_seconds(self) -> float:
        """The time to answer one question, by the clock on the wall."""
        cpu_milliseconds = max(self.callback_cpu_milliseconds, self.tick_cpu_milliseconds)
        return max(self.call_wall_seconds, WALL_TIMES_CPU * cpu_milliseconds / 1000)

    @property
    def cpu_window_seconds(self) -> float:
        """Processor time within ``CPU_WINDOW_SECONDS``."""
        return CPU_WINDOW_SECONDS * self.cpu_percent / 100

    def lowered(self, configuration: Mapping[str, object]) -> "Limits":
        """Give these limits with those that a script's configuration lowers: more than this it cannot have."""
        given = {name: cast(float, configuration[name]) for name in CONFIGURABLE if configuration.get(name)}
        return replace(self, **{name: min(most, getattr(self, name)) for name, most in given.items()})


#: What a script can lower for itself. The time to load it is over before anybody listens to it.
CONFIGURABLE = tuple(name for name in Limits.__match_args__ if not name.startswith("load_"))

DEFAULTS = Limits()

#: One packet of the socket between relay and sandbox; longer frames are cut into several.
PACKET_BYTES = 64 * KIB
#: The longest frame that a sandbox may send.
FRAME_BYTES = 1 * MIB
#: The longest frame that a sandbox is sent: a script with all its files.
LOAD_BYTES = 20 * MIB
#: What waits for a sandbox that does not read; one with more to read than this is ended.
BACKLOG_BYTES = 16 * MIB
#: The largest payload that a script may send in one message.
SCRIPT_PAYLOAD_BYTES = 32 * KIB
#: The largest snapshot of a script's state, as JSON.
SNAPSHOT_BYTES = 256 * KIB
#: More recipients of one message than there can be players.
MAX_RECIPIENTS = 1000
#: All that one call sends, payloads, texts and recipients together: it has to fit into one frame, with the answer.
CALL_BYTES = 896 * KIB
#: The longest text of a log line, a reason or an error, in characters; what is longer is cut.
TEXT_CHARACTERS = 2000
