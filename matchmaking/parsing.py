"""Rule sets from their JSON: all faults at once, each with its path and a way out."""

import json
import re
from typing import Any

from matchmaking.faults import BadRuleSet, Fault, Faults, Reading, meant, shown
from matchmaking.kinds import schema_of
from matchmaking.line import is_of_type
from matchmaking.loosening import at_level, thresholds
from matchmaking.parsing_expansions import read_expansion
from matchmaking.parsing_rules import RuleReader
from matchmaking.ruleset import (
    MAX_MATCH_PLAYERS,
    MAX_SMALL_MATCH_PLAYERS,
    Algorithm,
    AttributeType,
    AttributeValue,
    BackfillPriority,
    BatchDistance,
    Batching,
    Expansion,
    ExpansionAge,
    Latency,
    PlayerAttribute,
    RuleSet,
    RuleTarget,
    Strategy,
    TeamDefinition,
    is_large,
    is_number,
)

#: The longest rule set, in characters.
MAX_BODY_CHARACTERS = 65_535
#: The most strings in a list and keys in a map.
MAX_LIST_STRINGS = 100
MAX_MAP_KEYS = 10

_COMMENT_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*', re.DOTALL)
_BATCHINGS = {
    Strategy.EXHAUSTIVE: (Batching.RANDOM, Batching.SORTED),
    Strategy.BALANCED: (Batching.LARGEST_POPULATION, Batching.FASTEST_REGION),
}


def parse_rule_set(text: str, *, comments: bool = False) -> RuleSet:
    """Read a rule set. Raises BadRuleSet with all faults. With ``comments``, what follows // in a line is left out."""
    if not 1 <= len(text) <= MAX_BODY_CHARACTERS:
        what = f"the rule set has {len(text)} characters"
        raise BadRuleSet(
            (Fault("$", what, f"it may have 1 to {MAX_BODY_CHARACTERS}; leave out descriptions or blanks"),)
        )
    faults = Faults()
    top = Reading(_json(text, faults, comments=comments), "$", faults)
    rule_set = _rule_set(top, faults)
    if faults.found:
        raise BadRuleSet(tuple(faults.found))
    return rule_set


