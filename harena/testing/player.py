"""A player without a network: what it says becomes bytes, and what it is told was bytes."""

from collections.abc import Callable

from harena.testing.seen import Seen, Words
from relay.client_codec import (
    FromServer,
    LoginResult,
    encode_join_group,
    encode_leave_group,
    encode_message,
    encode_payload,
    encode_request_group_membership,
)
from relay.client_events import GroupMembership, Message
from session.farewells import Farewell
from session.values import MAX_PAYLOAD_BYTES, NO_GROUP, NOBODY, SERVER, GroupId, PeerId, Recipients, value


class NotConnected(Exception):
    """A player was made to speak that is not in the game: refused, kicked, gone, or the game is over."""


@value
class Channel:
    """A player's line to the game session: bytes go by ``say``, and ``close`` hangs up.

    ``troubles`` tells what went wrong in the game session so far, for a test that misses something.
    """

    say: Callable[[bytes], None]
    close: Callable[[], None]
    troubles: Callable[[], str]


class FakePlayer:
    """A player in a test. All that the server tells it is in ``inbox`` (messages) and ``memberships`` (groups)."""

    def __init__(self, player_id: str, peer_id: PeerId, channel: Channel) -> None:
        self.player_id = player_id
        #: The number on the wire; new with each login.
        self.peer_id = peer_id
        #: The messages that came, oldest first; found by op code.
        self.inbox: Seen[Message, int] = Seen(
            Words(f"message to {player_id}", "op code"), lambda message: message.op_code, channel.troubles
        )
        #: The members of each group, by peer id, as this player was told last.
        self.memberships: dict[int, Recipients] = {}
        #: Whether the login was accepted.
        self.accepted = False
        #: Whether the player is connected still.
        self.connected = True
        #: Why the server closed the connection: a code and a reason. None while it lasts, and after ``leave``.
        self.closed: Farewell | None = None
        self._channel = channel
        self._datagrams = 0

    @property
    def refused(self) -> str | None:
        """Why the login was refused, as the player is told; None if it was not."""
        return self.closed.reason if self.closed and not self.accepted else None

    @property
    def groups(self) -> tuple[int, ...]:
        """The groups that the player is in, as far as it was told, lowest first; everybody's is not among them."""
        return tuple(sorted(group for group, members in self.memberships.items() if group > 0 and self._in(members)))

    def send(
        self,
        op_code: int,
        payload: object = b"",
        *,
        to: "FakePlayer | int | None" = None,
        group: int | None = None,
        reliable: bool = True,
    ) -> None:
        """Send a message to the server, or to a player, or to a group (-1: everybody).

        A payload is bytes, text (sent as UTF-8), or anything else as JSON. What is not ``reliable`` arrives all the
        same, but says so.

        Raises:
            ValueError: the op code is not above 0, the payload has over 4,096 bytes, or ``to`` and ``group`` are both
                there.
            TypeError: the payload is nothing that JSON knows.
            NotConnected: the player is not in the game.
        """
        encoded = encode_payload(payload)
        if op_code <= 0:
            raise ValueError(f"op code {op_code} is the protocol's; the game's are above 0")
        if len(encoded) > MAX_PAYLOAD_BYTES:
            raise ValueError(f"a payload has at most {MAX_PAYLOAD_BYTES} bytes, not {len(encoded)}")
        if to is not None and group is not None:
            raise ValueError("a message goes to a player or to a group, not to both")
        target = (_peer(to), NO_GROUP) if group is None else (NOBODY, GroupId(group))
        self._say(encode_message(op_code, encoded, self.peer_id, *target, None if reliable else self._next_datagram()))

    def join_group(self, group: int) -> None:
        """Ask to be in a group; the members are told if the script allows it. Raises NotConnected."""
        self._say(encode_join_group(GroupId(group), self.peer_id))

    def leave_group(self, group: int) -> None:
        """Ask to be in a group no longer. Raises NotConnected."""
        self._say(encode_leave_group(GroupId(group), self.peer_id))

    def request_group_membership(self, group: int) -> None:
        """Ask who is in a group (-1: everybody); the answer is in ``memberships``. Raises NotConnected."""
        self._say(encode_request_group_membership(GroupId(group), self.peer_id))

    def leave(self) -> None:
        """Close the connection; harmless where it is closed already."""
        if self.connected:
            self.connected = False
            self._channel.close()

    def told(self, event: FromServer) -> None:
        """Take what the game session sends; the game calls this."""
        match event:
            case Message():
                self.inbox.append(event)
            case GroupMembership(group, players):
                self.memberships[group] = players
            case LoginResult(success):
                self.accepted = success

    def dismissed(self, farewell: Farewell) -> None:
        """Take the game session's last word; the game calls this."""
        self.connected, self.closed = False, farewell

    def _in(self, members: Recipients) -> bool:
        return self.peer_id in members

    def _next_datagram(self) -> int:
        self._datagrams += 1
        return self._datagrams - 1

    def _say(self, data: bytes) -> None:
        if not self.connected:
            why = f"{self.closed.code.value} {self.closed.reason}" if self.closed else "it has left"
            raise NotConnected(f"{self.player_id} cannot speak: {why}")
        self._channel.say(data)

    def __repr__(self) -> str:
        state = "" if self.connected else ", not connected"
        return f"<{self.player_id}, peer {self.peer_id}{state}>"


def _peer(to: "FakePlayer | int | None") -> PeerId:
    if isinstance(to, FakePlayer):
        return to.peer_id
    return SERVER if to is None else PeerId(to)
