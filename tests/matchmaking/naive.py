"""A slow and simple judge of matches, written from the documentation alone: it shares no code with what it judges."""

import operator
import re
import statistics
from collections.abc import Callable, Sequence
from itertools import chain, combinations
from typing import Any

from tests.matchmaking.world import Json

#: A match: its teams by name, each with its parties, each with its players.
Teams = dict[str, list[list[Json]]]

FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "min": lambda values: min(values) if values else None,
    "max": lambda values: max(values) if values else None,
    "avg": lambda values: statistics.fmean(values) if values else None,
    "median": lambda values: statistics.median(values) if values else None,
    "sum": sum,
    "count": len,
    "stddev": lambda values: statistics.pstdev(values) if values else None,
}


def broken(rules: Json, teams: Teams, newest_age: float) -> list[str]:
    """Give the names of the rules that a match breaks, and what is wrong with its teams."""
    expanded = expand(rules, newest_age)
    wrong = [
        f"{name} has {count(team)}"
        for definition in expanded["teams"]
        for name in team_names(definition)
        if not definition["minPlayers"] <= count(team := teams[name]) <= definition["maxPlayers"]
    ]
    judge = Judge(expanded, teams)
    compounds = [rule for rule in expanded.get("rules", []) if rule["type"] == "compound"]
    named = {word for rule in compounds for word in re.findall(r"[^\s(),]+", rule["statement"])}
    alone = [rule for rule in expanded.get("rules", []) if rule["name"] not in named]
    return wrong + [rule["name"] for rule in alone if not judge.passes(rule)]


def count(team: list[list[Json]]) -> int:
    return sum(len(party) for party in team)


def team_names(definition: Json) -> list[str]:
    quantity = definition.get("quantity", 1)
    if quantity == 1:
        return [definition["name"]]
    return [f"{definition['name']}_{number + 1}" for number in range(quantity)]


