"""What a client is told: the values that its iterator yields, and how a connection ended."""

import json
from typing import Any

from session.values import GroupId, PeerId, Recipients, value


@value
class Message:
    """A message of the game. ``sender`` is a peer id, or -1 for the server."""

    sender: PeerId
    op_code: int
    payload: bytes = b""

    @property
    def text(self) -> str:
        """The payload as UTF-8 text; what is none becomes U+FFFD."""
        return self.payload.decode("utf-8", "replace")

    def json(self) -> Any:  # What JSON holds is known to the game alone.
        """Read the payload as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.payload)


@value
class GroupMembership:
    """Who is in a group now; ``sender`` is the peer whose doing it is (-1: the server)."""

    group: GroupId
    players: Recipients
    sender: PeerId


Event = Message | GroupMembership


@value
class Closed:
    """How a connection ended: a WebSocket close code (1006: it broke without one) and a reason for people to read."""

    code: int
    reason: str
