"""An assembler for the kernel's filters of calls: rules like those of a firewall, the first that fits decides.

https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import struct
from collections.abc import Iterable
from typing import TypeAlias

from sandbox.jail.machines import Machine
from session.values import value

#: What is to become of a call. From <linux/seccomp.h>; the lower 16 bits of the second are the error number.
ALLOW = 0x7FFF_0000
_ERRNO = 0x0005_0000
KILL = 0x8000_0000

#: An instruction: its code, how many to skip where its comparison is true and where it is false, and its number.
_INSTRUCTION = struct.Struct("=HBBI")
INSTRUCTION_BYTES = _INSTRUCTION.size
# From <linux/bpf_common.h>, on 32 bits each.
_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_JUMP_IF_ABOVE = 0x25
_JUMP_IF_BITS = 0x45
_RETURN = 0x06
# Where struct seccomp_data has what: the call's number, the kind of machine, six arguments of 64 bits.
_AT_NUMBER = 0
_AT_MACHINE = 4
_AT_ARGUMENTS = 16
_ARGUMENT_BYTES = 8


@value
class Between:
    """An argument is in these bounds, both included. Of its 64 bits the lower 32 count: the kernel takes no more."""

    argument: int
    low: int
    high: int


@value
class Has:
    """An argument has one of these bits."""

    argument: int
    bits: int


Condition: TypeAlias = Between | Has


@value
class Rule:
    """What becomes of a call if all conditions are true; otherwise a later rule decides."""

    call: str
    verdict: int
    conditions: tuple[Condition, ...] = ()


def fail_with(error: int) -> int:
    """The verdict that has a call fail with this error number, without being made."""
    return _ERRNO | error


def assembled(machine: Machine, rules: Iterable[Rule], otherwise: int = KILL) -> bytes:
    """Give the program, and what becomes of that which no rule is about. Calls of another machine end the process."""
    program = [_jump(_LOAD, _AT_MACHINE), _jump(_JUMP_IF_EQUAL, machine.audit_arch, 1, 0), _jump(_RETURN, KILL)]
    if machine.aliases_from:
        aliased = (_jump(_JUMP_IF_AT_LEAST, machine.aliases_from, 0, 1), _jump(_RETURN, KILL))
        program += [_jump(_LOAD, _AT_NUMBER), *aliased]
    for rule in rules:
        if rule.call in machine.calls:
            program += _rule(machine.calls[rule.call], rule)
    return b"".join([*program, _jump(_RETURN, otherwise)])


def _rule(number: int, rule: Rule) -> list[bytes]:
    """Every comparison that is false skips what is left of the rule."""
    rest = [_jump(_RETURN, rule.verdict)]
    for condition in reversed(rule.conditions):
        rest = _condition(condition, len(rest)) + rest
    return [_jump(_LOAD, _AT_NUMBER), _jump(_JUMP_IF_EQUAL, number, 0, len(rest)), *rest]


def _condition(condition: Condition, rest: int) -> list[bytes]:
    loaded = _jump(_LOAD, _AT_ARGUMENTS + _ARGUMENT_BYTES * condition.argument)
    match condition:
        case Between(_, low, high):
            return [loaded, _jump(_JUMP_IF_AT_LEAST, low, 0, rest + 1), _jump(_JUMP_IF_ABOVE, high, rest, 0)]
        case Has(_, bits):
            return [loaded, _jump(_JUMP_IF_BITS, bits, 0, rest)]


def _jump(code: int, number: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, if_true, if_false, number)
