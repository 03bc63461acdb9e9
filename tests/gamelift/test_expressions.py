"""The expressions of SearchGameSessions: read as they are written, and judged as a simple judge does."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.gamelift.errors import GameLiftError
from desk.gamelift.expressions import (
    KINDS,
    MAX_DEPTH,
    PROPERTIES,
    Comparison,
    Either,
    Every,
    Not,
    Operand,
    Order,
    filter_untrusted,
    order_untrusted,
)
from desk.gamelift.searching import Seen, fits, sorted_by

#: An expression's text, how tightly it binds (0: OR, 1: AND, 2: NOT, 3: not at all), and a judge of its own.
Written = tuple[str, int, Callable[[Seen], bool]]

NAMES = st.sampled_from(["duel", "arn:1", "Matt's game", "", "ä\\", '"', "\U0001f3b2"])
NUMBERS = st.integers(-2, 12)
GAMES = st.builds(
    lambda serial, name, most, players, properties: Seen(
        serial,
        {
            "gameSessionId": f"arn:{serial}",
            "gameSessionName": name,
            "maximumSessions": most,
            "creationTimeMillis": 5 * serial,
            "playerSessionCount": players,
            "hasAvailablePlayerSessions": players < most,
        },
        properties,
    ),
    st.integers(0, 3),
    st.none() | NAMES,
    NUMBERS,
    NUMBERS,
    st.dictionaries(st.sampled_from(["map", "mode-2"]), NAMES, max_size=2),
)


def quoted(text: str, quote: str) -> str:
    """A text as an expression has it."""
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


def about_text(name: str, quote: str, wanted: str, equal: bool, space: str) -> Written:
    """A comparison of texts, of a property where the name has a dot."""

    def judge(game: Seen) -> bool:
        key = name.partition(".")[2]
        found = game.properties.get(key) if key else game.values[name]
        return (found == wanted) is equal

    return f"{name}{space}{'=' if equal else '<>'}{space}{quoted(wanted, quote)}", 3, judge


def about_number(name: str, comparator: str, wanted: int, space: str) -> Written:
    """A comparison of numbers."""

    def judge(game: Seen) -> bool:
        found: Any = game.values[name]
        holds = {
            "=": found == wanted,
            "<>": found != wanted,
            "<": found < wanted,
            ">": found > wanted,
            "<=": found <= wanted,
            ">=": found >= wanted,
        }
        return bool(holds[comparator])

    return f"{name}{space}{comparator}{space}{wanted}", 3, judge


def about_seats(free: bool) -> Written:
    """Whether there are seats."""
    text = f"hasAvailablePlayerSessions={'true' if free else 'false'}"
    return text, 3, lambda game: game.values["hasAvailablePlayerSessions"] is free


def within(one: Written, binds: int) -> str:
    """A part's text where its parts are to bind so tightly."""
    text, level, _ = one
    return text if level > binds else f"( {text})"


def negated(one: Written) -> Written:
    """NOT of it."""
    return f"NOT {within(one, 1)}", 2, lambda game: not one[2](game)


def chained(parts: list[Written], word: str) -> Written:
    """All of them, or any."""
    level = 1 if word == "AND" else 0
    judge = all if word == "AND" else any
    text = f" {word} ".join(within(part, level) for part in parts)
    return text, level, lambda game: judge(part[2](game) for part in parts)


SPACES = st.sampled_from(["", " ", "\t\n"])
TEXT_NAMES = st.sampled_from(["gameSessionId", "gameSessionName", f"{PROPERTIES}.map", f"{PROPERTIES}.mode-2"])
NUMBER_NAMES = st.sampled_from([name for name, kind in KINDS.items() if kind is int])
COMPARISONS = (
    st.builds(about_text, TEXT_NAMES, st.sampled_from("'\""), NAMES, st.booleans(), SPACES)
    | st.builds(about_number, NUMBER_NAMES, st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), NUMBERS, SPACES)
    | st.builds(about_seats, st.booleans())
)
WRITTEN = st.recursive(
    COMPARISONS,
    lambda parts: (
        st.builds(negated, parts)
        | st.builds(chained, st.lists(parts, min_size=2, max_size=3), st.sampled_from(["AND", "OR"]))
    ),
    max_leaves=8,
)


