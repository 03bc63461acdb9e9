"""Hearing: what of a packet is wrong by itself, whoever sent it and whoever is there."""

from session.effects import Drop
from session.packets import GameMessage, JoinGroup, LeaveGroup, Packet, RequestGroupMembership
from session.values import EVERYBODY, MAX_PAYLOAD_BYTES, NO_GROUP

#: What a player may say.
Heard = GameMessage | JoinGroup | LeaveGroup | RequestGroupMembership


def heard(packet: Packet) -> Heard | Drop:
    """Give a packet that is in order, or why it comes to nothing."""
    if type(packet) is GameMessage:  # The most frequent by far.
        if len(packet.payload) > MAX_PAYLOAD_BYTES:
            return Drop.PAYLOAD_TOO_LARGE
        return packet if packet.target_player or packet.target_group else Drop.NO_TARGET
    match packet:
        case JoinGroup(group) | LeaveGroup(group):
            return packet if group > NO_GROUP else Drop.NO_SUCH_GROUP
        case RequestGroupMembership(group):
            return packet if group > NO_GROUP or group == EVERYBODY else Drop.NO_SUCH_GROUP
    return Drop.UNKNOWN_OP_CODE
