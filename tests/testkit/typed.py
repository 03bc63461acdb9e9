"""A script with types, as an author writes it who has a type checker: played by the tests, and checked by mypy."""

from enum import IntEnum

from harena import Connect, GameSession, Message, Player, Timer, session

configuration = {"max_players": 4, "tick_hz": 2}


class Op(IntEnum):
    HELLO = 1
    SCORE = 2
    BELL = 3


scores: dict[Player, int] = {}
bell: Timer | None = None


def on_start_game_session(game_session: GameSession) -> None:
    global bell
    session.log.info("version %d of %s", game_session.version, game_session.script)
    bell = session.after(1.5, ring, "once")


def on_game_session_updated(game_session: GameSession) -> None:
    where: str = game_session.properties.get("map", "") + game_session.data + game_session.matchmaker_data
    session.log.info("%s for %d, with %s", where, game_session.max_players, session.secret("login_key"))


def ring(how: str) -> None:
    session.broadcast(Op.BELL, how)


def on_player_connect(connect: Connect) -> object:
    return bool(connect.text) or connect.refuse("say who you are")


def on_player_accepted(player: Player) -> None:
    scores[player] = 0
    session.join_group(player, 7)


def on_player_disconnect(player: Player) -> None:
    del scores[player]
    if not session.players and bell:
        bell.cancel()


def on_message(message: Message) -> None:
    match message.op_code, message.json():
        case Op.HELLO, {"points": int(points)}:
            scores[message.sender] += points
            session.send(message.sender, Op.SCORE, {"score": scores[message.sender]}, reliable=message.reliable)


def on_send_to_group(message: Message) -> object:
    return message.replace(message.text.upper()) if message.target_group == 7 else message.sender.peer_id == 1


def on_player_join_group(player: Player, group: int) -> bool:
    return group not in player.groups and len(session.group_members(group)) < 2


def on_tick(dt: float) -> None:
    if session.now() > 10 * dt:
        session.accepting = False
