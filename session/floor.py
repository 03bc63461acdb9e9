"""The floor: who plays, in which groups, and what each is sent. All rules of routing are here."""

from session.callbacks import PlayerFacts
from session.commands import Broadcast, BroadcastMembership, SendMessage
from session.effects import Disconnect, Dropped, Effects, Send
from session.farewells import Farewell
from session.groups import Groups
from session.packets import GameMessage
from session.peer import Peer
from session.routes import Route, Routes
from session.values import EVERYBODY, MAX_FAST_PAYLOAD_BYTES, NOBODY, SERVER, GroupId, PeerId, Recipients
from session.wire import Wire


class Floor:
    """The players who were accepted, from that moment until their leaving is at the head of the queue."""

    __slots__ = ("_groups", "_routes", "_wire", "players")

    def __init__(self, wire: Wire, echo: bool) -> None:
        self._wire = wire
        self._groups = Groups()
        self._routes = Routes(self._groups, echo)
        self.players: dict[PeerId, Peer] = {}

    def admit(self, peer: Peer) -> Effects:
        """Take in a player and tell it so."""
        self.players[peer.id] = peer
        self._groups.join(EVERYBODY, peer.id)
        return [_to_one(peer.id, self._wire.login_result(peer.id, True, peer.connect_token))]

    def refuse(self, peer: Peer, farewell: Farewell) -> Effects:
        """Tell a peer that it may not play, and close its connection: the stock client waits for ever otherwise."""
        return [_to_one(peer.id, self._wire.login_result(peer.id, False)), Disconnect(peer.id, farewell)]

    def remove(self, peer: Peer) -> Effects:
        """Forget a player; the members of its groups are told."""
        effects: Effects = []
        del self.players[peer.id]
        self._groups.leave(EVERYBODY, peer.id)
        for group in sorted(peer.groups):
            effects += self.leave(peer, group, peer.id)
        return effects

    def join(self, peer: Peer, group: GroupId, by: PeerId) -> Effects:
        """Make a player a member. All members are told; where it was one already, the player alone."""
        if peer.id not in self.players:
            return []
        if not self._groups.join(group, peer.id):
            return self.tell_members(peer.id, group)
        peer.groups |= {group}
        return [self._membership(self._groups.members(group), group, by)]

    def leave(self, peer: Peer, group: GroupId, by: PeerId) -> Effects:
        """End a membership. The members who stay are told, and the player itself if it is still here."""
        left = self._groups.leave(group, peer.id)
        peer.groups -= {group}
        stay = self._groups.members(group) if left else ()
        told = (*stay, peer.id) if peer.id in self.players else stay
        return [self._membership(told, group, by)] if told else []

    def roster(self) -> tuple[PlayerFacts, ...]:
        """Give what is known of the players, in order of arrival."""
        here = ((peer.id, peer.seat) for peer in self.players.values())
        return tuple(PlayerFacts(peer, seat.player_id, seat.player_session_id, seat.player_data) for peer, seat in here)

    def memberships(self) -> tuple[tuple[GroupId, Recipients], ...]:
        """Give each group of the game's own with its members."""
        return self._groups.own()

    def tell_members(self, peer: PeerId, group: GroupId) -> Effects:
        """Tell one player who is in a group."""
        return [self._membership((peer,), group, peer)]

    def broadcast_members(self, command: BroadcastMembership) -> Effects:
        """Tell the members of a group who is in a group."""
        to = self._groups.members(command.to_group)
        return [self._membership(to, command.group, SERVER)] if to else []

    def pass_on(self, peer: Peer, message: GameMessage, payload: bytes | None) -> Effects:
        """Forward a player's message that may pass; ``payload`` is what a filter put in place of its own, or None."""
        if message.target_player == SERVER:
            return []
        route = self._routes.find(peer.id, message.target_player, message.target_group)
        if not isinstance(route, Route):
            return [Dropped(peer.id, route)]
        if payload is None:
            data = self._wire.forwarded(message, peer.id)
        else:
            data = self._wire.message(message.op_code, payload, peer.id, message.reliable)
        return [Send(route.to, route.but, data, message.reliable or _too_large(payload or message.payload))]

    def send(self, command: SendMessage) -> Effects:
        """Send the script's message to those of its recipients who are still here."""
        to = tuple(peer for peer in command.to if peer in self.players)
        return self._sent(command, to, NOBODY)

    def broadcast(self, command: Broadcast) -> Effects:
        """Send the script's message to a group."""
        return self._sent(command, self._groups.members(command.group), command.but)

    def _sent(self, command: SendMessage | Broadcast, to: Recipients, but: PeerId) -> Effects:
        if not to:
            return []
        data = self._wire.message(command.op_code, command.payload, command.sender, command.reliable)
        return [Send(to, but, data, command.reliable or _too_large(command.payload))]

    def _membership(self, to: Recipients, group: GroupId, by: PeerId) -> Send:
        return Send(to, NOBODY, self._wire.group_membership_update(group, self._groups.members(group), by), True)


def _to_one(peer: PeerId, data: bytes) -> Send:
    return Send((peer,), NOBODY, data, True)


def _too_large(payload: bytes) -> bool:
    """Say whether a payload is too large for the fast channel, whatever was wished."""
    return len(payload) > MAX_FAST_PAYLOAD_BYTES
