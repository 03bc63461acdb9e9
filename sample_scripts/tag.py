"""Tag: the server decides who is it.

Log in with the payload ``let me in``. Whoever is it tags another player with op code 10 and ``{"whom": peer id}``;
op code 11 tells everybody who is it now.
"""

from enum import IntEnum

from harena import session

configuration = {"max_players": 8, "idle_seconds": 120}

REST_SECONDS = 0.5


class Op(IntEnum):
    TAG = 10
    IT = 11


it = None
tagged_at = 0.0


def now_it(player):
    global it, tagged_at
    it = player
    tagged_at = session.now()
    session.broadcast(Op.IT, {"it": it.peer_id if it else None})


def on_player_connect(connect):
    return connect.payload == b"let me in" or connect.refuse("wrong password")


def on_player_accepted(player):
    if it is None:
        now_it(player)
    else:
        session.send(player, Op.IT, {"it": it.peer_id})


def on_message(message):
    if message.op_code != Op.TAG or message.sender != it:
        return
    whom = session.player(message.json()["whom"])
    # No tagging back at once: who was just tagged has to rest.
    if whom and whom != it and session.now() - tagged_at >= REST_SECONDS:
        now_it(whom)


def on_player_disconnect(player):
    if player == it:
        now_it(next(iter(session.players), None))
