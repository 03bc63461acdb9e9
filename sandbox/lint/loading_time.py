"""The top level of a file runs before there is a game session: most of `session` does not work there."""

import ast
from collections.abc import Iterator

from sandbox.lint.api import is_method
from sandbox.lint.facts import Access, Facts
from sandbox.lint.findings import Finding
from sandbox.lint.scopes import Scope
from sandbox.script.session import Session

#: Methods that only look, and so do not raise; what they see while the script is loaded is nobody, and the time 0.
_LOOKS = frozenset({"player", "group_members", "now", "get_players"})
#: Methods that are the same at any time.
_CONSTANT = frozenset(
    {
        "get_server_id",
        "get_all_players_group_id",
        "get_game_session_id",
        "get_logger",
        "new_text_game_message",
        "new_binary_game_message",
    }
)
_CONDITIONAL = (ast.If, ast.IfExp, ast.BoolOp, ast.While, ast.For, ast.Try, ast.With, ast.Match, ast.match_case)
_HINT = "put it into def on_start_game_session(game_session):, which runs before anybody can log in"


def used_while_loading(facts: Facts) -> Iterator[Finding]:
    """Something that is sent, set or ended at the top level, which raises whenever the script is loaded."""
    for access in _at_top_level(facts):
        called = access.call is not None and is_method(Session, access.name) and access.name not in _LOOKS | _CONSTANT
        is_set = isinstance(access.node.ctx, ast.Store) and access.name == "accepting"
        if (called or is_set) and not _is_conditional(access):
            message = f"session.{access.name} works inside callbacks; while the script is loaded nobody is there yet"
            yield Finding(access.file, access.node, message, _HINT)


def seen_while_loading(facts: Facts) -> Iterator[Finding]:
    """Something that is looked up at the top level, where nobody is there yet."""
    for access in _at_top_level(facts):
        called = access.name in _LOOKS and access.call is not None
        if called or (access.name == "players" and isinstance(access.node.ctx, ast.Load)):
            message = f"session.{access.name} is looked at while the script is loaded, when nobody is there yet"
            yield Finding(access.file, access.node, message, "ask inside a callback, each time anew")


def _at_top_level(facts: Facts) -> Iterator[Access]:
    for access in (*facts.reads, *facts.writes):
        if access.cls is Session and not _runs_later(access.scope):
            yield access


def _is_conditional(access: Access) -> bool:
    return any(isinstance(outer, _CONDITIONAL) for outer in access.file.tree.around(access.node))


def _runs_later(scope: Scope | None) -> bool:
    while scope is not None:
        if scope.is_function or isinstance(scope.owner, ast.GeneratorExp):
            return True
        scope = scope.parent
    return False
