"""Attacks on other processes, and by means of new ones."""

import _thread
import ctypes
import os
import resource
import signal
import subprocess
import time

from sandbox.jail.libc import libc, syscall
from tests.escape.aims import Aims, Real, attack
from tests.escape.files import X86_64

#: Says from a program that takes our place that it runs.
SAY_SO = ["sh", "-c", "printf worked >&3"]
SHELL = "/bin/sh"


@attack()
def fork(aims: Aims) -> object:
    return _child(os.fork())


@attack(machine=X86_64)
def fork_by_clone3(aims: Aims) -> object:
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    return _child(syscall(435, ctypes.byref(arguments), ctypes.sizeof(arguments)))


@attack(machine=X86_64)
def fork_by_clone(aims: Aims) -> object:
    return _child(syscall(56, int(signal.SIGCHLD), None, None, None, None))


@attack()
def start_a_thread(aims: Aims) -> object:
    ran: list[int] = []
    _thread.start_new_thread(ran.append, (1,))
    until = time.monotonic() + 5
    while not ran and time.monotonic() < until:
        pass
    return ran


@attack()
def become_another_program(aims: Aims) -> None:
    os.execv(SHELL, SAY_SO)


@attack(machine=X86_64)
def become_another_program_by_execveat(aims: Aims) -> None:
    arguments = (ctypes.c_char_p * 4)(*(one.encode() for one in SAY_SO), None)
    syscall(322, ctypes.c_long(-100), SHELL.encode(), ctypes.byref(arguments), None, 0)


@attack()
def become_a_program_in_memory(aims: Aims) -> None:
    program = os.memfd_create("program", 0)
    with open(SHELL, "rb") as shell:
        os.write(program, shell.read())
    os.execve(program, SAY_SO, {})


@attack()
def start_a_program(aims: Aims) -> object:
    return os.waitpid(os.posix_spawn(SHELL, ["sh", "-c", "true"], {}), 0)[1] == 0


@attack()
def start_a_shell(aims: Aims) -> object:
    return os.system("true") == 0


@attack()
def start_a_subprocess(aims: Aims) -> object:
    return subprocess.run([SHELL, "-c", "true"], check=True)


@attack()
def signal_the_zygote(aims: Aims) -> object:
    os.kill(os.getppid() or -1, 0)
    return True


@attack()
def signal_everybody(aims: Aims) -> object:
    os.kill(-1, 0)
    return True


@attack()
def signal_the_neighbour(aims: Aims) -> object:
    os.kill(aims.neighbour, 0)
    return True


@attack(Real.ROOT)
def signal_the_worker(aims: Aims) -> object:
    os.kill(aims.worker, 0)
    return True


@attack()
def signal_by_descriptor(aims: Aims) -> object:
    signal.pidfd_send_signal(os.pidfd_open(os.getppid() or 1), 0)
    return True


@attack()
def look_at_a_process_by_descriptor(aims: Aims) -> object:
    return os.pidfd_open(os.getppid() or 1)


@attack(machine=X86_64)
def signal_a_thread_of_the_zygote(aims: Aims) -> object:
    return syscall(234, os.getppid(), os.getppid(), 0) == 0


@attack()
def be_traced(aims: Aims) -> object:
    return libc("ptrace", 0, 0, None, None) == 0


@attack(Real.SOMEWHERE)
def trace_the_zygote(aims: Aims) -> object:
    return libc("ptrace", 0x4206, os.getppid() or 1, None, None) == 0


@attack(Real.ROOT)
def trace_the_worker(aims: Aims) -> object:
    return libc("ptrace", 0x4206, aims.worker, None, None) == 0


@attack(Real.ROOT)
def read_the_workers_memory(aims: Aims) -> object:
    return _read_memory(aims.worker)


@attack(Real.SOMEWHERE)
def read_the_neighbours_memory(aims: Aims) -> object:
    return _read_memory(aims.neighbour)


@attack(Real.SOMEWHERE)
def take_a_descriptor_of_the_worker(aims: Aims) -> object:
    return syscall(438, os.pidfd_open(aims.worker), 0, 0)


@attack()
def change_its_niceness(aims: Aims) -> object:
    return os.nice(1)


@attack()
def choose_its_processor(aims: Aims) -> object:
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    return True


@attack()
def choose_its_scheduler(aims: Aims) -> object:
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    return True


@attack()
def leave_its_session(aims: Aims) -> object:
    os.setsid()
    return True


@attack()
def wait_for_others(aims: Aims) -> object:
    time.sleep(0.001)
    return True


@attack()
def have_more_memory(aims: Aims) -> object:
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return True


@attack()
def have_more_files(aims: Aims) -> object:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return True


@attack()
def see_the_limits_of_the_zygote(aims: Aims) -> object:
    return resource.prlimit(os.getppid() or 1, resource.RLIMIT_AS)


@attack()
def stop_the_timer(aims: Aims) -> object:
    signal.setitimer(signal.ITIMER_PROF, 0)
    return True


@attack()
def be_deaf_to_the_timer(aims: Aims) -> object:
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    return True


@attack()
def set_an_alarm(aims: Aims) -> object:
    libc("alarm", 0)
    return True


@attack(machine=X86_64)
def make_a_timer(aims: Aims) -> object:
    return syscall(222, 1, None, ctypes.byref(ctypes.c_int())) == 0


@attack()
def outlive_the_zygote(aims: Aims) -> object:
    return libc("prctl", 1, 0, 0, 0, 0) == 0


@attack()
def let_others_look_in(aims: Aims) -> object:
    return libc("prctl", 4, 1, 0, 0, 0) == 0


def _child(pid: int) -> bool:
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def _read_memory(pid: int) -> bool:
    """What lies there in us, lies there in whoever comes of the same program; if not, the kernel says so otherwise."""
    here = ctypes.create_string_buffer(8)
    ours = (ctypes.c_uint64 * 2)(ctypes.addressof(here), 8)
    theirs = (ctypes.c_uint64 * 2)(1, 8)
    try:
        libc("process_vm_readv", pid, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
    except OSError as error:
        return error.errno == 14  # It was allowed, and nothing lies at that address.
    return True
