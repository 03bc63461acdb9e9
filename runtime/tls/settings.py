"""Settings of TLS."""

import socket
from ipaddress import ip_address
from pathlib import Path

from session.values import value

#: Nobody connects to these.
_NO_NAMES = ("", "0.0.0.0", "::")
#: An address that is nobody's (RFC 5737).
_ELSEWHERE = ("192.0.2.1", 9)


@value
class TlsSettings:
    """Whether players connect by TLS, and which certificate they are shown; without files, one of our own authority."""

    enabled: bool = False
    #: PEM: the server's certificate, and behind it those above it.
    certificate: Path | None = None
    key: Path | None = None
    #: What else players call this server, besides its ``host``: names and addresses, with commas between them.
    names: str = ""


def own_names(settings: TlsSettings, host: str, address: str) -> tuple[str, ...]:
    """All names that a certificate of our own is to have: those that are set, and those of this machine."""
    told = [name.strip() for name in settings.names.split(",")]
    machine = socket.gethostname()
    here = ["localhost", "127.0.0.1", "::1", machine if machine.isascii() else ""]
    outward = _outward_address() if host in _NO_NAMES else host
    return tuple(dict.fromkeys(canonical(name) for name in (*told, address, outward, *here) if name not in _NO_NAMES))


def canonical(name: str) -> str:
    """Write an address as a certificate gives it back, without the interface that it belongs to; a name as it is."""
    try:
        return str(ip_address(name.partition("%")[0]))
    except ValueError:
        return name


def _outward_address() -> str:
    """The address that this machine has in its network, by asking the system for the way out; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])
