"""Harena's public names. For players: the client, what it is told, and what can go wrong."""

from relay.client import Client, ConnectionFailed, LoginRefused
from relay.client_events import Closed, GroupMembership

__all__ = ["Client", "Closed", "ConnectionFailed", "GroupMembership", "LoginRefused"]
