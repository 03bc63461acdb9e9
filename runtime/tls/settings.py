"""Settings of TLS."""

import socket
from collections.abc import Sequence
from pathlib import Path

from session.values import value

#: Nobody connects to these.
_NO_NAMES = ("", "0.0.0.0", "::")


@value
class TlsSettings:
    """Whether players connect by TLS, and which certificate they are shown; without files, one of our own authority."""

    enabled: bool = False
    #: PEM: the server's certificate, and behind it those above it.
    certificate: Path | None = None
    key: Path | None = None
    #: What else players call this server, besides its ``host``: names and addresses, with commas between them.
    names: str = ""


def own_names(settings: TlsSettings, hosts: Sequence[str]) -> tuple[str, ...]:
    """All names that a certificate of our own is to have; ``hosts`` are those that other settings give this server."""
    told = [name.strip() for name in settings.names.split(",")]
    machine = socket.gethostname()
    here = ["localhost", "127.0.0.1", "::1", machine if machine.isascii() else ""]
    return tuple(dict.fromkeys(name for name in (*told, *hosts, *here) if name not in _NO_NAMES))
