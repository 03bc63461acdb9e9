"""Messages and logins as a script sees them, and what it may answer besides yes and no."""

import json
from typing import Any

from sandbox.script.payloads import payload_bytes
from sandbox.script.player import Player
from sandbox.texts import sendable
from session.callbacks import GameSessionFacts, OnGameSessionUpdated


def _no_number(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


#: Python's own reader takes NaN and Infinity, which compare as nobody expects.
_JSON = json.JSONDecoder(parse_constant=_no_number)


class Replacement:
    """The answer of a filter that lets another payload pass."""

    __slots__ = ("_payload",)

    def __init__(self, payload: bytes) -> None:
        self._payload = payload

    def __repr__(self) -> str:
        return "<message with another payload>"


class Refusal:
    """The answer to a login: no, and why; counts as false."""

    __slots__ = ("_reason",)

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<refusal: {self._reason}>"


class _Payload:
    __slots__ = ("payload",)

    payload: bytes

    @property
    def text(self) -> str:
        """The payload as UTF-8 text; what is none becomes U+FFFD."""
        return self.payload.decode("utf-8", "replace")

    def get_payload_as_text(self) -> str:
        """The text, by GameLift's name."""
        return self.text

    def json(self) -> Any:  # What JSON holds is known to the game alone.
        """Read the payload as JSON; ValueError where it is none."""
        try:
            return _JSON.decode(self.payload.decode())
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None


class Message(_Payload):
    """A message of a player. ``target_player`` and ``target_group`` say where to; both are None for the server."""

    __slots__ = ("op_code", "reliable", "sender", "target_group", "target_player")

    def __init__(self, sender: Player, op_code: int, payload: bytes, reliable: bool) -> None:
        self.sender = sender
        self.op_code = op_code
        self.payload = payload
        self.reliable = reliable
        self.target_player: Player | None = None
        self.target_group: int | None = None

    def replace(self, payload: object) -> Replacement:
        """Let the message pass with another payload: the answer of a filter."""
        return Replacement(payload_bytes(payload))

    def __repr__(self) -> str:
        return f"<message {self.op_code} of {self.sender.player_id}, {len(self.payload)} bytes>"


class ScriptMessage(_Payload):
    """A message that the script has made by GameLift's names. ``sender`` is the peer id that clients see."""

    __slots__ = ("op_code", "sender")

    def __init__(self, op_code: int, sender: int, payload: bytes) -> None:
        self.op_code = op_code
        self.sender = sender
        self.payload = payload

    def __repr__(self) -> str:
        return f"<message {self.op_code} from peer {self.sender}, {len(self.payload)} bytes>"


class Connect(_Payload):
    """A login that waits for the script's word."""

    __slots__ = ("player",)

    def __init__(self, player: Player, payload: bytes) -> None:
        self.player = player
        self.payload = payload

    @property
    def peer_id(self) -> int:
        """The player's peer id, by GameLift's name."""
        return self.player.peer_id

    @property
    def player_session_id(self) -> str:
        """The player's claim to the seat, by GameLift's name."""
        return self.player.player_session_id

    def refuse(self, reason: str) -> Refusal:
        """Say no and why: the client is told."""
        return Refusal(sendable(reason))

    def __repr__(self) -> str:
        return f"<login of {self.player.player_id}>"


class GameSession:
    """What is known of the game session. ``version`` is that of the script, and stays.

    ``properties`` is a dict of texts, a new one after each update: what a script changes in it, only that script sees.
    """

    __slots__ = ("data", "id", "matchmaker_data", "max_players", "name", "properties", "script", "version")

    def __init__(self, facts: GameSessionFacts) -> None:
        self.id: str = facts.id
        self.script = facts.script
        self.version = facts.version
        self.data = facts.data
        self.matchmaker_data = ""
        self._update(facts)

    def _update(self, now: GameSessionFacts | OnGameSessionUpdated) -> None:
        self.name = now.name
        self.max_players = now.max_players
        self.properties = dict(now.properties)
        self.matchmaker_data = now.matchmaker_data or self.matchmaker_data

    def __repr__(self) -> str:
        return f"<game session {self.id}>"
