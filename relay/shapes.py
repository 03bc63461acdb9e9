"""Shapes: what a peer's next message of the game most probably looks like, so that it need not be parsed once more.

A message has the shape of an earlier one if it is as long as that one and begins with the same bytes, up to the payload
at its end. Only a packet has a shape that protobuf's own writer would write byte for byte: nothing in it is there
twice, unknown or out of order, and the payload's field is the last. So all that the bytes before the payload can say
has been read once by the parser whose reading counts; a look at a few bytes alone could be fooled.
"""

from relay.codec import decode_untrusted
from relay.delimited import parsed_untrusted, varint
from session.packets import GameMessage, Packet
from session.values import GroupId, PeerId, value

#: So many shapes are kept for a peer, one for each length; one more, and they are learnt anew.
MAX_SHAPES = 16


@value
class Shape:
    """``head``: the message up to its payload; its packet begins at ``start``."""

    head: bytes
    start: int
    op_code: int
    target_player: PeerId
    target_group: GroupId
    reliable: bool


class Decoder:
    """Decodes one peer's messages, exactly as ``decode_untrusted`` does."""

    __slots__ = ("_shapes",)

    def __init__(self) -> None:
        #: By the length of the message.
        self._shapes: dict[int, Shape] = {}

    def decode_untrusted(self, message: bytes) -> Packet:
        """Decode one message.

        Raises:
            BadPacket: it is not a packet, or its parts do not go together.
        """
        shape = self._shapes.get(len(message))
        if shape is not None and message.startswith(shape.head):
            return GameMessage(
                shape.op_code,
                message[len(shape.head) :],
                shape.target_player,
                shape.target_group,
                shape.reliable,
                message[shape.start :],
            )
        packet = decode_untrusted(message)
        if type(packet) is GameMessage:
            self._learn(message, packet)
        return packet

    def _learn(self, message: bytes, packet: GameMessage) -> None:
        """Keep the shape of a message, if it has one."""
        wire, start = packet.wire, len(varint(len(packet.wire)))
        if start + len(wire) != len(message) or parsed_untrusted(wire).SerializeToString() != wire:
            return
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        head = message[: len(message) - len(packet.payload)]
        self._shapes[len(message)] = Shape(
            head, start, packet.op_code, packet.target_player, packet.target_group, packet.reliable
        )
