"""What systemd is told of this service, where it asked for that (``Type=notify``)."""

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Tell the service manager, if there is one, that the state has changed: ``READY=1``, ``STOPPING=1``."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    # sd_notify(3): a name that begins with @ lies in the abstract namespace. Nobody waits for what is told there.
    target = "\0" + address[1:] if address[0] == "@" else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as telling, suppress(OSError):
        telling.sendto(state.encode(), target)
