"""The way out where a server cannot listen: what whoever starts it can do about it."""

import errno
import os
import socket

from relay.fast.channel import NoDatagrams

ROOM_FOR_ANOTHER = (
    "`harena status` tells whether a server runs already; --port, --http-port and --data make room for another"
)
ANOTHER_HOST = "--host is to be an address of this machine: 127.0.0.1 for it alone, 0.0.0.0 for all of its networks"
HIGHER_PORTS = "ports below 1024 are the system's: --port and --http-port name higher ones"

ANOTHER_UDP_PORT = (
    "another program has that port for UDP, as those have 1900 that look for devices nearby (SSDP); take another "
    "`port`, or do without: fast.enabled = false"
)

_WAYS_OUT = {errno.EADDRINUSE: ROOM_FOR_ANOTHER, errno.EADDRNOTAVAIL: ANOTHER_HOST, errno.EACCES: HIGHER_PORTS}


def cannot_listen(error: OSError) -> str:
    """What to do where an address cannot be listened at; "" where that is not known."""
    return ANOTHER_HOST if isinstance(error, socket.gaierror) else _WAYS_OUT.get(error.errno or 0, "")


def players_cannot_come(error: OSError, address: str) -> tuple[str, str]:
    """Say in a sentence that players are not listened for at an address, and why; then what to do, or ""."""
    # asyncio puts a sentence of its own in the place of the system's, but keeps the number.
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    if not isinstance(error, NoDatagrams):
        return f"players cannot connect to {address}: {why}", cannot_listen(error)
    hint = ANOTHER_UDP_PORT if error.errno == errno.EADDRINUSE else ""
    return f"players cannot send datagrams to {address} (UDP): {why}", hint
