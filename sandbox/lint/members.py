"""Members of the objects that a script is given: those that there are not, and those that cannot be set."""

from collections.abc import Callable, Iterator

from sandbox.lint.api import ELSEWHERE, SHOWN, close_match, members, snake
from sandbox.lint.facts import Access, Facts
from sandbox.lint.findings import Finding
from sandbox.script.messages import Message
from sandbox.script.player import Player

_Wanted = Callable[[type], bool]

#: What is done otherwise here than with one member in place of another.
_NOT_BY_ONE_NAME = {
    "new_text_game_message": "session.send and session.broadcast take the op code and the payload themselves",
    "new_binary_game_message": "session.send and session.broadcast take the op code and the payload themselves",
    "broadcast_group_membership_update": "members of a group are told of joins and leaves by themselves",
    "get_server_id": "leave sender out where the server is meant",
    "get_all_players_group_id": "session.broadcast reaches everybody where no group is named",
}


def no_such_session_member(facts: Facts) -> Iterator[Finding]:
    """An attribute of `session`, or of what belongs to it, that there is not."""
    return _unknown(facts, _is_the_sessions)


def no_such_member(facts: Facts) -> Iterator[Finding]:
    """An attribute of a player, message or login that there is not."""
    return _unknown(facts, lambda cls: not _is_the_sessions(cls))


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


def _meant(access: Access, has: frozenset[str]) -> str:
    owner, plain = access.shown.removesuffix(f".{access.name}"), snake(access.name)
    if plain in _NOT_BY_ONE_NAME:
        return _NOT_BY_ONE_NAME[plain]
    meant = close_match(access.name, has, ELSEWHERE)
    return f"did you mean {owner}.{meant}?" if meant else f"it has {', '.join(sorted(has))}"


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
