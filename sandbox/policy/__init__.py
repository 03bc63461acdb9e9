"""What the language of a script is: plain Python, less what leads out of the sandbox."""

from sandbox.faults import Fault
from sandbox.policy.compiling import MAX_SOURCE_BYTES, compile_script
from sandbox.policy.faults import Compiled
from sandbox.policy.literals import at_keys, read_literal
from sandbox.policy.raised import Raised, describe, running_at

__all__ = [
    "MAX_SOURCE_BYTES",
    "Compiled",
    "Fault",
    "Raised",
    "at_keys",
    "compile_script",
    "describe",
    "read_literal",
    "running_at",
]
