"""The line of tickets: who waits, in which order, and who need not be looked at."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

from matchmaking.lineup import Columns, Entry, entry_of
from matchmaking.loosening import at_level, level_at, thresholds
from matchmaking.pool import Player, Ticket
from matchmaking.ruleset import AttributeType, AttributeValue, BackfillPriority, PlayerAttribute, RuleSet, is_large

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
    may_match = eligibility(rule_set)
    ages, priority = thresholds(rule_set), _PRIORITY[rule_set.algorithm.backfill_priority]
    if is_large(rule_set):
        priority = _PRIORITY[BackfillPriority.HIGH]
    ordered = sorted(filter(may_match, tickets), key=attrgetter("since"))
    if priority:
        ordered.sort(key=lambda ticket: priority if ticket.backfill else 0)
    line = [entry_of(ticket, number, columns, teams) for number, ticket in enumerate(ordered)]
    if ages:
        for entry in line:
            entry.level = level_at(now - entry.ticket.since, ages)
    return line


def eligibility(rule_set: RuleSet) -> Callable[[Ticket], bool]:
    """Prepare the question whether a ticket may ever match."""
    largest, teams = largest_team(rule_set), set(rule_set.team_names)
    wanted = [(attribute.name, attribute.default, _LOOKS[attribute.type]) for attribute in rule_set.attributes]

    def may_match(ticket: Ticket) -> bool:
        players = ticket.players
        for player in players:
            for name, default, look in wanted:
                value = player.attributes.get(name, default)
                if not isinstance(value, look) or isinstance(value, bool):
                    return False
        if not players:
            return False
        return all(player.team in teams for player in players) if ticket.backfill else len(players) <= largest

    return may_match


def why_never(rule_set: RuleSet, ticket: Ticket) -> str:
    """Tell why a ticket can never match, whatever others come; empty if it may."""
    if not ticket.players:
        return "it has no players"
    for attribute in rule_set.attributes:
        for player in ticket.players:
            if not fits(attribute, player):
                what = f"player {player.player_id} has no {attribute.type.value} for attribute {attribute.name!r}"
                return what + ("" if attribute.default is not None else ", and the rule set gives no default")
    unknown = [player.team for player in ticket.players if player.team not in rule_set.team_names]
    if ticket.backfill:
        return f"the rule set has no team {unknown[0]!r}" if unknown else ""
    largest = largest_team(rule_set)
    if len(ticket.players) > largest:
        return f"its {len(ticket.players)} players must be in one team, and no team takes more than {largest}"
    return ""


def fits(attribute: PlayerAttribute, player: Player) -> bool:
    """Tell whether a player has an attribute, or a default stands for it, and it is of its type."""
    return is_of_type(attribute.type, player.attributes.get(attribute.name, attribute.default))


def is_of_type(kind: AttributeType, value: AttributeValue | None) -> bool:
    """Tell whether a value is of an attribute's type."""
    return isinstance(value, _LOOKS[kind]) and not isinstance(value, bool)


def largest_team(rule_set: RuleSet) -> int:
    """Give the most players that a team may have, at any level."""
    levels = range(len(thresholds(rule_set)) + 1)
    return max(team.max_players for level in levels for team in at_level(rule_set, level).teams)