def expand(rules: Json, age: float) -> Json:
    copy: Json = {**rules, "teams": [dict(each) for each in rules["teams"]]}
    copy["rules"] = [dict(each) for each in rules.get("rules", [])]
    for expansion in rules.get("expansions", []):
        kind, names, key = re.fullmatch(r"(rules|teams)\[(.*)\]\.(\w+)", expansion["target"]).groups()  # type: ignore[union-attr]
        due = [step["value"] for step in expansion["steps"] if step["waitTimeSeconds"] <= age + 1e-6]
        for each in copy[kind]:
            if due and each["name"] in [name.strip() for name in names.split(",")]:
                each[key] = due[-1]
    return copy


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Judge:
    def __init__(self, rules: Json, teams: Teams) -> None:
        self.rules, self.teams = rules, teams
        self.declared = {each["name"]: each for each in rules.get("playerAttributes", [])}
        self.by_name = {rule["name"]: rule for rule in rules.get("rules", [])}

    def passes(self, rule: Json) -> bool:
        return bool(getattr(self, rule["type"])(rule))

    def attribute(self, player: Json, name: str) -> Any:
        return player.get("attributes", {}).get(name, self.declared[name].get("default"))

    def party_values(self, party: list[Json], name: str, how: str) -> list[Any]:
        values = [self.attribute(player, name) for player in party]
        kind = self.declared[name]["type"]
        if kind == "number" and how in ("avg", "min", "max"):
            return [FUNCTIONS[how](values)] * len(party)
        if kind == "string_list" and how == "union":
            return [sorted(set(chain(*values)))] * len(party)
        if kind == "string_list" and how == "intersection":
            return [sorted(set(values[0]).intersection(*values))] * len(party)
        return [sorted(set(value)) for value in values] if kind == "string_list" else values

    def value(self, text: str, how: str) -> Any:
        """Evaluate an expression, from the outside in."""
        text = re.sub(r"\s+", "", text)
        if call := re.fullmatch(r"(\w+)\((.*)\)", text):
            return apply(call[1], self.value(call[2], how))
        selector, what = re.fullmatch(r"teams?\[(.*?)\]\.players(.*)", text).groups()  # type: ignore[union-attr]
        lists = [
            list(chain(*(self.taken(party, what, how) for party in self.teams[name]))) for name in self.named(selector)
        ]
        return lists[0] if selector != "*" and len(lists) == 1 else lists

    def named(self, selector: str) -> list[str]:
        copies = {definition["name"]: team_names(definition) for definition in self.rules["teams"]}
        if selector == "*":
            return list(self.teams)
        return [copy for name in selector.split(",") for copy in copies.get(name, [name])]

    def taken(self, party: list[Json], what: str, how: str) -> list[Any]:
        if not what:
            return list(party)
        if what.lower() == "[playerid]":
            return [player["playerId"] for player in party]
        return self.party_values(party, re.fullmatch(r"\.attributes\[(.*)\]", what)[1], how)  # type: ignore[index]

    def measured(self, rule: Json, how: str) -> list[Any]:
        texts = rule["measurements"]
        return [self.value(text, how) for text in ([texts] if isinstance(texts, str) else texts)]

    def reference(self, rule: Json, how: str) -> Any:
        reference = rule["referenceValue"]
        return self.value(reference, how) if isinstance(reference, str) and "teams[" in reference else reference

    def comparison(self, rule: Json) -> bool:
        how = rule.get("partyAggregation", "avg")
        values = self.measured(rule, how)
        if "referenceValue" not in rule:
            return all(self.among_themselves(rule, value) for value in values)
        against = self.reference(rule, how)
        compare = COMPARE[rule["operation"]]
        return all(compare(one, against) for one in scalars(values) if against is not None)

    def among_themselves(self, rule: Json, value: list[Any]) -> bool:
        if value and isinstance(value[0], list):
            return all(self.among_themselves(rule, each) for each in value)
        return len(set(value)) <= 1 if rule["operation"] == "=" else len(set(value)) == len(value)

    def distance(self, rule: Json) -> bool:
        how = rule.get("partyAggregation", "avg")
        against = self.reference(rule, how)
        low, high = rule.get("minDistance", 0), rule.get("maxDistance", float("inf"))
        values = scalars(self.measured(rule, how))
        return against is None or all(low - 1e-6 <= abs(one - against) <= high + 1e-6 for one in values)

    def batchDistance(self, rule: Json) -> bool:
        how = rule.get("partyAggregation", "avg")
        values = [
            value
            for team in self.teams.values()
            for party in team
            for value in self.party_values(party, rule["batchAttribute"], how)
        ]
        if "maxDistance" in rule:
            return all(abs(one - other) <= float(rule["maxDistance"]) + 1e-6 for one, other in combinations(values, 2))
        return len(set(values)) <= 1

    def collection(self, rule: Json) -> bool:
        how = rule.get("partyAggregation", "union")
        low, high = rule.get("minCount", 0), rule.get("maxCount", float("inf"))
        against = self.reference(rule, how) if "referenceValue" in rule else []
        wanted = {against} if isinstance(against, str) else set(scalars(against))
        counts: list[int] = []
        for collections in self.measured(rule, how):
            sets = [{each} if isinstance(each, str) else set(each) for each in collections]
            match rule["operation"]:
                case "intersection":
                    counts += [len(set.intersection(*sets))] if sets else []
                case "contains":
                    counts.append(sum(wanted <= each for each in sets))
                case _:
                    counts += [len(wanted & each) for each in sets]
        return all(low <= each <= high for each in counts)

    def latency(self, rule: Json) -> bool:
        return bool(self.locations(rule))

    def locations(self, rule: Json) -> set[str]:
        how = rule.get("partyAggregation", "avg")
        tables = [party_latency(party, how) for team in self.teams.values() for party in team]
        found = set.intersection(*(set(each) for each in tables))
        return {place for place in found if all(each[place] <= rule["maxLatency"] for each in tables)}

    def distanceSort(self, rule: Json) -> bool:
        return True

    absoluteSort = distanceSort

    def compound(self, rule: Json) -> bool:
        logic = {
            "and": lambda *each: all(each),
            "or": lambda *each: any(each),
            "xor": lambda *each: sum(each) == 1,
            "not": lambda each: not each,
        }
        verdicts = {
            f"R{number}": self.passes(each) for number, each in enumerate(self.rules["rules"]) if each is not rule
        }
        text = rule["statement"]
        for number, each in enumerate(self.rules["rules"]):
            text = re.sub(rf"(?<![\w-]){re.escape(each['name'])}(?![\w-])", f"R{number}", text)
        text = re.sub(r"\b(and|or|not)\b", r"_\1", text)
        scope = {"_and": logic["and"], "_or": logic["or"], "xor": logic["xor"], "_not": logic["not"], **verdicts}
        return bool(eval(text, {"__builtins__": {}}, scope))


def apply(function: str, value: Any) -> Any:
    if function == "flatten":
        return list(chain(*value)) if value and isinstance(value[0], list) else value
    if function == "set_intersection":
        if value and value[0] and isinstance(value[0][0], list):
            return [apply(function, each) for each in value]
        return sorted(set(value[0]).intersection(*value)) if value else []
    if value and isinstance(value[0], list):
        return [apply(function, each) for each in value]
    return FUNCTIONS[function]([each for each in value if each is not None])


def scalars(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [each for one in value for each in scalars(one)]
    return [] if value is None else [value]


def party_latency(party: Sequence[Json], how: str) -> dict[str, float]:
    places = set.intersection(*(set(player.get("latencyInMs", {})) for player in party))
    return {place: FUNCTIONS[how]([player["latencyInMs"][place] for player in party]) for place in places}