@given(WRITTEN, GAMES)
def test_an_expression_is_judged_as_a_simple_judge_does(written: Written, game: Seen) -> None:
    text, _, judge = written
    assert fits(filter_untrusted(text), game) is judge(game), text


@given(
    st.text(max_size=60) | st.lists(st.sampled_from("NOT ( ) AND OR = < > ' \" \\ . true 1 maximumSessions".split()))
)
@example("")
@example("(" * 1024)
@example("NOT " * 256)
def test_any_text_is_an_expression_or_refused(text: str | list[str]) -> None:
    whole = text if isinstance(text, str) else " ".join(text)
    for read in (filter_untrusted, order_untrusted):
        with suppress(GameLiftError):
            read(whole)


def test_what_binds_tighter() -> None:
    one, two, three = (Comparison(Operand("playerSessionCount"), "=", number) for number in (1, 2, 3))
    text = "playerSessionCount=1 OR NOT playerSessionCount=2 AND playerSessionCount=3"
    assert filter_untrusted(text) == Either((one, Every((Not(two), three))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "at character 1: there is to be one of gameSessionId"),
        ("level = 1", "or gameSessionProperties.KEY, not 'level'"),
        ("maximumSessions ! 1", "at character 17: there is to be one of = <>"),
        ("maximumSessions = 'many'", "there is to be a number"),
        ("maximumSessions = 1e9", "there is to be a number"),
        ("gameSessionName = duel", "there is to be a text in quotes, not 'duel'"),
        ("gameSessionName = 'duel", "a text has no closing quote"),
        ("gameSessionName > 'duel'", "compared by = and <>, not by >"),
        ("hasAvailablePlayerSessions = 1", "there is to be true or false, not '1'"),
        ("gameSessionProperties.a.b = '1'", "whose key has a period"),
        ("gameSessionProperties = '1'", "there is to be one of"),
        ("(maximumSessions = 1", "a closing parenthesis, or AND or OR, not its end"),
        ("maximumSessions = 1 maximumSessions = 2", "there is to be its end, or AND or OR"),
        ("maximumSessions = 1 AND", "at character 24: there is to be one of"),
        ("(" * (MAX_DEPTH + 1), "more than 32 parentheses"),
    ],
)
def test_a_filter_that_is_refused(text: str, said: str) -> None:
    with pytest.raises(GameLiftError) as raised:
        filter_untrusted(text)
    assert raised.value.code == "InvalidRequestException"
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("maximumSessions", "ASC or DESC, not its end"),
        ("maximumSessions UP", "ASC or DESC, not 'UP'"),
        ("maximumSessions ASC, playerSessionCount DESC", "ASC or DESC, not 'ASC,'"),
        ("playerSessionCount ASC maximumSessions DESC", "there is to be its end, not 'maximumSessions'"),
    ],
)
def test_a_sort_that_is_refused(text: str, said: str) -> None:
    with pytest.raises(GameLiftError) as raised:
        order_untrusted(text)
    assert said in str(raised.value)


@given(st.lists(GAMES, max_size=8), st.sampled_from([*KINDS, f"{PROPERTIES}.map"]), st.booleans())
def test_what_is_missing_is_sorted_last(games: list[Seen], name: str, descending: bool) -> None:
    order = order_untrusted(f"{name} {'DESC' if descending else 'ASC'}")
    assert order == Order(Operand(*name.split(".")), descending)
    found = [one.properties.get("map") if "." in name else one.values[name] for one in sorted_by(order, games)]
    there: list[Any] = [one for one in found if one is not None]
    assert found == sorted(there, reverse=descending) + [None] * (len(found) - len(there))
    assert sorted_by(None, games) == games
