"""Members of the objects that a script is given: those that there are not, and those that cannot be set."""

import ast
from collections.abc import Callable, Iterator

from sandbox.lint.api import ELSEWHERE, IN_OUR_WORDS, SHOWN, close_match, members
from sandbox.lint.facts import Access, Facts
from sandbox.lint.findings import Finding
from sandbox.script.messages import Message
from sandbox.script.player import Player

_Wanted = Callable[[type], bool]


def no_such_session_member(facts: Facts) -> Iterator[Finding]:
    """An attribute of `session`, or of what belongs to it, that there is not."""
    return _unknown(facts, _is_the_sessions)


def no_such_member(facts: Facts) -> Iterator[Finding]:
    """An attribute of a player, message or login that there is not."""
    yield from _unknown(facts, lambda cls: not _is_the_sessions(cls))
    yield from _of_peer_ids(facts)


def set_on_the_session(facts: Facts) -> Iterator[Finding]:
    """An attribute of `session` that is set and cannot be."""
    return _set(facts, _is_the_sessions)


def set_on_what_is_given(facts: Facts) -> Iterator[Finding]:
    """An attribute that is set on a player, message or login: they cannot be changed."""
    return _set(facts, lambda cls: not _is_the_sessions(cls))


def _is_the_sessions(cls: type) -> bool:
    return SHOWN[cls].startswith("session")


def _unknown(facts: Facts, wanted: _Wanted) -> Iterator[Finding]:
    for access in facts.reads:
        has = members(access.cls)
        if wanted(access.cls) and access.name not in has:
            message = f"{SHOWN[access.cls]} has no '{access.name}'"
            yield Finding(access.file, access.node, message, _meant(access, has))


def _of_peer_ids(facts: Facts) -> Iterator[Finding]:
    """A loop over `get_players()`, whose numbers are taken for players."""
    for path, file in facts.files.items():
        for node, scope in file.tree.nodes():
            if isinstance(node, ast.Attribute) and node.attr in members(Player):
                if facts.types[path].is_peer_id(node.value, scope):
                    message = f"get_players() is a dict by peer id: a loop gives numbers, which have no '{node.attr}'"
                    yield Finding(file, node, message, "loop over session.get_players().values(), or session.players")


def _meant(access: Access, has: frozenset[str]) -> str:
    owner, meant = access.shown.removesuffix(f".{access.name}"), close_match(access.name, has, ELSEWHERE)
    if not meant:
        return f"it has {', '.join(sorted(has))}"
    shorter = f" The shorter way is {IN_OUR_WORDS[meant]}" if meant in IN_OUR_WORDS else ""
    return f"did you mean {owner}.{meant}?{shorter}"


def _set(facts: Facts, wanted: _Wanted) -> Iterator[Finding]:
    for access in facts.writes:
        writable: frozenset[str] = getattr(access.cls, "_script_writable_", frozenset())
        if wanted(access.cls) and access.name not in writable:
            message = f"'{access.name}' cannot be set on {SHOWN[access.cls]}"
            yield Finding(access.file, access.node, message, _own(access))


def _own(access: Access) -> str:
    if access.cls is Player:
        owner = access.shown.removesuffix(f".{access.name}")
        return f"keep it in a dict of your own: {access.name}[{owner}] = ..."
    if access.cls is Message and access.name == "payload":
        return "answer with return message.replace(payload)"
    return "keep your own state in names of your module"
