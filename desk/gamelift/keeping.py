"""Keeping house in the database: what a restart has ended, and what is old enough to be forgotten."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select

from desk.gamelift.fleet_rows import CARRIED
from desk.gamelift.journal import end_game_session
from desk.gamelift.state.tables import fleet_events, fleets, game_sessions, notices, placements, player_sessions


def after_a_restart(connection: Connection, now: float, living: Collection[str]) -> dict[str, bool]:
    """Say of the game sessions that have not outlived an earlier run that they have ended.

    Give those among the living that are to end, too, and whether at once: their end was asked for, or nobody was told
    of their beginning.
    """
    here = game_sessions.c
    to_end: dict[str, bool] = {}
    for row in connection.execute(select(here.id, here.status, here.reason).where(here.status.in_(CARRIED))).all():
        if row.id not in living or row.status == "ACTIVATING":
            end_game_session(connection, row.id, now, "INTERRUPTED")
        if row.id in living and row.status != "ACTIVE":
            to_end[row.id] = row.reason != "TRIGGERED_ON_PROCESS_TERMINATE"
    return to_end


def forget_old(connection: Connection, before: float) -> None:
    """Delete what ended before a moment, in Unix seconds: sessions, placements, deleted fleets, events."""
    game, player, fleet, event = game_sessions.c, player_sessions.c, fleets.c, fleet_events.c
    old = select(game.id).where(game.terminated < before)
    connection.execute(delete(player_sessions).where(player.game_session.in_(old)))
    connection.execute(delete(game_sessions).where(game.terminated < before))
    connection.execute(delete(placements).where(placements.c.ended < before))
    # SQLite would number from 1 again after the last one, and those who are told go by numbers.
    newest = select(func.max(notices.c.serial)).scalar_subquery()
    connection.execute(delete(notices).where(notices.c.time < before, notices.c.serial < newest))
    in_use = select(game.fleet_id)
    gone = select(fleet.id).where(fleet.terminated < before, fleet.id.not_in(in_use))
    connection.execute(delete(fleet_events).where(event.fleet_id.in_(gone) | (event.time < before)))
    connection.execute(delete(fleets).where(fleet.terminated < before, fleet.id.not_in(in_use)))
