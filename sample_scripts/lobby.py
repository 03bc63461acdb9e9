"""A lobby: the game begins five seconds after all are ready, and from then on nobody else comes in.

Players send op code 1 with ``true`` or ``false`` as JSON: ready or not. Op code 2 tells everybody who is here, and who
of them is ready. Two or more, all of them ready, set off the countdown (3, with its seconds); a newcomer, or a player
who is not ready after all, stops it (4). When it is over the game begins (5), and the lobby is closed.
"""

from enum import IntEnum

from harena import Message, Player, Timer, session

configuration = {"max_players": 8, "idle_seconds": 120}

LEAST_PLAYERS = 2
COUNTDOWN_SECONDS = 5


class Op(IntEnum):
    READY = 1
    LOBBY = 2
    COUNTDOWN = 3
    STOPPED = 4
    BEGIN = 5


ready: set[Player] = set()
countdown: Timer | None = None
begun = False


def on_player_accepted(player: Player) -> None:
    look_around()


def on_player_disconnect(player: Player) -> None:
    ready.discard(player)
    look_around()


def on_message(message: Message) -> None:
    match message.op_code, message.json():
        case Op.READY, True:
            ready.add(message.sender)
        case Op.READY, False:
            ready.discard(message.sender)
        case _:
            return
    look_around()


def look_around() -> None:
    """Something has changed: tell everybody, and start or stop the countdown."""
    if begun:
        return
    session.broadcast(Op.LOBBY, {player.player_id: player in ready for player in session.players})
    if len(session.players) >= LEAST_PLAYERS and ready.issuperset(session.players):
        start_countdown()
    else:
        stop_countdown()


def start_countdown() -> None:
    global countdown
    if countdown is None:
        countdown = session.after(COUNTDOWN_SECONDS, begin)
        session.broadcast(Op.COUNTDOWN, COUNTDOWN_SECONDS)


def stop_countdown() -> None:
    global countdown
    if countdown is not None:
        countdown.cancel()
        countdown = None
        session.broadcast(Op.STOPPED)


def begin() -> None:
    global begun
    begun = True
    session.accepting = False  # Who comes now is refused, and told so.
    session.broadcast(Op.BEGIN, [player.player_id for player in session.players])