def _json(text: str, faults: Faults, *, comments: bool) -> Any:
    if comments:
        text = _COMMENT_OR_STRING.sub(lambda found: "" if found[0].startswith("//") else found[0], text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            faults.add("$", f"{key!r} stands twice in one object", "leave one of them out")
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
        return found
    except UnicodeEncodeError:
        hint = "write the letter itself, or both halves of it"
        raise BadRuleSet(
            (Fault("$", "it has half of a letter, an escape from \\ud800 to \\udfff alone", hint),)
        ) from None
    except RecursionError:
        raise BadRuleSet((Fault("$", "it is nested too deeply", "no rule set needs that"),)) from None
    except ValueError as error:
        hint = "JSON has no comments: take out what follows //" if "//" in text else "mend the JSON there"
        raise BadRuleSet((Fault("$", f"it is no JSON: {error}", hint),)) from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _rule_set(top: Reading, faults: Faults) -> RuleSet:
    name = top.text("name", required=False, empty=True)
    if top.get("ruleLanguageVersion") != "1.0":
        version = top.get("ruleLanguageVersion")
        what = "it is missing" if version is None else f"{shown(version)} is no version"
        top.fault("ruleLanguageVersion", what, 'write "1.0", the only one')
    teams = _teams(top, faults)
    attributes = _attributes(top, faults)
    algorithm = _algorithm(top, attributes, faults)
    frame = RuleSet(name, teams, attributes, algorithm)
    reader = RuleReader(schema_of(frame), faults)
    for item, path in top.items("rules"):
        reader.read(item, path)
    expansions = [
        read_expansion(Reading(item, path, faults), reader.rules, teams, reader.schema, faults)
        for item, path in top.items("expansions")
    ]
    top.done()
    rules = tuple(rule for rule in reader.rules.values() if rule)
    known = tuple(expansion for expansion in expansions if expansion)
    rule_set = RuleSet(name, teams, attributes, algorithm, rules, known, tuple(faults.ignored))
    _check_whole(rule_set, top)
    return rule_set


def _teams(top: Reading, faults: Faults) -> tuple[TeamDefinition, ...]:
    teams: list[TeamDefinition] = []
    taken: set[str] = set()
    for item, path in top.items("teams", required=True):
        reading = Reading(item, path, faults)
        name = reading.text("name")
        least, most = reading.whole("minPlayers", least=0), reading.whole("maxPlayers", least=1)
        quantity = min(reading.whole("quantity", least=1, default=1), MAX_MATCH_PLAYERS + 1)
        reading.done()
        if least > most and "maxPlayers" in reading.value:
            reading.fault("minPlayers", f"{least} is more than maxPlayers, {most}", "change one of them")
        team = TeamDefinition(name, least, most, quantity)
        if taken & {name, *team.team_names}:
            reading.fault("name", f"there is a team {name!r} already", "give each team a name of its own")
        taken |= {name, *team.team_names}
        teams.append(team)
    return tuple(teams)


def _attributes(top: Reading, faults: Faults) -> tuple[PlayerAttribute, ...]:
    attributes: dict[str, PlayerAttribute] = {}
    for item, path in top.items("playerAttributes"):
        reading = Reading(item, path, faults)
        name, kind = reading.text("name"), reading.choice("type", AttributeType)
        default = _default(reading, kind)
        reading.done()
        if name in attributes:
            reading.fault("name", f"there is an attribute {name!r} already", "give each attribute a name of its own")
        attributes[name] = PlayerAttribute(name, kind or AttributeType.STRING, default)
    return tuple(attributes.values())


def _default(reading: Reading, kind: AttributeType | None) -> AttributeValue | None:
    value: Any = reading.get("default")
    if value is None or kind is None:
        return None
    value = tuple(value) if isinstance(value, list) else value
    whole = is_of_type(kind, value)
    if isinstance(value, tuple):
        whole = whole and len(value) <= MAX_LIST_STRINGS and all(isinstance(each, str) for each in value)
    if isinstance(value, dict):
        whole = whole and len(value) <= MAX_MAP_KEYS and all(map(is_number, value.values()))
    if kind is AttributeType.NUMBER:
        whole = is_number(value)
    if not whole:
        reading.fault("default", f"{shown(reading.get('default'))} is no {kind.value}", f"write a {kind.value}")
        return None
    return value  # type: ignore[no-any-return]  # It fits the type.


def _algorithm(top: Reading, attributes: tuple[PlayerAttribute, ...], faults: Faults) -> Algorithm:
    if top.get("algorithm") is None:
        return Algorithm()
    reading = Reading(top.get("algorithm"), top.at("algorithm"), faults)
    strategy = reading.choice("strategy", Strategy, Strategy.EXHAUSTIVE) or Strategy.EXHAUSTIVE
    batching = reading.choice("batchingPreference", Batching, _BATCHINGS[strategy][0])
    if batching not in _BATCHINGS[strategy]:
        fitting = " or ".join(each.value for each in _BATCHINGS[strategy])
        what = f"{reading.get('batchingPreference')!r} does not go with strategy {strategy.value}"
        reading.fault("batchingPreference", what, f"write {fitting}")
    types = {attribute.name: attribute.type for attribute in attributes}
    algorithm = Algorithm(
        strategy,
        batching or Batching.RANDOM,
        _balanced_attribute(reading, strategy, types),
        _sort_attributes(reading, batching, types),
        reading.choice("expansionAgeSelection", ExpansionAge, ExpansionAge.NEWEST) or ExpansionAge.NEWEST,
        reading.choice("backfillPriority", BackfillPriority, BackfillPriority.NORMAL) or BackfillPriority.NORMAL,
    )
    reading.done()
    return algorithm


def _balanced_attribute(reading: Reading, strategy: Strategy, types: dict[str, AttributeType]) -> str:
    name = reading.text("balancedAttribute", required=strategy is Strategy.BALANCED)
    if name and types.get(name) is not AttributeType.NUMBER:
        what = f"{name!r} is no attribute of type number in playerAttributes"
        reading.fault("balancedAttribute", what, meant(name, list(types)) or "declare it there as a number")
    return name


def _sort_attributes(reading: Reading, batching: Batching | None, types: dict[str, AttributeType]) -> tuple[str, ...]:
    items = reading.items("sortByAttributes", required=batching is Batching.SORTED)
    for item, path in items:
        if not isinstance(item, str) or item not in types:
            hint = meant(item, list(types)) or "declare it there"
            reading.faults.add(path, f"{shown(item)} is not in playerAttributes", hint)
    return tuple(str(item) for item, _ in items)


def _check_whole(rule_set: RuleSet, top: Reading) -> None:
    """Check what several parts have to agree on."""
    balanced = rule_set.algorithm.strategy is Strategy.BALANCED
    most = MAX_MATCH_PLAYERS if balanced else MAX_SMALL_MATCH_PLAYERS
    for level in range(len(thresholds(rule_set)) + 1):
        at = at_level(rule_set, level)
        if at.max_players > most:
            hint = "let it have fewer" if balanced else "let it have fewer, or use strategy balanced (to 200)"
            top.fault("teams", f"a match may have {at.max_players} players, and {most} is the most", hint)
            break
        crossed = [team.name for team in at.teams if team.min_players > team.max_players]
        if level and crossed:
            top.fault("expansions", f"team {crossed[0]!r} gets a minPlayers above its maxPlayers", "mend the steps")
            break
    if is_large(rule_set):
        _check_large(rule_set, top)


def _check_large(rule_set: RuleSet, top: Reading) -> None:
    """A large match knows latency and batchDistance alone."""
    for number, (item, _) in enumerate(top.items("rules")):
        where = f"rules[{number}]"
        rule = next((rule for rule in rule_set.rules if isinstance(item, dict) and rule.name == item.get("name")), None)
        if rule is None:
            continue
        if not isinstance(rule, BatchDistance | Latency):
            what = f"rule {rule.name!r} is not for matches of more than {MAX_SMALL_MATCH_PLAYERS} players"
            top.fault(where, what, "use latency and batchDistance there, or make the match smaller")
        elif isinstance(rule, Latency) and rule.max_distance is not None:
            top.fault(f"{where}.maxDistance", "a large match knows maxLatency alone", "use maxLatency")
    for number, expansion in enumerate(rule_set.expansions):
        if not _expands_large(expansion):
            top.fault(f"expansions[{number}].target", "it does not expand in large matches", "leave it out")


def _expands_large(expansion: Expansion) -> bool:
    target = expansion.target
    return not isinstance(target, RuleTarget) or target.field in ("max_latency", "max_distance")
