"""Callbacks: the questions that a script is asked, and what counts when it has no answer.

The names are those of the functions in a script. A question without such a function is not asked, and
permitted, as with GameLift. A question that the script fails to answer (it raised, ran out of a limit or died) has the
verdict of ``IF_SCRIPT_FAILS``: closed, wherever somebody might be let in or something let through.
"""

from collections.abc import Mapping
from dataclasses import replace

from session.values import GameSessionId, GroupId, PeerId, PlayerId, PlayerSessionId, Recipients, value


@value
class GameSessionFacts:
    """What is known of a game session; the script sees it as ``session.game_session``.

    ``properties`` are keys with their values; ``data`` and ``matchmaker_data`` are texts, "" where there are none.
    ``parameters`` are GameLift's launch parameters, which ``on_process_started`` alone is told.
    """

    id: GameSessionId
    name: str
    script: str
    version: int
    max_players: int
    properties: tuple[tuple[str, str], ...] = ()
    data: str = ""
    matchmaker_data: str = ""
    parameters: tuple[str, ...] = ()

    def updated(self, update: "OnGameSessionUpdated") -> "GameSessionFacts":
        """Give what is known of it after an update."""
        return replace(
            self,
            name=update.name,
            max_players=update.max_players,
            properties=update.properties,
            matchmaker_data=update.matchmaker_data or self.matchmaker_data,
        )

    def merged(
        self, name: str | None, max_players: int | None, properties: Mapping[str, str], matchmaker_data: str = ""
    ) -> "OnGameSessionUpdated":
        """Give the update that such changes come to: None stays; properties are added or changed, as with GameLift."""
        both = tuple({**dict(self.properties), **properties}.items())
        return OnGameSessionUpdated(name or self.name, max_players or self.max_players, both, matchmaker_data)


@value
class OnStartGameSession:
    """The game session starts; the first question of all. On no, which ``on_process_started`` may say, it does not."""

    game_session: GameSessionFacts


@value
class OnGameSessionUpdated:
    """The game session was updated from outside: all of it that can change, as it is now.

    Only ``matchmaker_data`` are "" where they stay: they are long, and change when backfill brings players.
    """

    name: str
    max_players: int
    properties: tuple[tuple[str, str], ...]
    matchmaker_data: str = ""


@value
class OnPlayerConnect:
    """A player logs in. On yes, ``on_player_accepted`` follows in the script at once, within the same question."""

    peer: PeerId
    player_id: PlayerId
    player_session_id: PlayerSessionId
    player_data: str
    payload: bytes


@value
class OnPlayerDisconnect:
    """A player has gone. For a peer that the script never accepted the answer comes without a call."""

    peer: PeerId


@value
class OnPlayerJoinGroup:
    """A client asks to be in a group."""

    peer: PeerId
    group: GroupId


@value
class OnPlayerLeaveGroup:
    """A client asks to be in a group no longer."""

    peer: PeerId
    group: GroupId


@value
class OnMessage:
    """A message to the server."""

    sender: PeerId
    op_code: int
    payload: bytes
    reliable: bool


@value
class OnSendToPlayer:
    """May this message pass to a player?"""

    sender: PeerId
    op_code: int
    payload: bytes
    reliable: bool
    target: PeerId


@value
class OnSendToGroup:
    """May this message pass to a group (-1: everybody)?"""

    sender: PeerId
    op_code: int
    payload: bytes
    reliable: bool
    group: GroupId


@value
class OnTick:
    """One step of the game's clock; ``dt`` in seconds."""

    dt: float


@value
class OnTimer:
    """Timers of the script are due; the script's side knows which."""


@value
class OnHealthCheck:
    """Is the script well? Asked every minute, as GameLift does."""


@value
class OnProcessTerminate:
    """The game session is ended from outside; time for a farewell."""


@value
class OnSnapshot:
    """The script's state is wanted, as a JSON value; its death may be survived with it."""


@value
class PlayerFacts:
    """What is known of a player who is here when a script is restored."""

    peer: PeerId
    player_id: PlayerId
    player_session_id: PlayerSessionId
    player_data: str


@value
class OnRestore:
    """A new sandbox takes the place of one that died; the first question to it.

    ``state`` is the latest snapshot as JSON in UTF-8; ``players`` are here, in order of arrival; ``groups`` have their
    members in order of joining.
    """

    game_session: GameSessionFacts
    state: bytes
    players: tuple[PlayerFacts, ...]
    groups: tuple[tuple[GroupId, Recipients], ...]
    accepting: bool


Callback = (
    OnStartGameSession
    | OnGameSessionUpdated
    | OnPlayerConnect
    | OnPlayerDisconnect
    | OnPlayerJoinGroup
    | OnPlayerLeaveGroup
    | OnMessage
    | OnSendToPlayer
    | OnSendToGroup
    | OnTick
    | OnTimer
    | OnHealthCheck
    | OnProcessTerminate
    | OnSnapshot
    | OnRestore
)

#: The function in a script that answers each question. The timers' functions have names of the author's choosing.
NAMES: dict[type[Callback], str] = {
    OnStartGameSession: "on_start_game_session",
    OnGameSessionUpdated: "on_game_session_updated",
    OnPlayerConnect: "on_player_connect",
    OnPlayerDisconnect: "on_player_disconnect",
    OnPlayerJoinGroup: "on_player_join_group",
    OnPlayerLeaveGroup: "on_player_leave_group",
    OnMessage: "on_message",
    OnSendToPlayer: "on_send_to_player",
    OnSendToGroup: "on_send_to_group",
    OnTick: "on_tick",
    OnTimer: "timer",
    OnHealthCheck: "on_health_check",
    OnProcessTerminate: "on_process_terminate",
    OnSnapshot: "on_snapshot",
    OnRestore: "on_restore",
}

#: Called by the script's side itself, after ``on_player_connect`` has said yes.
ON_PLAYER_ACCEPTED = "on_player_accepted"
#: Called by the script's side itself, in this order, before ``on_start_game_session``: GameLift's way to begin.
INIT, ON_PROCESS_STARTED = "init", "on_process_started"

#: The question within which the script's side calls each function that no question of its own leads to.
WITHIN: dict[str, type[Callback]] = {
    INIT: OnStartGameSession,
    ON_PROCESS_STARTED: OnStartGameSession,
    ON_PLAYER_ACCEPTED: OnPlayerConnect,
}

#: The verdict where the script has failed to answer. What is no question of yes or no (a message, a tick, a farewell)
#: has happened all the same. A player who asked to leave a group stays in it, as if told no. A script that cannot be
#: restored ends its game session.
IF_SCRIPT_FAILS: dict[type[Callback], bool] = {
    OnStartGameSession: True,
    OnGameSessionUpdated: True,
    OnPlayerConnect: False,
    OnPlayerDisconnect: True,
    OnPlayerJoinGroup: False,
    OnPlayerLeaveGroup: False,
    OnMessage: True,
    OnSendToPlayer: False,
    OnSendToGroup: False,
    OnTick: True,
    OnTimer: True,
    OnHealthCheck: False,
    OnProcessTerminate: True,
    OnSnapshot: True,
    OnRestore: False,
}
