"""Tests of scripts without a server: a game session in this process, on a clock that the test turns.

    from harena.testing import play


    def test_a_player_is_greeted():
        game = play("games/hello.py")
        ann = game.join("ann")
        assert ann.inbox.last().text == "welcome"
        assert not game.errors

The script is loaded by the sandbox's own rules, and the game session's state, the order of things and the bytes on the
wire are those of a server. Only what needs a process of its own is missing: the limits of time and memory.
"""

from harena.testing.faults import ScriptRefused
from harena.testing.game import Game
from harena.testing.player import FakePlayer, NotConnected
from harena.testing.playing import Play, play
from harena.testing.records import DroppedPacket, LogLine, Ruling
from harena.testing.seen import NotSeen, Seen
from sandbox.errors import ScriptError

__all__ = [
    "DroppedPacket",
    "FakePlayer",
    "Game",
    "LogLine",
    "NotConnected",
    "NotSeen",
    "Play",
    "Ruling",
    "ScriptError",
    "ScriptRefused",
    "Seen",
    "play",
]
