"""NAME: what a player says to the server, everybody hears.

Op code 1 is for players: a text. Op code 2 is for the server: who said it, and what, as JSON.
"""

from enum import IntEnum

from harena import Connect, Message, Player, session

configuration = {"max_players": 8, "idle_seconds": 120}


class Op(IntEnum):
    """What messages are about; numbers above 0 are yours."""

    SAY = 1
    SAID = 2


def on_player_connect(connect: Connect) -> object:
    """Decide who may come in."""
    return connect.text == "let me in" or connect.refuse("say `let me in`")


def on_player_accepted(player: Player) -> None:
    """Greet who has come in."""
    session.send(player, Op.SAID, {"who": "server", "what": f"welcome, {player.player_id}"})


def on_message(message: Message) -> None:
    """Take what a player says to the server."""
    if message.op_code == Op.SAY:
        session.broadcast(Op.SAID, {"who": message.sender.player_id, "what": message.text})
