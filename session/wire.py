"""What the heart needs of a wire: packets as bytes, encoded once whoever gets them."""

from typing import Protocol

from session.packets import GameMessage
from session.values import GroupId, PeerId, Recipients


class Wire(Protocol):
    """Encodes what peers are sent. Each result is one whole packet, ready to be framed."""

    def login_result(self, peer: PeerId, success: bool, connect_token: str = "") -> bytes:
        """Encode the answer to a login; the token proves elsewhere that this client is the peer."""

    def forwarded(self, message: GameMessage, sender: PeerId) -> bytes:
        """Encode a peer's message for others: as it was, but from its real sender."""

    def message(self, op_code: int, payload: bytes, sender: PeerId, reliable: bool) -> bytes:
        """Encode a message of the script."""

    def group_membership_update(self, group: GroupId, members: Recipients, sender: PeerId) -> bytes:
        """Encode who is in a group; ``sender`` is the peer whose doing it is."""
