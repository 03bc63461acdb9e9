"""A matchmaker as it was configured: the members of its MatchmakingConfiguration, and what follows from them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from desk.gamelift.errors import invalid
from desk.gamelift.limits import GameLiftLimits
from desk.gamelift.names import Names
from matchmaking.parsing import parse_rule_set
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.configuration import BackfillMode, FlexMatchMode, MatchmakingConfiguration, WhenSilent
from session.values import value

KIND = "matchmakingconfiguration"
_RULE_SETS_KEPT = 64
DEFAULTS = {
    "AdditionalPlayerCount": 0,
    "BackfillMode": BackfillMode.MANUAL.value,
    "FlexMatchMode": FlexMatchMode.WITH_QUEUE.value,
}


@value
class Configured:
    """``facts`` are members of MatchmakingConfiguration; ``text`` is the rule set's."""

    facts: Mapping[str, Any]
    text: str
    rule_set: RuleSet
    configuration: MatchmakingConfiguration

    @property
    def stands_alone(self) -> bool:
        """Its matches are told, and given no game session."""
        return self.configuration.flex_match_mode is FlexMatchMode.STANDALONE

    @property
    def queues(self) -> list[str]:
        """The ARNs of the queues that its matches are placed by, in the order in which they are tried."""
        return list(self.facts.get("GameSessionQueueArns", []))


def configured(names: Names, limits: GameLiftLimits, name: str, facts: Mapping[str, Any], text: str) -> Configured:
    """Give the matchmaker of these facts. Raises `GameLiftError` for what makes no sense together."""
    rule_set = _rule_set(text)
    _must_make_sense(facts, rule_set)
    configuration = MatchmakingConfiguration(
        name,
        names.arn(KIND, name),
        facts["RequestTimeoutSeconds"],
        facts["AcceptanceRequired"],
        facts.get("AcceptanceTimeoutSeconds", 0),
        0 if facts["FlexMatchMode"] == FlexMatchMode.STANDALONE else facts["AdditionalPlayerCount"],
        facts.get("CustomEventData", ""),
        BackfillMode(facts["BackfillMode"]),
        FlexMatchMode(facts["FlexMatchMode"]),
        WhenSilent(limits.when_silent),
        round(limits.ended_tickets_kept_seconds),
        limits.max_tickets,
        limits.max_ended_tickets,
    )
    return Configured(facts, text, rule_set, configuration)


def _must_make_sense(facts: Mapping[str, Any], rule_set: RuleSet) -> None:
    if facts["AcceptanceRequired"] and "AcceptanceTimeoutSeconds" not in facts:
        raise invalid("AcceptanceTimeoutSeconds is required where AcceptanceRequired is true")
    if facts["FlexMatchMode"] == FlexMatchMode.STANDALONE:
        _must_stand_alone(facts)
        return
    if not facts.get("GameSessionQueueArns"):
        raise invalid("GameSessionQueueArns is required, unless FlexMatchMode is STANDALONE")
    if facts["AdditionalPlayerCount"] >= rule_set.max_players:
        most = rule_set.max_players
        raise invalid(f"AdditionalPlayerCount leaves no seat for players: a match of the rule set has at most {most}")


def _must_stand_alone(facts: Mapping[str, Any]) -> None:
    if facts.get("GameSessionQueueArns"):
        raise invalid("GameSessionQueueArns is to be left out where FlexMatchMode is STANDALONE")
    if facts["BackfillMode"] == BackfillMode.AUTOMATIC:
        raise invalid("BackfillMode cannot be AUTOMATIC where FlexMatchMode is STANDALONE: no game session is known")


@lru_cache(_RULE_SETS_KEPT)
def _rule_set(text: str) -> RuleSet:
    return parse_rule_set(text)
