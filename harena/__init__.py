"""Harena's public names: what a script imports, and the client of players that are written in Python.

Each is imported when it is first asked for, so that a test of a script does not pay for the client.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harena.outside import session
    from relay.client import Client, ConnectionFailed, LoginRefused
    from relay.client_events import Closed, GroupMembership
    from sandbox.script.messages import Connect, GameSession, Message
    from sandbox.script.player import Player
    from sandbox.script.timers import Timer

__all__ = [
    "Client",
    "Closed",
    "Connect",
    "ConnectionFailed",
    "GameSession",
    "GroupMembership",
    "LoginRefused",
    "Message",
    "Player",
    "Timer",
    "session",
]

#: The module that each name comes from.
_HOMES = {
    "Client": "relay.client",
    "Closed": "relay.client_events",
    "Connect": "sandbox.script.messages",
    "ConnectionFailed": "relay.client",
    "GameSession": "sandbox.script.messages",
    "GroupMembership": "relay.client_events",
    "LoginRefused": "relay.client",
    "Message": "sandbox.script.messages",
    "Player": "sandbox.script.player",
    "Timer": "sandbox.script.timers",
    "session": "harena.outside",
}

if not TYPE_CHECKING:  # A type checker would take this for a promise that every name is there.

    def __getattr__(name: str) -> object:
        """Import a public name when it is first asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return found


def __dir__() -> list[str]:
    return __all__
