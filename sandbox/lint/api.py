"""What scripts can name: callbacks with their parameters, and the members of the objects that they are given."""

import difflib
import inspect
import re
from collections.abc import Iterable, Mapping

from sandbox.script.log import Log
from sandbox.script.messages import Connect, GameSession, Message
from sandbox.script.player import Player
from sandbox.script.session import Session
from sandbox.script.timers import Timer
from session.callbacks import NAMES, WITHIN, OnTimer
from session.values import value

#: Everything that the server calls by name. Timers call functions of the author's choosing.
CALLBACKS = frozenset({*NAMES.values(), *WITHIN} - {NAMES[OnTimer]})


@value
class Parameter:
    """What a callback is given: the name that the reference uses, and its class, if it is one of ours."""

    name: str
    cls: type | None = None


_MESSAGE, _PLAYER, GROUP = Parameter("message", Message), Parameter("player", Player), Parameter("group")
_GAME_SESSION = Parameter("game_session", GameSession)

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "init": (Parameter("session", Session),),
    "on_process_started": (Parameter("args"),),
    "on_start_game_session": (_GAME_SESSION,),
    "on_game_session_updated": (_GAME_SESSION,),
    "on_player_connect": (Parameter("connect", Connect),),
    "on_player_accepted": (_PLAYER,),
    "on_player_disconnect": (_PLAYER,),
    "on_player_join_group": (_PLAYER, GROUP),
    "on_player_leave_group": (_PLAYER, GROUP),
    "on_message": (_MESSAGE,),
    "on_send_to_player": (_MESSAGE,),
    "on_send_to_group": (_MESSAGE,),
    "on_tick": (Parameter("dt"),),
    "on_health_check": (),
    "on_process_terminate": (),
    "on_snapshot": (),
    "on_restore": (Parameter("state"),),
}

#: Callbacks whose answer counts, with what it decides.
ANSWERING = {
    "on_process_started": "whether the game session begins",
    "on_player_connect": "who is let in",
    "on_player_join_group": "who may join a group",
    "on_player_leave_group": "who may leave a group",
    "on_send_to_player": "which messages pass",
    "on_send_to_group": "which messages pass",
    "on_health_check": "whether the game session goes on",
}

#: Members whose class is one of ours; where a member may be None besides, what it has otherwise is all that counts.
MEMBER_CLASSES: dict[tuple[type, str], type] = {
    (Session, "log"): Log,
    (Session, "game_session"): GameSession,
    (Message, "sender"): Player,
    (Message, "target_player"): Player,
    (Connect, "player"): Player,
}

#: Methods whose result is one of ours.
RESULT_CLASSES: dict[tuple[type, str], type] = {(Session, "get_logger"): Log}

#: Members of `session` that give players, in a row.
PLAYERS = frozenset({"players", "group_members"})

#: What `from harena import` gives: classes that annotations can name, and the session.
IMPORTED: dict[str, type] = {
    "Player": Player,
    "Message": Message,
    "Connect": Connect,
    "GameSession": GameSession,
    "Timer": Timer,
}

SHOWN: dict[type, str] = {
    Session: "session",
    Log: "session.log",
    Player: "a player",
    Message: "a message",
    Connect: "a login",
    GameSession: "the game session",
    Timer: "a timer",
}

#: GameLift's methods, with what one writes for them who ports nothing.
IN_OUR_WORDS = {
    "get_players": "session.players",
    "get_server_id": "to leave sender out",
    "get_all_players_group_id": "to leave group out",
    "get_game_session_id": "session.game_session.id",
    "get_logger": "session.log",
    "new_text_game_message": "session.send with op code and payload",
    "new_binary_game_message": "session.send with op code and payload",
    "send_message": "session.send with reliable=False",
    "send_reliable_message": "session.send",
    "send_group_message": "session.broadcast with reliable=False",
    "send_reliable_group_message": "session.broadcast",
    "broadcast_group_membership_update": "session.broadcast_group_membership",
    "process_ending": "session.end",
}

#: What the members are called elsewhere.
ELSEWHERE = {
    "send_to_player": "send",
    "send_to_all": "broadcast",
    "send_all": "broadcast",
    "send_to_group": "broadcast",
    "disconnect": "kick",
    "set_timeout": "after",
    "set_interval": "every",
    "opcode": "op_code",
    "id": "player_id",
    "name": "player_id",
    "data": "payload",
    "reject": "refuse",
}

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def members(cls: type) -> frozenset[str]:
    """What of a class a script may name."""
    return frozenset(name for name in dir(cls) if not name.startswith("_"))


def is_method(cls: type, member: str) -> bool:
    """Whether a member is there to be called."""
    return inspect.isfunction(inspect.getattr_static(cls, member, None))


def signature(cls: type, method: str) -> inspect.Signature:
    """The parameters of a method as a script sees them."""
    whole = inspect.signature(inspect.getattr_static(cls, method))
    empty = inspect.Parameter.empty
    return inspect.Signature([each.replace(annotation=empty) for each in list(whole.parameters.values())[1:]])


def snake(name: str) -> str:
    """A name as Python would write it: onPlayerConnect becomes on_player_connect."""
    return _HUMP.sub("_", name[:80]).lower()


def close_match(name: str, among: Iterable[str], elsewhere: Mapping[str, str] | None = None) -> str:
    """The name that was meant, "" where none comes near."""
    known, plain = sorted(among), snake(name)
    meant = (elsewhere or {}).get(plain, plain)
    if meant in known:
        return meant
    close = difflib.get_close_matches(plain, known, n=1, cutoff=0.7)
    return close[0] if close else ""
