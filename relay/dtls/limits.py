"""What DTLS may take of a process, at each of its sockets."""

from session.values import value

#: The largest datagram that we send while shaking hands: it passes any network, and the whole answer to a hello fits.
MTU_BYTES = 1200
#: A longer datagram comes to nothing: a message of 1,200 bytes, its headers and the record around them are below it.
MAX_DATAGRAM_BYTES = 2048


@value
class DtlsLimits:
    """What all who knock at one socket by DTLS may take together; who is known by a login counts no more."""

    #: Who has proven nothing but an address. One more, and the one who has been here longest gives way.
    max_guests: int = 500
    #: How long a guest may take to finish the handshake and to say whose channel it is.
    guest_seconds: float = 20.0
    #: Handshakes that may begin in a second, and of those at once; each takes up to a millisecond of the processor.
    handshakes_per_second: int = 250
    handshakes_at_once: int = 100
    #: How long a cookie counts, and once more as long.
    cookie_seconds: float = 30.0
