"""The session's methods by the names that GameLift's scripts call them by, in snake case and with their meanings.

A script that was ported goes on with them; new ones say the same with fewer words. A group of -1 is everybody.
"""

from sandbox.script.log import Log
from sandbox.script.messages import GameSession, Message, ScriptMessage
from sandbox.script.payloads import payload_bytes
from sandbox.script.player import Player
from sandbox.script.side import Side, recipients, sender_id, whole_number
from session.commands import Broadcast, BroadcastMembership, SendMessage
from session.values import EVERYBODY, NOBODY, SERVER, GroupId


class GameLiftNames:
    """GameLift's thirteen methods of a session; a message is one made by ``new_..._game_message``, or a player's."""

    __slots__ = ()

    _side: Side
    game_session: GameSession
    log: Log

    def get_players(self) -> dict[int, Player]:
        """The players who are here by peer id, in order of arrival."""
        return {player.peer_id: player for player in self._side.roster.players}

    def get_server_id(self) -> int:
        """The peer id of the server: -1."""
        return SERVER

    def get_all_players_group_id(self) -> int:
        """The group of everybody: -1."""
        return EVERYBODY

    def get_game_session_id(self) -> str:
        """The id of the game session."""
        return self.game_session.id

    def get_logger(self) -> Log:
        """The log of the game session."""
        return self.log

    def new_text_game_message(self, op_code: int, sender: object, payload: object) -> ScriptMessage:
        """Make a message of text; as ``sender`` clients see the server, a peer id or a player."""
        return ScriptMessage(whole_number(op_code, "an op code"), sender_id(sender), payload_bytes(payload))

    def new_binary_game_message(self, op_code: int, sender: object, payload: object) -> ScriptMessage:
        """Make a message of bytes, or of a list of numbers from 0 to 255."""
        octets = bytes(payload) if isinstance(payload, list | tuple) else payload
        return self.new_text_game_message(op_code, sender, octets)

    def send_message(self, message: Message | ScriptMessage, target_player: object) -> None:
        """Send a message to a player, or to several, unreliably."""
        self._send(message, target_player, reliable=False)

    def send_reliable_message(self, message: Message | ScriptMessage, target_player: object) -> None:
        """Send a message to a player, or to several, reliably."""
        self._send(message, target_player, reliable=True)

    def send_group_message(self, message: Message | ScriptMessage, target_group: int) -> None:
        """Send a message to all members of a group, unreliably."""
        self._broadcast(message, target_group, reliable=False)

    def send_reliable_group_message(self, message: Message | ScriptMessage, target_group: int) -> None:
        """Send a message to all members of a group, reliably."""
        self._broadcast(message, target_group, reliable=True)

    def broadcast_group_membership_update(self, group_id_to_broadcast: int, target_group_id: int) -> None:
        """Tell the members of the target group who is in a group."""
        self._side.wish(BroadcastMembership(any_group(group_id_to_broadcast), any_group(target_group_id)))

    def process_ending(self) -> None:
        """End the game session; what was sent before is delivered, nothing runs after this call."""
        self._side.end("")

    def _send(self, message: Message | ScriptMessage, to: object, *, reliable: bool) -> None:
        said = _message(message)
        self._side.wish(SendMessage(recipients(to), said.op_code, said.payload, sender_id(said.sender), reliable))

    def _broadcast(self, message: Message | ScriptMessage, group: int, *, reliable: bool) -> None:
        said = _message(message)
        command = Broadcast(any_group(group), NOBODY, said.op_code, said.payload, sender_id(said.sender), reliable)
        self._side.wish(command)


def any_group(group: object) -> GroupId:
    """Take a group; None and -1 are everybody. Raises TypeError or ValueError."""
    return EVERYBODY if group is None or group == EVERYBODY else GroupId(whole_number(group, "a group"))


def _message(given: object) -> Message | ScriptMessage:
    if not isinstance(given, Message | ScriptMessage):
        raise TypeError(f"a message comes from session.new_text_game_message, a {type(given).__name__} is none")
    return given
