"""Shapes: what a peer's next message of the game most probably looks like, so that it need not be parsed once more.

A message has the shape of an earlier one if it is as long as that one and begins with the same bytes, up to the payload
at its end. Only a packet has a shape that protobuf's own writer would write byte for byte: nothing in it is there
twice, unknown or out of order, and the payload's field is the last. So all that the bytes before the payload can say
has been read once by the parser whose reading counts; a look at a few bytes alone could be fooled.
"""

from relay import packet_pb2
from relay.codec import judged_untrusted
from relay.delimited import first_packet_untrusted, parsed_untrusted, varint
from session.packets import GameMessage, Packet
from session.values import GroupId, PeerId, value

#: So many lengths are remembered of a peer's messages; one more, and all are forgotten.
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
    """Decodes one peer's messages, exactly as ``decode_untrusted`` does.

    A shape is learnt from the second message of a length: who never says the same twice pays next to nothing for it.
    """

    __slots__ = ("_shapes",)

    def __init__(self) -> None:
        #: By the length of the message; None where one message had that length.
        self._shapes: dict[int, Shape | None] = {}

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
        wire = first_packet_untrusted(message)
        parsed = parsed_untrusted(wire)
        packet = judged_untrusted(parsed, wire)
        if type(packet) is GameMessage:
            self._learn(message, packet, parsed)
        return packet

    def _learn(self, message: bytes, packet: GameMessage, parsed: packet_pb2.Packet) -> None:
        """Remember the length of a message, and its shape if that length came before."""
        length = len(message)
        if length in self._shapes:
            self._shapes[length] = _shape(message, packet, parsed)
            return
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        self._shapes[length] = None


def _shape(message: bytes, packet: GameMessage, parsed: packet_pb2.Packet) -> Shape | None:
    """Give the shape of a message, None where it has none."""
    wire, start = packet.wire, len(varint(len(packet.wire)))
    if start + len(wire) != len(message) or parsed.SerializeToString() != wire:
        return None
    head = message[: len(message) - len(packet.payload)]
    return Shape(head, start, packet.op_code, packet.target_player, packet.target_group, packet.reliable)
