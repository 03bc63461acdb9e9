"""What the heart knows of the script: which questions it wants to be asked."""

from session import callbacks as asks
from session.callbacks import Callback
from session.hearing import Heard
from session.packets import GameMessage, JoinGroup, LeaveGroup
from session.values import SERVER, PeerId

#: Questions that are put to every script, whatever functions it has: its side keeps what is known of the game session,
#: the players, groups and timers.
TOLD = frozenset(
    {
        asks.OnGameSessionUpdated,
        asks.OnPlayerConnect,
        asks.OnPlayerDisconnect,
        asks.OnPlayerJoinGroup,
        asks.OnPlayerLeaveGroup,
        asks.OnTimer,
    }
)


class Script:
    """The script of a game session; ``functions`` are the names of those it has, None where there is no script."""

    def __init__(self, functions: frozenset[str] | None) -> None:
        self._wanted: frozenset[type[Callback]] = frozenset() if functions is None else _wanted(functions)

    def wants(self, question: Callback) -> bool:
        """Say whether it is to be asked this."""
        return type(question) in self._wanted

    def question(self, peer: PeerId, packet: Heard) -> Callback | None:
        """Give what it is to be asked about a packet; of a message, only if it has the function for it."""
        if type(packet) is GameMessage:
            return self._about(peer, packet) if self._wanted else None
        match packet:
            case JoinGroup(group):
                return asks.OnPlayerJoinGroup(peer, group)
            case LeaveGroup(group):
                return asks.OnPlayerLeaveGroup(peer, group)
        return None

    def _about(self, peer: PeerId, message: GameMessage) -> Callback | None:
        target, group = message.target_player, message.target_group
        said = peer, message.op_code, message.payload, message.reliable
        if target == SERVER:
            return asks.OnMessage(*said) if asks.OnMessage in self._wanted else None
        if target:
            return asks.OnSendToPlayer(*said, target) if asks.OnSendToPlayer in self._wanted else None
        return asks.OnSendToGroup(*said, group) if asks.OnSendToGroup in self._wanted else None

    def gone(self) -> None:
        """It is asked nothing any more."""
        self._wanted = frozenset()


def _wanted(functions: frozenset[str]) -> frozenset[type[Callback]]:
    """Give the questions that a script with these functions is asked."""
    named = {question for question, name in asks.NAMES.items() if name in functions}
    within = {question for name, question in asks.WITHIN.items() if name in functions}
    return TOLD | named | within
