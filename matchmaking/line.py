"""The line of tickets: who waits, in which order, and who need not be looked at."""

from collections.abc import Mapping, Sequence

from matchmaking.lineup import Columns, Entry, entry_of
from matchmaking.loosening import level_at, thresholds
from matchmaking.pool import Ticket
from matchmaking.ruleset import AttributeType, AttributeValue, BackfillPriority, PlayerAttribute, RuleSet

#: How an attribute's value looks in Python.
_LOOKS: dict[AttributeType, type | tuple[type, ...]] = {
    AttributeType.STRING: str,
    AttributeType.NUMBER: (int, float),
    AttributeType.STRING_LIST: (tuple, list),
    AttributeType.STRING_NUMBER_MAP: Mapping,
}

#: Backfill tickets before the others, after them, or in line with them.
_PRIORITY = {BackfillPriority.HIGH: -1, BackfillPriority.NORMAL: 0, BackfillPriority.LOW: 1}


def line_of(rule_set: RuleSet, tickets: Sequence[Ticket], now: float, columns: Columns) -> list[Entry]:
    """Give the tickets that could match at all, by their priority and age; ``now`` in seconds."""
    teams = {name: at for at, name in enumerate(rule_set.team_names)}
    ages, priority = thresholds(rule_set), _PRIORITY[rule_set.algorithm.backfill_priority]
    ordered = sorted(
        (ticket for ticket in tickets if not why_never(rule_set, ticket)),
        key=lambda ticket: (priority if ticket.backfill else 0, ticket.since),
    )
    line = [entry_of(ticket, number, columns, teams) for number, ticket in enumerate(ordered)]
    for entry in line:
        entry.level = level_at(now - entry.ticket.since, ages)
    return line


def why_never(rule_set: RuleSet, ticket: Ticket) -> str:
    """Tell why a ticket can never match, whatever others come; empty if it may."""
    if not ticket.players:
        return "it has no players"
    for attribute in rule_set.attributes:
        for player in ticket.players:
            if not fits(attribute, player.attributes.get(attribute.name, attribute.default)):
                return (
                    f"player {player.player_id} has no {attribute.type.value} for attribute {attribute.name!r}, "
                    "and the rule set gives no default"
                )
    if ticket.backfill:
        unknown = [player.team for player in ticket.players if player.team not in rule_set.team_names]
        return f"the rule set has no team {unknown[0]!r}" if unknown else ""
    return _too_large(rule_set, ticket)


def fits(attribute: PlayerAttribute, value: AttributeValue | None) -> bool:
    """Tell whether a value is of an attribute's type."""
    return isinstance(value, _LOOKS[attribute.type]) and not isinstance(value, bool)


def _too_large(rule_set: RuleSet, ticket: Ticket) -> str:
    expanded = [
        int(step.value)
        for expansion in rule_set.expansions
        if expansion.target.field == "max_players"
        for step in expansion.steps
    ]
    largest = max([team.max_players for team in rule_set.teams] + expanded)
    if len(ticket.players) > largest:
        return f"its {len(ticket.players)} players must be in one team, and no team takes more than {largest}"
    return ""
