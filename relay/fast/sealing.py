"""A socket behind DTLS: what comes is opened, what is sent is sealed."""

from collections.abc import Sequence

from OpenSSL import SSL

from relay.acceptor import Address
from relay.dtls.engine import DtlsEngine, Reply
from relay.dtls.limits import DtlsLimits
from relay.fast.line import Outlet


class SealedOutlet:
    """Sends to those who have an association by this socket, and to nobody else."""

    def __init__(self, outlet: Outlet, context: SSL.Context, limits: DtlsLimits) -> None:
        self.engine = DtlsEngine(context, limits)
        self._outlet = outlet

    def send(self, address: Address, datagrams: Sequence[bytes]) -> None:
        """Seal datagrams and send them; nothing is sent where there is no association."""
        sealed = self.engine.seal(address, datagrams)
        if sealed:
            self._outlet.send(address, sealed)

    def reply(self, reply: Reply) -> None:
        """Send what is the engine's own."""
        self._outlet.send(reply.address, (reply.datagram,))

    def end(self, address: Address) -> None:
        """Say goodbye to an address, and forget it."""
        self._outlet.send(address, self.engine.end(address))
