"""All operations that are supported, by GameLift's names."""

from collections.abc import Mapping

from desk.gamelift import (
    aliases,
    capacity,
    fleets,
    game_sessions,
    placements,
    player_sessions,
    queues,
    scripts,
    searching,
    tags,
)
from desk.gamelift.matchmaking import configurations, rule_sets, tickets
from desk.gamelift.office import Operation

OPERATIONS: Mapping[str, Operation] = {
    **scripts.OPERATIONS,
    **fleets.OPERATIONS,
    **capacity.OPERATIONS,
    **game_sessions.OPERATIONS,
    **searching.OPERATIONS,
    **player_sessions.OPERATIONS,
    **aliases.OPERATIONS,
    **queues.OPERATIONS,
    **placements.OPERATIONS,
    **rule_sets.OPERATIONS,
    **configurations.OPERATIONS,
    **tickets.OPERATIONS,
    **tags.OPERATIONS,
}
