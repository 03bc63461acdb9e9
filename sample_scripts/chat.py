"""Chat: who logs in says who they are, and some words do not pass.

A client logs in with its name as the payload, and sends its lines as op code 1 to the group of everybody (-1).
"""

import re
from enum import IntEnum

from harena import Connect, Message, Player, session

configuration = {"max_players": 50, "idle_seconds": 120}

FORBIDDEN = {"darn", "heck"}


class Op(IntEnum):
    LINE = 1
    NOTICE = 2


names: dict[Player, str] = {}


def on_player_connect(connect: Connect) -> object:
    name = connect.text.strip()
    if not 1 <= len(name) <= 20:
        return connect.refuse("log in with your name as the payload, 1 to 20 letters")
    if name in names.values():
        return connect.refuse(f"there is a {name} already")
    names[connect.player] = name
    return True


def on_player_accepted(player: Player) -> None:
    session.broadcast(Op.NOTICE, f"{names[player]} is here", but=player)
    session.send(player, Op.NOTICE, "welcome; here are " + ", ".join(names.values()))


def on_player_disconnect(player: Player) -> None:
    session.broadcast(Op.NOTICE, f"{names.pop(player)} has gone")


def on_send_to_group(message: Message) -> bool:
    return passes(message)


def on_send_to_player(message: Message) -> bool:
    return passes(message)


def passes(message: Message) -> bool:
    if FORBIDDEN & set(re.findall(r"\w+", message.text.lower())):
        session.send(message.sender, Op.NOTICE, "mind your language")
        return False
    return True
