"""Teams: red and blue, and everybody hears when a player leaves one, by choice or by vanishing.

Players join group 1 (red) or 2 (blue) as they please. A team takes at most two more than the other. What is sent to a
team stays in it, which the relay sees to.
"""

from enum import IntEnum

from harena import Player, session

configuration = {"max_players": 16, "idle_seconds": 120}

TEAMS = {1: "red", 2: "blue"}
MOST_AHEAD = 2


class Op(IntEnum):
    JOINED = 20
    LEFT = 21
    SIZES = 22


def sizes() -> dict[str, int]:
    return {name: len(session.group_members(group)) for group, name in TEAMS.items()}


def on_player_accepted(player: Player) -> None:
    session.send(player, Op.SIZES, sizes())


def on_player_join_group(player: Player, group: int) -> bool:
    if group not in TEAMS or any(team in player.groups for team in TEAMS):
        return False
    other = next(team for team in TEAMS if team != group)
    if len(session.group_members(group)) - len(session.group_members(other)) >= MOST_AHEAD:
        return False
    session.broadcast(Op.JOINED, {"player": player, "team": TEAMS[group]})
    return True


def on_player_leave_group(player: Player, group: int) -> bool:
    told_left(player, group)
    return True


def on_player_disconnect(player: Player) -> None:
    for group in player.groups:
        told_left(player, group)


def told_left(player: Player, group: int) -> None:
    session.broadcast(Op.LEFT, {"player": player, "team": TEAMS[group]})
