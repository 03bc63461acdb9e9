"""Calls generated from GameLift's model: as it allows them, at its bounds, and beyond them."""

import base64
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from desk.gamelift.model import Shape
from tests.gamelift.serving import zipped

#: Long texts and lists mostly say no more than short ones; a few stand in for what is asked, as something wrong does.
MAX_CHARACTERS = 40
MAX_ELEMENTS = 3
#: A member that is a list has its elements so often, one after the other; a text, its characters.
MANY = 2_000

#: What stands in the place of a value that the model allows.
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 2**31, 2**70, 1.5, "", "\0", "\ud800", "x" * 2_000, [], [None], {}, {"a": 1}, "psess-x"]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=MAX_CHARACTERS)
ZIPS = st.sampled_from([zipped({"main.py": "x = 1"}), zipped({"a/b.py": ""}), b"", b"PK\x05\x06" + bytes(18), b"PK"])


def asked(shape: Shape, ids: Mapping[str, str]) -> st.SearchStrategy[Any]:
    """Calls of a shape, with ids of resources that are there, sometimes with one wrong value in them."""
    good = _value(shape, ids, "")
    members = st.sampled_from([*shape.members, "Unknown"])
    wrong = st.tuples(good, members, WRONG).map(lambda parts: {**parts[0], parts[1]: parts[2]})
    long = st.tuples(good, members).map(lambda parts: {**parts[0], **_lengthened(parts[0], parts[1])})
    return good | wrong | long


def _lengthened(good: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A member that is much longer than it was, where it has a length."""
    match good.get(name):
        case str() as text if text:
            return {name: text * (MANY // len(text) + 1)}
        case list() as elements if elements:
            return {name: elements * (MANY // len(elements) + 1)}
    return {}


def _value(shape: Shape, ids: Mapping[str, str], name: str) -> st.SearchStrategy[Any]:
    match shape.kind:
        case "structure":
            return _structure(shape, ids)
        case "list":
            assert shape.element is not None
            most = min(int(shape.high or MAX_ELEMENTS), MAX_ELEMENTS)
            return st.lists(
                _value(shape.element, ids, name.removesuffix("s")), min_size=int(shape.low or 0), max_size=most
            )
        case "map":
            assert shape.element is not None
            return st.dictionaries(TEXTS, _value(shape.element, ids, ""), max_size=MAX_ELEMENTS)
        case "string":
            return _text(shape, ids, name)
        case "blob":
            return (ZIPS | st.binary(max_size=100)).map(lambda data: base64.b64encode(data).decode())
        case "boolean":
            return st.booleans()
        case "timestamp" | "float" | "double":
            return st.floats(0, 2e9)
    low = int(shape.low or 0)
    return st.integers(low, low + 5) | st.just(int(shape.high or 2**31 - 1))


def _structure(shape: Shape, ids: Mapping[str, str]) -> st.SearchStrategy[Any]:
    members = {name: _value(member, ids, name) for name, member in shape.members.items()}
    required = {name: members[name] for name in shape.required}
    return st.fixed_dictionaries(
        required, optional={name: one for name, one in members.items() if name not in shape.required}
    )


def _text(shape: Shape, ids: Mapping[str, str], name: str) -> st.SearchStrategy[str]:
    if shape.words:
        return st.sampled_from(shape.words)
    low, high = int(shape.low or 0), int(min(shape.high or MAX_CHARACTERS, MAX_CHARACTERS))
    any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=low, max_size=high)
    if shape.pattern:
        ascii_only = st.from_regex(shape.pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
        any_text = ascii_only.filter(lambda text: low <= len(text) <= 2 * MAX_CHARACTERS)
    if name in ids:
        return st.just(ids[name]) | any_text
    return any_text
