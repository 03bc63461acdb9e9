"""The transcript: all that happened in a game, in order, what the script wrote and raised included."""

from collections.abc import Callable
from typing import assert_never

from harena.testing.script import Script
from relay.client_codec import FromServer, IdentityVerified, LoginResult, Other
from relay.client_events import GroupMembership, Message
from session.packets import GameMessage, JoinGroup, LeaveGroup, Login, Packet, RequestGroupMembership, Unknown
from session.values import EVERYBODY, GroupId, PeerId

Name = Callable[[PeerId], str]


class Transcript:
    """Lines with their times. What the script wrote meanwhile is put in before each line that comes after it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._lines: list[str] = []
        self._logged = self._failed = 0
        self._now = 0.0

    def tell(self, now: float, text: str) -> None:
        """Add a line; ``now`` in seconds of the game session."""
        self._take()
        self._now = now
        self._lines.append(_line(now, text))

    def lines(self) -> list[str]:
        """Give all lines so far."""
        self._take()
        return list(self._lines)

    def _take(self) -> None:
        """Take over what the script has written and raised."""
        for line in self._script.log[self._logged :]:
            self._lines.append(_line(line.at, f"{line.level}: {line.text}"))
        for error in self._script.errors[self._failed :]:
            self._lines.append(_line(self._now, f"the script failed: {error!r}"))
        self._logged, self._failed = len(self._script.log), len(self._script.errors)


def said(packet: Packet, name: Name) -> str:
    """Put what a player says into words."""
    match packet:
        case GameMessage(op_code, payload, target, group):
            return f"sends {op_code} to {name(target) if target else _group(group)}: {payload!r}"
        case JoinGroup(group):
            return f"asks to join {_group(group)}"
        case LeaveGroup(group):
            return f"asks to leave {_group(group)}"
        case RequestGroupMembership(group):
            return f"asks who is in {_group(group)}"
        case Login() | Unknown():
            return f"says {packet!r}"
    assert_never(packet)


def told(event: FromServer, name: Name) -> str:
    """Put what a player is told into words."""
    match event:
        case Message(sender, op_code, payload):
            return f"gets {op_code} from {name(sender)}: {payload!r}"
        case GroupMembership(group, players):
            return f"is told that in {_group(group)} are: {', '.join(map(name, players)) or 'none'}"
        case LoginResult(success):
            return "is told that the login is " + ("accepted" if success else "refused")
        case IdentityVerified() | Other():
            return f"is told {event!r}"
    assert_never(event)


def _group(group: GroupId) -> str:
    return "everybody" if group == EVERYBODY else f"group {group}"


def _line(now: float, text: str) -> str:
    return f"{now:9.3f}  {text}"
