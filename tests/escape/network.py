"""Attacks on the network, on the channel's other end, and on queues that processes share."""

import array
import ctypes
import os
import socket

from sandbox.jail.libc import libc, syscall
from tests.escape.aims import Aims, Real, attack
from tests.escape.files import X86_64

#: The descriptor of the channel.
CHANNEL = 3


@attack()
def connect_to_the_relay(aims: Aims) -> object:
    with socket.create_connection(("127.0.0.1", aims.port), timeout=5) as connection:
        return connection.recv(5) == b"hello"


@attack()
def listen_at_a_port(aims: Aims) -> object:
    with socket.create_server(("", 0)) as server:
        return server.getsockname()


@attack()
def send_a_datagram(aims: Aims) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        return udp.sendto(b"secret", ("127.0.0.1", aims.port))


@attack()
def make_a_socket_of_ipv6(aims: Aims) -> object:
    return socket.socket(socket.AF_INET6)


@attack()
def take_an_abstract_name(aims: Aims) -> object:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0escape-{os.getpid()}")
        return True


@attack()
def connect_to_an_abstract_name(aims: Aims) -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"\0escape-{aims.port}")
        return True


@attack()
def make_a_pair_of_sockets(aims: Aims) -> object:
    return socket.socketpair()


@attack()
def ask_the_kernel_for_routes(aims: Aims) -> object:
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


@attack(Real.ROOT)
def make_a_raw_socket(aims: Aims) -> object:
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@attack(Real.SOMEWHERE)
def listen_to_all_packets(aims: Aims) -> object:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


@attack(Real.SOMEWHERE)
def talk_to_the_machine_around(aims: Aims) -> object:
    return socket.socket(socket.AF_VSOCK)


@attack(Real.SOMEWHERE)
def talk_to_the_kernels_ciphers(aims: Aims) -> object:
    return socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)


@attack()
def hand_over_a_descriptor(aims: Aims) -> object:
    message = _Message(CHANNEL)
    return message.send()


@attack()
def ask_who_listens(aims: Aims) -> object:
    said, size = (ctypes.c_int * 3)(), ctypes.c_uint(12)
    libc("getsockopt", CHANNEL, socket.SOL_SOCKET, socket.SO_PEERCRED, ctypes.byref(said), ctypes.byref(size))
    return True


@attack()
def enlarge_the_channel(aims: Aims) -> object:
    size = ctypes.c_int(1 << 20)
    libc("setsockopt", CHANNEL, socket.SOL_SOCKET, socket.SO_SNDBUF, ctypes.byref(size), 4)
    return True


@attack()
def shut_the_channel_for_one_direction(aims: Aims) -> object:
    libc("shutdown", CHANNEL, socket.SHUT_RD)
    return True


@attack()
def share_memory(aims: Aims) -> object:
    return libc("shmctl", libc("shmget", 0, 4096, 0o1600), 0, None) == 0


@attack()
def make_a_queue(aims: Aims) -> object:
    return libc("msgctl", libc("msgget", 0, 0o1600), 0, None) == 0


@attack()
def make_a_semaphore(aims: Aims) -> object:
    return libc("semctl", libc("semget", 0, 1, 0o1600), 0, 0, None) == 0


@attack(Real.SOMEWHERE)
def make_a_posix_queue(aims: Aims) -> object:
    name = f"/escape-{os.getpid()}".encode()
    libc("mq_open", name, os.O_CREAT, 0o600, None)
    return libc("mq_unlink", name) == 0


@attack(Real.SOMEWHERE, machine=X86_64)
def keep_a_key(aims: Aims) -> object:
    return syscall(248, b"user", b"escape", b"secret", 6, ctypes.c_long(-2))


class _Message:
    """struct msghdr with one descriptor beside a word; Python's own is for its sockets, and needs one made."""

    def __init__(self, descriptor: int) -> None:
        self._word = ctypes.create_string_buffer(b"worked", 6)
        rights = array.array("i", [descriptor]).tobytes()
        control = (16 + len(rights)).to_bytes(8, "little") + bytes((1, 0, 0, 0, 1, 0, 0, 0)) + rights
        self._control = ctypes.create_string_buffer(control.ljust(24, b"\0"), 24)
        self._vector = (ctypes.c_uint64 * 2)(ctypes.addressof(self._word), 6)
        vector, given = ctypes.addressof(self._vector), ctypes.addressof(self._control)
        self._header = (ctypes.c_uint64 * 7)(0, 0, vector, 1, given, 24, 0)

    def send(self) -> bool:
        return libc("sendmsg", CHANNEL, ctypes.byref(self._header), 0) == 6
