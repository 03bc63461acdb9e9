"""Synthetic populations: who asks for a match, when, and with which attributes. Read from JSON, drawn by chance.

``read_population`` tells the whole format, in its errors too; docs/reference/populations.md is the page about it.
"""

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matchmaking.pool import Player
from matchmaking.ruleset import AttributeValue, is_number
from matchmaking.tickets.requests import MAX_PLAYERS_IN_A_TICKET, InvalidTicketRequest, check_players

MAX_TICKETS = 200_000
#: A week: every second of it is played through.
MAX_SECONDS = 604_800
#: Numbers are rounded so: a skill of 1502.31 is as good as one with twelve places.
DECIMALS = 3

Draw = Callable[[random.Random], AttributeValue]


class BadPopulation(Exception):
    """A population's file cannot be read: the text says where, what is wrong, and what would do."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Players who ask for a match together, so many seconds after the beginning."""

    at: float
    players: tuple[Player, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """Who comes in ``seconds``. ``recorded`` tickets come as they are; otherwise they are drawn.

    ``accept_share`` is the probability with which a player accepts a match that asks for it.
    """

    seconds: float
    tickets_per_second: float
    party_sizes: Mapping[int, float]
    attributes: Mapping[str, Draw] = field(default_factory=dict)
    latencies: Mapping[str, Draw] = field(default_factory=dict)
    recorded: tuple[Arrival, ...] = ()
    accept_share: float = 1.0

    def arrivals(self, rng: random.Random) -> Iterator[Arrival]:
        """Draw who comes, in the order of their arrival, at random moments."""
        if self.recorded:
            yield from self.recorded
            return
        sizes, weights = list(self.party_sizes), list(self.party_sizes.values())
        at, number = rng.expovariate(self.tickets_per_second), 0
        while at < self.seconds:
            size = rng.choices(sizes, weights)[0]
            yield Arrival(at, tuple(self._player(f"p{number + seat}", rng) for seat in range(1, size + 1)))
            number += size
            at += rng.expovariate(self.tickets_per_second)

    def _player(self, name: str, rng: random.Random) -> Player:
        attributes = {attribute: draw(rng) for attribute, draw in self.attributes.items()}
        latencies = {location: max(float(draw(rng)), 1.0) for location, draw in self.latencies.items()}  # type: ignore[arg-type]  # numbers, as they were read
        return Player(name, attributes, latencies)


def read_population(text: str) -> Population:
    """Read a population from its JSON.

    Raises:
        BadPopulation: something in it is not as it should be.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadPopulation(f"it is no JSON: {error}") from None
    known = {"seconds", "ticketsPerSecond", "partySizes", "attributes", "latencies", "tickets", "acceptShare"}
    found = _object(whole, "the file", known)
    if "tickets" in found:
        recorded = tuple(sorted((_arrival(each, at) for at, each in _listed(found["tickets"])), key=lambda one: one.at))
        last = recorded[-1].at if recorded else 0.0
        return Population(last, 1.0, {1: 1.0}, recorded=recorded, accept_share=_share(found))
    seconds = _seconds(found, "seconds", 600.0, least=1e-3)
    rate = _number(found, "ticketsPerSecond", 1.0, least=1e-6)
    if seconds * rate > MAX_TICKETS:
        raise BadPopulation(f"seconds x ticketsPerSecond is {seconds * rate:.0f} tickets; {MAX_TICKETS} are the most")
    attributes = {name: _draw(each, f"attributes.{name}") for name, each in _pairs(found, "attributes")}
    latencies = {name: _numbers(each, f"latencies.{name}") for name, each in _pairs(found, "latencies")}
    return Population(seconds, rate, _party_sizes(found), attributes, latencies, accept_share=_share(found))


def _draw(told: Any, where: str) -> Draw:
    """Read how a value is drawn."""
    kind = next(iter(told), None) if isinstance(told, dict) else None
    match kind:
        case "oneOf":
            return _one_of(told["oneOf"], where)
        case "someOf":
            return _some_of(told, where)
        case "map":
            draws = {key: _numbers(each, f"{where}.map.{key}") for key, each in _pairs(told, "map")}
            return lambda rng: {key: draw(rng) for key, draw in draws.items()}  # type: ignore[misc]  # numbers
    if isinstance(told, str):
        return lambda rng: told
    return _numbers(told, where)


def _numbers(told: Any, where: str) -> Draw:
    """Read how a number is drawn."""
    if is_number(told):
        return lambda rng: told
    found = _object(told, where, {"normal", "uniform", "least", "most"})
    least, most = _number(found, "least", -math.inf), _number(found, "most", math.inf)
    name = "normal" if "normal" in found else "uniform"
    match found.get(name):
        case [first, second] if is_number(first) and is_number(second):
            drawn = random.Random.gauss if name == "normal" else random.Random.uniform
            return lambda rng: round(min(max(drawn(rng, first, second), least), most), DECIMALS)
    raise BadPopulation(
        f'{where}: write a number, {{"normal": [mean, deviation]}} or {{"uniform": [least, most]}}; '
        'an attribute may also be a text, {"oneOf": {"a": 2, "b": 1}}, {"someOf": ["a", "b"], "count": [1, 2]} '
        'or {"map": {"key": ...}}'
    )


def _one_of(told: Any, where: str) -> Draw:
    weights = dict.fromkeys(told, 1.0) if isinstance(told, list) and all(map(_is_text, told)) else told
    if not isinstance(weights, dict) or not weights or not all(map(_is_weight, weights.values())):
        raise BadPopulation(f'{where}.oneOf: write {{"text": weight, ...}} with weights above 0, or ["text", ...]')
    values, shares = list(weights), list(weights.values())
    return lambda rng: rng.choices(values, shares)[0]


def _some_of(told: Mapping[str, Any], where: str) -> Draw:
    values, count = told["someOf"], told.get("count", [1, 1])
    match count:
        case [int(least), int(most)] if _is_list_of_texts(values) and 0 <= least <= most <= len(values):
            return lambda rng: tuple(rng.sample(values, rng.randint(least, most)))
    raise BadPopulation(f"{where}.someOf: write a list of texts, and count as [least, most] of them")


def _arrival(told: Any, where: str) -> Arrival:
    """Read a recorded ticket, in the shape of the API's tickets, attributes as plain values."""
    found = _object(told, where, {"ticketId", "at", "players"})
    listed = found.get("players")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_PLAYERS_IN_A_TICKET:
        raise BadPopulation(f"{where}.players: write 1 to {MAX_PLAYERS_IN_A_TICKET} of them")
    players = tuple(_player(each, f"{where}.players[{at}]") for at, each in enumerate(listed))
    try:
        check_players(players, MAX_PLAYERS_IN_A_TICKET)
    except InvalidTicketRequest as error:
        raise BadPopulation(f"{where}: {error}") from None
    return Arrival(_seconds(found, "at", 0.0, least=0.0), players)


def _player(told: Any, where: str) -> Player:
    found = _object(told, where, {"playerId", "attributes", "latencyInMs", "team"})
    if not isinstance(found.get("playerId"), str):
        raise BadPopulation(f"{where}.playerId: write a text")
    attributes = {name: _value(each, f"{where}.attributes.{name}") for name, each in _pairs(found, "attributes")}
    latencies = dict(_pairs(found, "latencyInMs"))
    if not all(map(is_number, latencies.values())):
        raise BadPopulation(f"{where}.latencyInMs: write milliseconds for each location")
    return Player(found["playerId"], attributes, latencies)


def _value(told: Any, where: str) -> AttributeValue:
    """Read an attribute of a player who was recorded."""
    if _is_text(told) or is_number(told):
        return told  # type: ignore[no-any-return]  # a text or a number
    if _is_list_of_texts(told):
        return tuple(told)
    if isinstance(told, dict) and all(map(is_number, told.values())):
        return told
    raise BadPopulation(f"{where}: write a text, a number, a list of texts, or an object with numbers")


def _party_sizes(found: Mapping[str, Any]) -> dict[int, float]:
    sizes = dict(_pairs(found, "partySizes")) or {"1": 1.0}
    try:
        told = {int(size): weight for size, weight in sizes.items()}
    except ValueError:
        told = {}
    most = MAX_PLAYERS_IN_A_TICKET
    if not told or not all(1 <= size <= most and _is_weight(weight) for size, weight in told.items()):
        raise BadPopulation(f'partySizes: write {{"1": 3, "2": 1}}: sizes from 1 to {most}, with weights')
    return told


def _share(found: Mapping[str, Any]) -> float:
    share = _number(found, "acceptShare", 1.0, least=0.0)
    if share > 1:
        raise BadPopulation(f"acceptShare: {share} is more than 1")
    return share


def _listed(told: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(told, list) or len(told) > MAX_TICKETS:
        raise BadPopulation(f"tickets: write a list of at most {MAX_TICKETS}")
    return ((f"tickets[{number}]", each) for number, each in enumerate(told))


def _object(told: Any, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise BadPopulation(f"{where}: {str(told)[:40]!r} stands where an object with {_names(known)} belongs")
    strange = sorted(set(told) - known)
    if strange:
        raise BadPopulation(f"{where}: there is no {_names(strange)}; there are {_names(sorted(known))}")
    return told


def _pairs(found: Mapping[str, Any], key: str) -> Sequence[tuple[str, Any]]:
    told = found.get(key, {})
    if not isinstance(told, dict):
        raise BadPopulation(f"{key}: write an object")
    return tuple(told.items())


def _number(found: Mapping[str, Any], key: str, default: float, least: float = -math.inf) -> float:
    told = found.get(key, default)
    if not (is_number(told) or told is default) or told < least:
        raise BadPopulation(f"{key}: {told!r} is no number{f' from {least:g} on' if least > -math.inf else ''}")
    return float(told)


def _seconds(found: Mapping[str, Any], key: str, default: float, least: float) -> float:
    seconds = _number(found, key, default, least)
    if seconds > MAX_SECONDS:
        raise BadPopulation(f"{key}: {seconds:.0f} s is more than a week ({MAX_SECONDS} s); count from the beginning")
    return seconds


def _is_text(told: Any) -> bool:
    return isinstance(told, str)


def _is_list_of_texts(told: Any) -> bool:
    return isinstance(told, list) and all(map(_is_text, told))


def _is_weight(told: Any) -> bool:
    return is_number(told) and told > 0


def _names(names: Sequence[str] | set[str]) -> str:
    return ", ".join(sorted(names))
