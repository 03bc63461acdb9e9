"""Attacks on the kernel, on its memory's walls, and on the machine that all share."""

import ctypes
import gc
import mmap
import os
import socket
from collections.abc import Callable

from sandbox.jail.libc import libc, syscall
from tests.escape.aims import Aims, Real, attack
from tests.escape.files import X86_64

#: mov eax, 42; ret
FORTY_TWO = b"\xb8\x2a\0\0\0\xc3"
_PAGE = mmap.PAGESIZE


@attack()
def become_root(aims: Aims) -> object:
    os.setuid(0 if os.getuid() == 0 else os.getuid())
    return True


@attack(Real.ROOT)
def change_the_root(aims: Aims) -> object:
    os.chroot("/")
    return True


@attack(Real.ROOT)
def change_the_hosts_name(aims: Aims) -> object:
    socket.sethostname(socket.gethostname())
    return True


@attack(Real.ROOT)
def mount_something(aims: Aims) -> object:
    libc("unshare", 0x0002_0000)  # So that a success stays in this process.
    libc("mount", None, b"/", None, 0x4000 | 0x4_0000, None)
    return libc("mount", b"none", b"/proc", b"tmpfs", 0, None) == 0


@attack(Real.SOMEWHERE)
def have_a_user_namespace(aims: Aims) -> object:
    return libc("unshare", 0x1000_0000) == 0


@attack(Real.ROOT)
def have_a_network_namespace(aims: Aims) -> object:
    return libc("unshare", 0x4000_0000) == 0


@attack(Real.ROOT)
def load_a_program_into_the_kernel(aims: Aims) -> object:
    attributes = (ctypes.c_uint32 * 18)(2, 4, 8, 1)  # An array of one entry, for such a program.
    return libc("syscall", 321, 0, ctypes.byref(attributes), ctypes.sizeof(attributes))


@attack(Real.SOMEWHERE, machine=X86_64)
def count_the_kernels_events(aims: Aims) -> object:
    attributes = (ctypes.c_uint32 * 32)(1, 128)
    return syscall(298, ctypes.byref(attributes), 0, ctypes.c_long(-1), ctypes.c_long(-1), 0)


@attack(Real.SOMEWHERE, machine=X86_64)
def deal_with_its_own_page_faults(aims: Aims) -> object:
    return syscall(323, 1)


@attack()
def change_its_personality(aims: Aims) -> object:
    return libc("personality", 0x0004_0000) >= 0


@attack(Real.SOMEWHERE, machine=X86_64)
def change_its_segments(aims: Aims) -> object:
    entry = (ctypes.c_uint32 * 4)(0, 0, 0xFFFFF, 0b1010001)
    return syscall(154, 1, ctypes.byref(entry), ctypes.sizeof(entry)) == 0


@attack(Real.SOMEWHERE, machine=X86_64)
def reach_the_hardware(aims: Aims) -> object:
    return libc("ioperm", 0x80, 1, 1) == 0


@attack(Real.SOMEWHERE)
def read_the_kernels_log(aims: Aims) -> object:
    return libc("klogctl", 10, None, 0) > 0


@attack()
def ask_for_the_clocks_drift(aims: Aims) -> object:
    return libc("adjtimex", ctypes.byref((ctypes.c_uint64 * 32)())) >= 0


@attack()
def ask_which_machine_it_is(aims: Aims) -> object:
    return os.uname()


@attack(Real.SOMEWHERE, machine=X86_64)
def make_a_call_by_its_other_number(aims: Aims) -> object:
    return syscall(0x4000_0000 + 39)


@attack(machine=X86_64)
def run_code_in_new_memory(aims: Aims) -> object:
    code = mmap.mmap(-1, _PAGE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    return _run(code)


@attack(machine=X86_64)
def run_code_that_was_written(aims: Aims) -> object:
    code = mmap.mmap(-1, _PAGE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    return _run(code, lambda at: libc("mprotect", at, _PAGE, mmap.PROT_READ | mmap.PROT_EXEC))


@attack(Real.SOMEWHERE, machine=X86_64)
def run_code_by_a_key(aims: Aims) -> object:
    code = mmap.mmap(-1, _PAGE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
    return _run(code, lambda at: syscall(329, at, _PAGE, mmap.PROT_READ | mmap.PROT_EXEC, ctypes.c_long(-1)))


@attack()
def write_into_the_c_library(aims: Aims) -> object:
    at = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p).value or 0
    everything = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    return libc("mprotect", at & -_PAGE, _PAGE, everything) == 0


@attack()
def have_a_gigabyte(aims: Aims) -> object:
    return mmap.mmap(-1, 1 << 30)


@attack()
def keep_memory_from_being_swapped(aims: Aims) -> object:
    return libc("mlock", ctypes.addressof(ctypes.create_string_buffer(_PAGE)), 1) == 0


@attack(Real.NOBODY)
def find_the_workers_secret(aims: Aims) -> object:
    """A clean child has nothing of it: neither in its environment nor anywhere in its memory that Python knows of."""
    found = [one for one in os.environ.values() if aims.secret in one]
    return found or [one for one in gc.get_objects() if type(one) is dict and aims.secret in one.values()]


def _run(code: mmap.mmap, allow: Callable[[int], object] = lambda at: None) -> bool:
    code.write(FORTY_TWO)
    at = ctypes.addressof(ctypes.c_char.from_buffer(code))
    allow(at)
    return bool(ctypes.CFUNCTYPE(ctypes.c_int)(at)() == 42)
