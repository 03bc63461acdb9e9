"""Tickets in the database: as they were last, which is all that a restart needs; and the events of what they came to.

Both are written in one transaction, and only then is anything answered, told or begun: a matchmaker that is killed has
promised nobody what it does not remember.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from desk.gamelift.counts import TicketEnded
from desk.gamelift.errors import GameLiftError, OfficeTrouble
from desk.gamelift.limits import GameLiftLimits
from desk.gamelift.matchmaking.matchmaker import Configured, configured
from desk.gamelift.names import Names
from desk.gamelift.notices import MATCHMAKING, Notice, tell_all
from desk.gamelift.state.database import bring
from desk.gamelift.state.tables import matchmaking_configurations, matchmaking_tickets, rule_sets
from matchmaking.faults import BadRuleSet
from matchmaking.tickets.effects import Changed, Effects, Forget, Tell
from matchmaking.tickets.events import MatchmakingEvent
from matchmaking.tickets.kept import kept, ticket_of
from matchmaking.tickets.ticket import MatchmakingTicket

_DELETE = delete(matchmaking_tickets).where(matchmaking_tickets.c.id == bindparam("gone"))


def read_tickets(connection: Connection, ids: Sequence[str] | None = None) -> list[MatchmakingTicket]:
    """The tickets of these ids that there are, or all."""
    query = select(matchmaking_tickets.c.kept).order_by(matchmaking_tickets.c.serial)
    if ids is not None:
        query = query.where(matchmaking_tickets.c.id.in_(ids))
    return [ticket_of(found) for found in connection.execute(query).scalars()]


def read_matchmakers(connection: Connection, names: Names, limits: GameLiftLimits) -> list[Configured]:
    """All matchmakers. Raises `OfficeTrouble` for one that this version of Harena cannot run."""
    here, text = matchmaking_configurations.c, rule_sets.c
    both = matchmaking_configurations.join(rule_sets, here.rule_set == text.id)
    rows = connection.execute(select(here.id, here.facts, text.body).select_from(both).order_by(here.serial)).all()
    try:
        return [configured(names, limits, row.id, row.facts, row.body) for row in rows]
    except (BadRuleSet, GameLiftError) as error:
        raise OfficeTrouble(f"a matchmaking configuration in the database cannot be used any more: {error}") from None


def write_effects(
    connection: Connection, effects: Effects, at: float, target: Callable[[MatchmakingEvent], str]
) -> None:
    """Keep what has changed, and what is to be told; ``target`` gives an event's NotificationTarget."""
    changed: dict[str, MatchmakingTicket | None] = {}
    told: list[Notice] = []
    for effect in effects:
        match effect:
            case Changed(ticket):
                changed[ticket.id] = ticket
            case Forget(ticket_id):
                changed[ticket_id] = None
            case Tell(event):
                resource = event.configuration_arn.rpartition(":")[2]
                told.append((resource, event.detail, target(event)))
    tell_all(connection, MATCHMAKING, told, at)
    if changed:
        connection.execute(_DELETE, [{"gone": ticket_id} for ticket_id in changed])
    rows = [_row(connection, ticket) for ticket in changed.values() if ticket is not None]
    if rows:
        connection.execute(insert(matchmaking_tickets), rows)


def _row(connection: Connection, ticket: MatchmakingTicket) -> dict[str, object]:
    if ticket.ended is not None:  # It changes no more.
        bring(connection, TicketEnded(ticket.status.value, ticket.ended - ticket.started))
    return {"id": ticket.id, "configuration": ticket.configuration, "kept": kept(ticket)}
