"""Attacks on files, and on whatever else can be opened."""

import ctypes
import importlib
import os
import select
from pathlib import Path

from sandbox.jail.libc import libc, syscall
from tests.escape.aims import Aims, Real, attack

X86_64 = "x86_64"


@attack()
def read_a_file(aims: Aims) -> object:
    return Path("/etc/passwd").read_text()


@attack()
def list_the_root(aims: Aims) -> object:
    return os.listdir("/")


@attack()
def list_processes(aims: Aims) -> object:
    return [name for name in os.listdir("/proc") if name.isdigit()]


@attack()
def ask_about_a_file(aims: Aims) -> object:
    return os.stat("/etc/passwd")


@attack()
def ask_about_a_file_system(aims: Aims) -> object:
    return os.statvfs("/")


@attack()
def ask_for_access(aims: Aims) -> object:
    return os.access("/etc/passwd", os.R_OK)


@attack()
def read_own_environment(aims: Aims) -> object:
    return Path("/proc/self/environ").read_bytes()


@attack()
def read_own_memory_map(aims: Aims) -> object:
    return Path("/proc/self/maps").read_bytes()


@attack(Real.ROOT)
def read_the_workers_environment(aims: Aims) -> object:
    return Path(f"/proc/{aims.worker}/environ").read_bytes()


@attack()
def read_a_link(aims: Aims) -> object:
    return os.readlink("/proc/self/exe")


@attack()
def write_a_file(aims: Aims) -> object:
    return Path(aims.folder, f"written-{os.getpid()}").write_text("written")


@attack()
def write_with_creat(aims: Aims) -> object:
    return libc("creat", f"{aims.folder}/created-{os.getpid()}".encode(), 0o600)


@attack()
def make_a_folder(aims: Aims) -> object:
    os.mkdir(f"{aims.folder}/made-{os.getpid()}")
    return True


@attack()
def make_a_symbolic_link(aims: Aims) -> object:
    os.symlink("/etc", f"{aims.folder}/symlink-{os.getpid()}")
    return True


@attack()
def make_a_fifo(aims: Aims) -> object:
    os.mkfifo(f"{aims.folder}/fifo-{os.getpid()}")
    return True


@attack(Real.SOMEWHERE)
def make_a_device(aims: Aims) -> object:
    os.mknod(f"{aims.folder}/device-{os.getpid()}", 0o020600, os.makedev(1, 3))
    return True


@attack()
def remove_a_file(aims: Aims) -> object:
    os.unlink(_victim(aims, "removed"))
    return True


@attack()
def rename_a_file(aims: Aims) -> object:
    path = _victim(aims, "renamed")
    os.rename(path, f"{path}-now")
    return True


@attack()
def cut_a_file(aims: Aims) -> object:
    os.truncate(_victim(aims, "cut"), 0)
    return True


@attack()
def change_the_mode_of_a_file(aims: Aims) -> object:
    os.chmod(_victim(aims, "opened"), 0o777)
    return True


@attack()
def go_to_another_folder(aims: Aims) -> object:
    os.chdir(aims.folder)
    return True


@attack()
def ask_where_it_is(aims: Aims) -> object:
    return os.getcwd()


@attack()
def open_with_openat2(aims: Aims) -> object:
    how = (ctypes.c_uint64 * 3)()
    return syscall(437, ctypes.c_long(-100), b"/etc/passwd", ctypes.byref(how), ctypes.sizeof(how))


@attack(machine=X86_64)
def take_a_handle_of_a_file(aims: Aims) -> object:
    handle, mount = (ctypes.c_uint32 * 34)(128), ctypes.c_int()
    syscall(303, ctypes.c_long(-100), b"/etc/passwd", ctypes.byref(handle), ctypes.byref(mount), 0)
    return True


@attack()
def watch_a_folder(aims: Aims) -> object:
    return libc("inotify_add_watch", libc("inotify_init1", 0), b"/etc", 0x100)


@attack(Real.SOMEWHERE)
def watch_a_file_system(aims: Aims) -> object:
    return libc("fanotify_init", 0, 0)


@attack(Real.SOMEWHERE)
def import_from_the_disk(aims: Aims) -> object:
    return importlib.import_module("mailbox")


@attack()
def load_a_library(aims: Aims) -> object:
    return ctypes.CDLL("libanl.so.1")


@attack(Real.NOBODY)
def use_a_descriptor_of_somebody_else(aims: Aims) -> object:
    return [number for number in range(4, 256) if _is_open(number)]


@attack()
def copy_a_descriptor(aims: Aims) -> object:
    return os.dup(3)


@attack()
def make_a_pipe(aims: Aims) -> object:
    return os.pipe()


@attack()
def make_a_file_in_memory(aims: Aims) -> object:
    return os.memfd_create("secret")


@attack()
def make_an_event_descriptor(aims: Aims) -> object:
    return os.eventfd(0)


@attack()
def make_an_epoll(aims: Aims) -> object:
    return select.epoll()


@attack()
def make_a_timer_descriptor(aims: Aims) -> object:
    return libc("timerfd_create", 1, 0)


@attack(Real.SOMEWHERE)
def make_a_ring_of_calls(aims: Aims) -> object:
    return syscall(425, 4, ctypes.byref((ctypes.c_uint32 * 30)()))


@attack()
def control_a_descriptor(aims: Aims) -> object:
    os.set_blocking(3, False)
    return True


@attack()
def close_a_descriptor(aims: Aims) -> object:
    os.close(0)
    return True


def _victim(aims: Aims, name: str) -> str:
    """A file that lies there for everybody."""
    path = f"{aims.folder}/{name}-{os.getpid()}"
    Path(path).write_text("here")
    return path


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
