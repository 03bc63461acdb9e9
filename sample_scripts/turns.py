"""Noughts and crosses, in turns: who loses the connection may come back, and so does the game after a crash.

Op code 1 is a move: the number of a square, 0 to 8, as JSON. Op code 2 tells everybody the whole state: the squares,
who plays crosses and who noughts, and whose turn it is. A move that is not allowed is answered with a reason (3). Who
has gone has a minute to come back (4). It is over (5) when somebody has won, when the squares are full, or when that
minute has passed.
"""

from enum import IntEnum
from typing import Any

from harena import Connect, Message, Player, Timer, session

configuration = {"max_players": 2, "idle_seconds": 120, "snapshot_seconds": 0.1}

AWAY_SECONDS = 60
LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


class Op(IntEnum):
    MOVE = 1
    STATE = 2
    NOT_ALLOWED = 3
    AWAY = 4
    OVER = 5


# Players are named by their ids, which outlast a connection, and which a snapshot can hold.
squares: list[str] = [""] * 9
seats: list[str] = []  # Crosses, then noughts.
moves = 0
away: dict[str, Timer] = {}


def on_player_connect(connect: Connect) -> object:
    return connect.player.player_id in seats or len(seats) < 2 or connect.refuse("two are playing already")


def on_player_accepted(player: Player) -> None:
    sit_down(player)
    if player.player_id in away:
        away.pop(player.player_id).cancel()
    tell_state()


def sit_down(player: Player) -> None:
    if player.player_id not in seats:
        seats.append(player.player_id)


def on_player_disconnect(player: Player) -> None:
    wait_for(player.player_id)


def wait_for(player_id: str) -> None:
    session.broadcast(Op.AWAY, {"who": player_id, "seconds": AWAY_SECONDS})
    away[player_id] = session.after(AWAY_SECONDS, over, f"{player_id} has not come back")


def on_message(message: Message) -> None:
    if message.op_code != Op.MOVE:
        return
    square = message.json()
    if why := not_allowed(message.sender.player_id, square):
        session.send(message.sender, Op.NOT_ALLOWED, why)
    else:
        move(square)


def not_allowed(player_id: str, square: object) -> str:
    """Why this player may not move there; empty if all is well."""
    if len(seats) < 2:
        return "there is nobody to play with yet"
    if player_id != seats[moves % 2]:
        return "it is not your turn"
    if type(square) is not int or not 0 <= square <= 8:
        return "a move is the number of a square, 0 to 8"
    return "that square is taken" if squares[square] else ""


def move(square: int) -> None:
    global moves
    mark = squares[square] = "XO"[moves % 2]
    moves += 1
    tell_state()
    if any(all(squares[each] == mark for each in line) for line in LINES):
        over(f"{seats[(moves - 1) % 2]} has won")
    elif moves == 9:
        over("nobody has won")


def tell_state() -> None:
    turn = seats[moves % 2] if len(seats) == 2 else None
    session.broadcast(Op.STATE, {"squares": squares, "seats": seats, "turn": turn})


def over(how: str) -> None:
    session.broadcast(Op.OVER, how)
    session.end(how)


def on_snapshot() -> object:
    return {"squares": squares, "seats": seats, "moves": moves}


def on_restore(state: dict[str, Any]) -> None:
    global squares, seats, moves
    squares, seats, moves = state["squares"], state["seats"], state["moves"]
    # Somebody may have come after the snapshot was taken, and somebody gone.
    for player in session.players:
        sit_down(player)
    # Timers are gone with the old sandbox; who is away has a minute from now.
    for player_id in seats:
        if not session.player(player_id):
            wait_for(player_id)
    tell_state()
