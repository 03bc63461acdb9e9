"""Limits: what one script may use. Their names carry their units."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from session.values import value

KIB = 1024
MIB = 1024 * KIB


@value
class Limits:
    """What a sandbox may use of this machine.

    ``load_wall_seconds`` and ``call_wall_seconds`` bound the time to load a script and to answer one question, by the
    clock on the wall; ``memory_bytes`` is address space on top of what a fresh sandbox has.
    """

    load_wall_seconds: float = 5.0
    call_wall_seconds: float = 1.0
    memory_bytes: int = 64 * MIB
    commands_per_call: int = 1000
    timers: int = 1000
    log_lines_per_second: int = 100

    def lowered(self, configuration: Mapping[str, object]) -> "Limits":
        """Give these limits with those that a script's configuration lowers: more than this it cannot have."""
        given = {name: cast(float, configuration[name]) for name in CONFIGURABLE if configuration.get(name)}
        return replace(self, **{name: min(most, getattr(self, name)) for name, most in given.items()})


#: What a script can lower for itself. The time to load it is over before anybody listens to it.
CONFIGURABLE = ("call_wall_seconds", "memory_bytes", "commands_per_call", "timers", "log_lines_per_second")

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
