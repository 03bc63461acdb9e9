"""Ways back: who sent a datagram hears the answer only from the address that it was sent to.

A socket that is bound to all addresses of a machine would answer from the one that the system likes best. So there the
kernel is asked to say where a datagram came to (ip(7), ipv6(7)), and told the same of the answer.
"""

import socket
import struct
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Protocol

from relay.acceptor import Address
from relay.fast.line import Outlet

#: Of <linux/in.h>; the number stands for what is asked and for what is said.
IP_PKTINFO = 8
#: What the kernel says of one datagram: an index and an address of IPv6, or less.
SAID_BYTES = socket.CMSG_SPACE(20)
#: A machine has fewer addresses that players know. Who calls another one is answered from whichever the system likes.
MAX_WAYS = 64

#: What is told to the kernel beside a datagram, as ``socket.sendmsg`` takes it.
Beside = tuple[tuple[int, int, bytes], ...]


class Sender(Outlet, Protocol):
    """What a way needs of its socket."""

    def send_beside(self, address: Address, datagrams: Sequence[bytes], beside: Beside) -> None:
        """Send datagrams to one address, and tell the kernel something beside each."""


class Way:
    """Sends from one address of a socket that has all."""

    __slots__ = ("_beside", "_sender")

    def __init__(self, sender: Sender, beside: Beside) -> None:
        self._sender = sender
        self._beside = beside

    def send(self, address: Address, datagrams: Sequence[bytes]) -> None:
        """Send datagrams to one address."""
        self._sender.send_beside(address, datagrams, self._beside)


class Ways:
    """Those of one socket, by what the kernel has said."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._ways: dict[Beside, Outlet] = {}

    def back(self, said: Sequence[tuple[int, int, bytes]]) -> Outlet:
        """Give the way back of a datagram."""
        beside = tuple(_told(*one) for one in said)
        way = self._ways.get(beside)
        if way is None:
            if len(self._ways) >= MAX_WAYS:
                return self._sender
            way = self._ways[beside] = Way(self._sender, beside)
        return way


def has_all_addresses(bound: socket.socket) -> bool:
    """Say whether a socket is bound to all addresses of the machine; then the kernel says of each datagram which."""
    if not ip_address(bound.getsockname()[0]).is_unspecified:
        return False
    if bound.family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        bound.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    return True


def _told(level: int, kind: int, said: bytes) -> tuple[int, int, bytes]:
    """Give the same address back, and leave the interface to the system: the way back may be another one."""
    if level == socket.IPPROTO_IPV6:
        return level, kind, struct.pack("=16si", said[:16], 0)
    return level, kind, struct.pack("=i4s4s", 0, said[4:8], b"")
