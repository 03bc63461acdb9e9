"""Tokens: only who brings a token that is signed, its own and not expired is let in.

A back end that knows the players makes the tokens, with a key that it shares with this script: the secret `login_key`.
A token is the payload of a login: `PLAYER_ID:EXPIRES:SIGNATURE`. EXPIRES is a time in Unix seconds, and SIGNATURE the
HMAC-SHA256 of all before its colon, in hexadecimal digits.
"""

import hmac
import re
import time

from harena import Connect, Player, session

configuration = {"max_players": 16, "idle_seconds": 120}

WELCOME = 1

TOKEN = re.compile(rb"(?P<claim>(?P<whose>.+):(?P<expires>[0-9]{1,12})):(?P<signature>[0-9a-f]{64})")


def on_player_connect(connect: Connect) -> object:
    why = objection(connect.payload, connect.player.player_id)
    return connect.refuse(why) if why else True


def on_player_accepted(player: Player) -> None:
    session.send(player, WELCOME, f"welcome, {player.player_id}")


def objection(payload: bytes, player_id: str) -> str:
    """Why these bytes do not let this player in; empty if they do. Anybody may send any bytes."""
    token = TOKEN.fullmatch(payload)
    if not token:
        return "log in with a token as the payload"
    # In constant time: how long a comparison takes would tell how much of a forged signature is right.
    if not hmac.compare_digest(token["signature"], signature(token["claim"])):
        return "the token is not signed by us"
    if token["whose"] != player_id.encode():
        return "the token is somebody else's"
    if int(token["expires"]) <= time.time():
        return "the token has expired"
    return ""


def signature(claim: bytes) -> bytes:
    key = session.secret("login_key").encode()
    return hmac.new(key, claim, "sha256").hexdigest().encode()
