"""The C library, for calls of the kernel that Python has no names for."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def libc(function: str, *arguments: object) -> int:
    """Call a function of the C library that answers -1 where it fails. Raises OSError."""
    return _checked(function, _libc[function](*map(_as_c, arguments)))


def syscall(number: int, *arguments: object) -> int:
    """Make a call of the kernel by its number. Raises OSError."""
    return _checked(f"call {number} of the kernel", _libc.syscall(ctypes.c_long(number), *map(_as_c, arguments)))


def _as_c(argument: object) -> object:
    # As ints ctypes would pass 32 bits, and leave the rest of the register as it was.
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument


def _checked(what: str, result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result
