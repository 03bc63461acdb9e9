"""What a login is told of the fast channel."""


class FastOffer:
    """Of one worker. It may change, and counts for the logins after that."""

    __slots__ = ("ca_cert", "port")

    def __init__(self, port: int = 0, ca_cert: bytes = b"") -> None:
        #: Where players may send datagrams; 0 says that they may not.
        self.port = port
        #: Whom they are to trust there, as PEM; empty where datagrams are plain.
        self.ca_cert = ca_cert
