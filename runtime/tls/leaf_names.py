"""Room for names: a leaf of our own is small, so that the server's part of a handshake by DTLS fits one datagram.

The stock client keeps one datagram at a time while it shakes hands, and would lose the others.
"""

from collections.abc import Sequence
from ipaddress import ip_address

from session.values import value

#: What the names of a leaf may take of it. With so many the server's part is 1,150 bytes of 1,200, and hellos differ.
MAX_NAMES_BYTES = 400
#: The subject of a leaf has the first name, cut to so many characters.
MAX_COMMON_NAME_CHARACTERS = 64
#: A name has its kind and its length before it.
_KIND_BYTES = 2
_SHOWN = 3


@value
class LeafNames:
    """The names of a leaf, those that had no room in it, and what there is to be done about that; mostly nothing."""

    names: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    trouble: str = ""


def fitted(own: Sequence[str], others: Sequence[str]) -> LeafNames:
    """Give our own names, which a leaf has in any case, and as many of the others, the first first, as have room."""
    names, taken = list(own), names_bytes(own)
    if taken > MAX_NAMES_BYTES:
        return LeafNames(tuple(own), tuple(others), _too_many(taken))
    for at, name in enumerate(others):
        taken += _bytes(name)
        if taken > MAX_NAMES_BYTES:
            return LeafNames(tuple(names), tuple(others[at:]), _no_room(others[at:]))
        names.append(name)
    return LeafNames(tuple(names))


def names_bytes(names: Sequence[str]) -> int:
    """Say what names take of a leaf: each as a DNS name, addresses as such, too, and the first as the subject."""
    return sum(map(_bytes, names)) + len(names[0][:MAX_COMMON_NAME_CHARACTERS])


def _bytes(name: str) -> int:
    try:
        address = len(ip_address(name).packed) + _KIND_BYTES
    except ValueError:
        address = 0
    return len(name) + _KIND_BYTES + address


def _too_many(taken: int) -> str:
    return (
        f"the names of this server take {taken:,} bytes of its own certificate, and {MAX_NAMES_BYTES} have room: "
        "its part of the fast channel's handshake is more than one datagram, and stock clients will mostly play by "
        "WebSocket alone. Keep to fewer in tls.names"
    )


def _no_room(left_out: Sequence[str]) -> str:
    shown, more = ", ".join(left_out[:_SHOWN]), len(left_out) - _SHOWN
    return (
        f"the certificate of the fast channel has no room for {len(left_out):,} of the names of tls.certificate "
        f"({shown}{f' and {more:,} more' if more > 0 else ''}): who connects by one of them plays by WebSocket alone. "
        "Write the names that players call into tls.names"
    )
