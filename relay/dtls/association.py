"""One end of a DTLS association, over OpenSSL with memory in place of a socket."""

from collections.abc import Sequence

from OpenSSL import SSL

from relay.dtls.limits import MAX_DATAGRAM_BYTES, MTU_BYTES
from relay.dtls.records import APPLICATION_DATA, is_one_record, packed, singly

#: What a record adds to a packet, and some room: to ask for less than is there would tear the records after it.
_RECORD_ROOM_BYTES = 64
_READ_BYTES = 16 * 1024


class Ended(Exception):
    """The other end has closed, or the handshake has failed. The text says why; what is unsent may still be sent."""


class Association:
    """Sealed datagrams to and from one other end. What was not written by it comes to nothing."""

    __slots__ = ("_connection", "established", "quiet")

    def __init__(self, context: SSL.Context) -> None:
        self._connection = SSL.Connection(context, None)
        self._connection.set_ciphertext_mtu(MTU_BYTES)
        #: Packets can be sealed, and opened.
        self.established = False
        #: What came last called for no answer: nothing is unsent.
        self.quiet = False

    def listen(self, hello: bytes) -> None:
        """Be the server of the client that sent this hello, whose cookie has been found good.

        Raises:
            Ended: there is nothing that both ends can agree on.
        """
        self._connection.set_accept_state()
        self._connection.bio_write(hello)
        try:
            self._connection.DTLSv1_listen()
        except SSL.Error as error:
            raise Ended(f"the hello was not understood: {error}") from None
        self._shake_hands()

    def call(self) -> None:
        """Be the client, and greet."""
        self._connection.set_connect_state()
        self._shake_hands()

    def open_untrusted(self, datagram: bytes) -> list[bytes]:
        """Take a datagram of the other end, give the packets that were sealed in it; there may be ``unsent`` ones now.

        Raises:
            Ended: the other end has closed, or the handshake has failed.
        """
        self._connection.bio_write(datagram)
        self.quiet = self.established and is_one_record(datagram, APPLICATION_DATA)
        if self.quiet:  # As it mostly is. To ask for a second packet in vain would cost as much as the first.
            packet = self._packet()
            return [packet] if packet else []
        if not self.established:
            self._shake_hands()
        return self._packets() if self.established else []

    def seal(self, packet: bytes) -> bytes:
        """Make the datagram of a packet.

        Raises:
            Ended: the association is over, or not there yet.
        """
        return self.seal_all((packet,))[0]

    def seal_all(self, packets: Sequence[bytes]) -> list[bytes]:
        """Make the datagrams of packets, one of each; it costs less than one by one.

        Raises:
            Ended: the association is over, or not there yet.
        """
        send, most = self._connection.send, 0
        try:
            for packet in packets:
                send(packet)
                most += len(packet) + _RECORD_ROOM_BYTES
            return singly(self._connection.bio_read(most))
        except SSL.Error as error:
            raise Ended(f"nothing can be sealed: {error}") from None

    def unsent(self) -> list[bytes]:
        """Give the datagrams of the handshake, and alerts, that are to be sent now."""
        records = []
        try:
            while True:
                records.append(self._connection.bio_read(_READ_BYTES))
        except SSL.WantReadError:
            return packed(b"".join(records))

    def due_seconds(self) -> float | None:
        """Say how soon, by the clock of this machine, ``resend`` is due; None where nothing is waited for."""
        return None if self.established else self._connection.DTLSv1_get_timeout()

    def resend(self) -> None:
        """Make what was sent last unsent again, if the other end has had its time to answer.

        Raises:
            Ended: it was sent often enough.
        """
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error as error:
            raise Ended(f"no answer to the handshake: {error}") from None

    def close(self) -> None:
        """Make a goodbye unsent. Harmless at any time."""
        try:
            self._connection.shutdown()
        except SSL.Error:  # There is nobody to say it to.
            pass

    def _shake_hands(self) -> None:
        try:
            self._connection.do_handshake()
            self.established = True
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            raise Ended(f"the handshake failed: {error}") from None

    def _packets(self) -> list[bytes]:
        packets: list[bytes] = []
        while packet := self._packet():
            packets.append(packet)
        return packets

    def _packet(self) -> bytes:
        """Give what was sealed in the next record; nothing where there is none, or where it is not of the other end."""
        try:
            return self._connection.recv(MAX_DATAGRAM_BYTES)
        except SSL.WantReadError:
            return b""
        except SSL.Error as error:
            raise Ended(f"closed by the other end: {error}") from None
